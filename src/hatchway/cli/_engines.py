"""Which engine a folder's app runs under: each is asked, the best match with something alive wins."""

from dataclasses import dataclass
from pathlib import Path

from hatchway import engines
from hatchway.engines import Engine, Selector
from hatchway.engines.compose import ComposeEngine
from hatchway.errors import HatchwayError
from hatchway.model import Container
from hatchway_agent.plugins import discover


@dataclass(frozen=True, slots=True)
class Found:
    """What runs for a folder, under the engine that runs it."""

    engine: Engine
    lively: tuple[Container, ...]
    """Where something lives that can be debugged."""
    bare: tuple[Container, ...]
    """What runs there without a payload."""


async def find_app(project: Path, compose: ComposeEngine | None = None) -> Found | None:
    """Return what runs for the folder; None if nothing does. `compose` is the engine with the user's choice.

    Raises `HatchwayError` if nothing was found and an engine could not be asked.
    """
    known: dict[str, Engine] = discover(engines, "ENGINE")
    if compose is not None:
        known[compose.name] = compose
    matches = [(await engine.detect(project), engine) for engine in known.values()]
    bare: Found | None = None
    trouble: HatchwayError | None = None
    for match, engine in sorted(matches, key=lambda pair: -(pair[0].score if pair[0] else 0)):
        if match is None and engine is not compose:
            continue
        try:
            found = Found(engine, *await _stock(engine, Selector(project)))
        except HatchwayError as error:
            trouble = error
            continue
        if found.lively:
            return found
        bare = bare or (found if found.bare else None)
    if bare is None and trouble is not None:
        raise trouble
    return bare


async def _stock(engine: Engine, selector: Selector) -> tuple[tuple[Container, ...], tuple[Container, ...]]:
    return tuple(await engine.lively(selector)), tuple(await engine.bare(selector))
