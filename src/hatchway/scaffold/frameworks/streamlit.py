"""Streamlit: a script that the server runs anew for each visitor."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, Place, Protocol, Route
from hatchway.scaffold.frameworks import Found, Framework
from hatchway.scaffold.source import Source

_STARTS = tuple(f"streamlit.{name}" for name in ("set_page_config", "title", "header", "navigation"))
_DRAWS_NOTHING = tuple(
    f"streamlit.{name}" for name in ("cache", "fragment", "dialog", "connection", "experimental", "secrets")
)
_NAMES = ("streamlit_app", "app", "main", "home", "dashboard")


def _find(code: Code) -> Iterator[Found]:
    scripts = {file: _first_call(source) for file, source in code.sources.items() if _draws(source)}
    imported = {
        settled[0]
        for file in scripts
        for one in code.sources[file].imports
        if (settled := code.find(code.sources[file], f"{one.module}.{one.member}".rstrip(".")))
    }
    for file, line in scripts.items():
        # What another of them imports is a part of it; what lies in `pages` is shown by the one beside it.
        if file in imported or "pages" in file.split("/")[:-1]:
            continue
        place = Place(file, line)
        stem = file.rpartition("/")[2].removesuffix(".py").lower()
        bonus = 10 - _NAMES.index(stem) if stem in _NAMES else 0
        score = LIKELY + 5 + bonus
        yield Found("streamlit", Protocol.OWN, file, "", place, score, f"{place} draws with Streamlit")


def _draws(source: Source) -> bool:
    return any(one.module == "streamlit" and not one.is_for_types for one in source.imports) and bool(
        _first_call(source)
    )


def _first_call(source: Source) -> int:
    """Return the line where it first draws something; 0: it only defines functions that others call."""
    lines = [
        call.node.lineno
        for call in source.calls
        if call.name.startswith("streamlit.")
        and call.name.count(".") == 1
        and not call.name.startswith(_DRAWS_NOTHING)
        and (not call.scope or call.name in _STARTS)
    ]
    return min(lines, default=0)


def _routes(_code: Code, found: Found) -> Iterator[Route]:
    yield Route("/_stcore/health", Place(found.file))


FRAMEWORK = Framework(Protocol.OWN, find=_find, routes=_routes, port=8501)
