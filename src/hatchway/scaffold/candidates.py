"""Candidates: which of the applications that were found are services, and by which of their names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hatchway.scaffold import frameworks
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Choice, Match, Note, Place, Protocol, Route, Tie
from hatchway.scaffold.frameworks import Found, Framework
from hatchway.scaffold.frameworks._decorated import decorated_routes
from hatchway.scaffold.frameworks._making import find_made
from hatchway.scaffold.project import join
from hatchway.scaffold.started import Started
from hatchway_agent.plugins import discover

FRAMEWORKS: dict[str, Framework] = discover(frameworks, "FRAMEWORK")
LAST = "script"
"""What is looked for only where nothing else is found."""
_CALLABLES = ("wsgi", "asgi")
_GOOD_FILES = (
    "wsgi.py",
    "asgi.py",
    "main.py",
    "app.py",
    "application.py",
    "server.py",
    "__init__.py",
    "run.py",
    "api.py",
)
_GOOD_NAMES = ("application", "app", "api", "server", "celery_app", "celery", "create_app", "make_app")
_ASIDE = frozenset(
    ("old", "backup", "demo", "example", "sample", "test", "dev", "local", "debug", "mock", "scratch", "copy")
)
_NEAR = 15
"""How much less sure of an application one may be than of the best."""
_TAKES_IN = ("mount", "Mount", "include_app", "WSGIMiddleware", "mount_app")


def find_candidates(
    code: Code, started: list[Started], answers: Mapping[str, str], notes: list[Note], ties: list[Tie]
) -> list[Found]:
    """Return the applications that frameworks find, each once; adds to `notes` and `ties`."""
    found = [
        one
        for name, framework in FRAMEWORKS.items()
        if name != LAST
        for one in _of_framework(code, name, framework)
    ]
    made: dict[Place, list[Found]] = defaultdict(list)
    for one in _without_callables_of_others(found):
        made[_identity(one)].append(one)
    chosen = [_best_name(code, names, started, ties, answers) for names in made.values()]
    return _whole(code, chosen, started, notes)


def _identity(found: Found) -> Place:
    """Return what is the same for all names of an application: of a Django project, there are two kinds."""
    return Place(join(found.folder, "manage.py")) if found.framework == "django" else found.made


def _of_framework(code: Code, name: str, framework: Framework) -> Iterable[Found]:
    return framework.find(code) if framework.find is not None else find_made(code, name, framework)


def _without_callables_of_others(found: list[Found]) -> list[Found]:
    """Leave out a plain callable in a file where a framework's application is: it wraps that."""
    others = {one.file for one in found if one.framework not in _CALLABLES}
    return [one for one in found if one.framework not in _CALLABLES or one.file not in others]


def _best_name(
    code: Code, names: list[Found], started: list[Started], ties: list[Tie], answers: Mapping[str, str]
) -> Found:
    """Choose among the names of one application: what a command names, then by what is usual."""
    for one in started:
        for found in names:
            if is_started(one, found):
                return found
    ranked = sorted(names, key=lambda found: ([-one for one in _rank(found)], found.file, found.attribute))
    equal = [found for found in ranked if _rank(found) == _rank(ranked[0])]
    if len(equal) > 1:
        choices = tuple(Choice(_spec(code, one), Match(one.score, one.because)) for one in equal)
        tie = Tie(f"name of the application in {equal[0].made.file}", choices)
        ties.append(tie)
        return answered(tie, equal, answers)
    return equal[0]


def answered(tie: Tie, equal: list[Found], answers: Mapping[str, str]) -> Found:
    """Return what an answer decides for; without one, the first."""
    answer = answers.get(tie.question, "")
    return next(
        (one for one, choice in zip(equal, tie.choices, strict=True) if choice.answer == answer), equal[0]
    )


def _rank(found: Found) -> tuple[int, int, int, int, int]:
    name = found.file.rpartition("/")[2]
    stem_rank = 2 if name in _GOOD_FILES[:2] else 1 if name in _GOOD_FILES else 0
    name_rank = 1 if found.attribute in _GOOD_NAMES else 0
    is_aside = bool(_ASIDE.intersection(name.removesuffix(".py").split("_")))
    return (found.score, not is_aside, stem_rank, name_rank, -found.file.count("/"))


def _spec(code: Code, found: Found) -> str:
    if not found.attribute:
        return found.file
    return f"{code.home(found.file)[1]}:{found.attribute}{'()' * found.is_factory}"


def is_started(started: Started, found: Found) -> bool:
    """Tell whether a command starts this application."""
    if started.file != found.file:
        return False
    run = started.run
    return not run.attribute or not found.attribute or run.attribute == found.attribute


def _whole(code: Code, found: list[Found], started: list[Started], notes: list[Note]) -> list[Found]:
    """Leave out what is a part of another, and what nothing starts while something starts others."""
    inner = _mounted(code, found)
    found = [one for one in found if one.made not in inner and not _is_inside_dash(one, found)]
    groups: dict[tuple[str, bool, bool], list[Found]] = defaultdict(list)
    for one in found:
        # What one folder has for import may be attempts at one thing; what lies elsewhere is another.
        kind = (one.protocol is Protocol.NONE, one.protocol is Protocol.OWN)
        groups[code.home(one.file)[0], *kind].append(one)
    kept: list[Found] = []
    for group in groups.values():
        by_command = [one for one in group if any(is_started(start, one) for start in started)]
        rest = by_command or _likely(code, group)
        kept += rest
        notes.extend(
            Note(f"{_spec(code, one)} is taken for no service: others are more likely", one.made)
            for one in group
            if one not in rest
        )
    return kept


def _likely(code: Code, found: list[Found]) -> list[Found]:
    """Leave out what looks like an attempt beside the real thing."""
    if len(found) < 2:  # noqa: PLR2004 - nothing to choose from
        return found
    best = max(one.score for one in found)
    near = [one for one in found if one.score > best - _NEAR and not _is_put_aside(one)] or found
    answering = [one for one in near if any(True for _ in routes_of(code, one))]
    return answering or near


def _is_put_aside(found: Found) -> bool:
    name = found.file.rpartition("/")[2].removesuffix(".py")
    return bool(_ASIDE.intersection(name.split("_")))


def _mounted(code: Code, found: list[Found]) -> set[Place]:
    """Return where those applications are made that another one takes in."""
    by_name = {(one.file, one.attribute): one for one in found}
    inner = set()
    for source in code.sources.values():
        for call in source.calls:
            name = call.name.rpartition(".")[2]
            if name not in _TAKES_IN:
                continue
            given = [*call.node.args, *(one.value for one in call.node.keywords)]
            inner |= {
                by_name[settled].made
                for one in given
                if (dotted := source.dotted(one)) and (settled := code.settle(source, dotted)) in by_name
            }
    return inner if len(inner) < len({one.made for one in found}) else set()


def _is_inside_dash(found: Found, others: list[Found]) -> bool:
    return found.framework == "flask" and any(
        one.framework == "dash" and one.file == found.file for one in others
    )


def routes_of(code: Code, found: Found) -> Iterable[Route]:
    """Return what an application answers to a plain GET."""
    framework = FRAMEWORKS[found.framework]
    if found.made.file not in code.sources:
        return ()
    if framework.routes is not None:
        return framework.routes(code, found)
    return decorated_routes(code, found, framework) if framework.makers else ()
