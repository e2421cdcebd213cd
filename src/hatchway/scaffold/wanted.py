"""Which artefacts are wanted: the recipes, the editors' files, and which of them a project asks for."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from hatchway import editors
from hatchway.editors import PORT, Editor
from hatchway.errors import UsageError
from hatchway.formats.artefact import Artefact
from hatchway.scaffold import recipes
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.plan import Kept, Standing
from hatchway.scaffold.recipes import Recipe, Sign
from hatchway_agent.plugins import discover


def all_recipes() -> dict[str, Recipe]:
    """Return every recipe by its name, those of editors included."""
    own: Iterable[Recipe] = discover(recipes, "RECIPE").values()
    of_editors = (_recipe(editor) for editor in discover(editors, "EDITOR").values())
    return {recipe.name: recipe for recipe in (*own, *of_editors)}


def _recipe(editor: Editor) -> Recipe:
    signs = tuple(Sign(path) for path in editor.signs)
    return Recipe(editor.name, editor.title, lambda _: editor.files(PORT), signs, editor.hint)


def chosen(names: Collection[str], standing: Mapping[str, Standing]) -> list[Recipe]:
    """Return the recipes of these names; if none is given, those for everyone and those that a sign asks for.

    Raises `UsageError` for a name that there is not.
    """
    known = all_recipes()
    if wrong := sorted(set(names) - known.keys()):
        msg = f"there is nothing called `{wrong[0]}` to write"
        raise UsageError(msg, f"there is: {', '.join(known)}")
    if names:
        return [recipe for name, recipe in known.items() if name in names]
    return [
        one for one in known.values() if not one.signs or any(_is_there(sign, standing) for sign in one.signs)
    ]


def signs() -> list[str]:
    """Return the paths that `chosen` must know of."""
    return sorted({sign.path for recipe in all_recipes().values() for sign in recipe.signs})


def _is_there(sign: Sign, standing: Mapping[str, Standing]) -> bool:
    found = standing.get(sign.path, Standing())
    if not sign.text:
        return found != Standing()
    return found.content is not None and sign.text.encode() in found.content


def artefacts_of(facts: Facts, choice: Iterable[Recipe]) -> Iterator[Artefact | Kept]:
    """Yield what these recipes want."""
    for recipe in choice:
        yield from recipe.make(facts)


def before_us(facts: Facts, written: Collection[str]) -> Facts:
    """Return the facts as they were before we first wrote: a second run wants the same."""
    parts = tuple(
        replace(
            part,
            dockerfile="" if part.dockerfile in written else part.dockerfile,
            env_files=tuple(name for name in part.env_files if name not in written),
        )
        for part in facts.parts
    )
    kept = tuple(name for name in facts.compose_files if name not in written)
    return replace(facts, parts=parts, compose_files=kept)
