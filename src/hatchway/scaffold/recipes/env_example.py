""".env.example: every variable that the code reads, with its place; what it cannot do without has a value."""

from collections.abc import Iterator

from hatchway.formats.artefact import Artefact
from hatchway.scaffold.facts import Facts, Variable
from hatchway.scaffold.recipes import MARK, Recipe
from hatchway.scaffold.recipes._variables import EXAMPLE, example_of, variables_of

_HEAD = f"""\
# {MARK}
# Copy it to .env, which neither git nor an image should hold, and set there what is to differ.
"""


def _make(facts: Facts) -> Iterator[Artefact]:
    if example_of(facts) != EXAMPLE or any(EXAMPLE in part.env_files for part in facts.parts):
        return
    found: dict[str, Variable] = {}
    for part in facts.parts:
        for variable in variables_of(part):
            known = found.get(variable.name)
            if known is None or (variable.is_required and not known.is_required):
                found[variable.name] = variable
    lines = [line for _, variable in sorted(found.items()) for line in _lines(variable)]
    why = "every variable that the code reads, with its place"
    yield Artefact(EXAMPLE, why, _HEAD + "".join(f"{line}\n" for line in lines))


def _lines(variable: Variable) -> Iterator[str]:
    yield ""
    yield f"# {variable.place}{': it must be set' if variable.is_required else ''}"
    if variable.is_required:
        yield f"{variable.name}={_value(variable)}"
    else:
        default = "" if variable.is_secret or "\n" in (variable.default or "") else variable.default or ""
        yield f"#{variable.name}={default}"


def _value(variable: Variable) -> str:
    """Return a value fit for development."""
    if variable.is_secret:
        return "for-development-only"
    if variable.default is None and variable.name.endswith("ALLOWED_HOSTS"):
        return "localhost,127.0.0.1"
    return variable.default or ""


RECIPE = Recipe("env", EXAMPLE, _make)
