"""What `attach` opens a hub over: the app of a folder, one service of it, or a container by its name."""

import shutil
from pathlib import Path

from hatchway.cli._engines import Found, find_app
from hatchway.cli.screen import counted, say
from hatchway.delivery import build_payload, freight
from hatchway.engines import Engine, Selector
from hatchway.engines.compose import ADOPTED, ComposeEngine
from hatchway.engines.docker import DockerEngine, DockerError
from hatchway.errors import HatchwayError


async def find_target(
    project: Path, compose: ComposeEngine | None, target: str | None
) -> tuple[Engine, Selector]:
    """Return the engine, and what of it is meant: all, if no target is named. `compose` is the user's choice.

    What runs without a payload is taken in, where that can be done. Raises `HatchwayError` otherwise.
    """
    found = await find_app(project, compose)
    if target and target not in _services(found):
        named = await _named(target, found)
        if named is not None:
            await _require(named, None)
            return named.engine, Selector(project)
    await _require(found, target)
    assert found is not None  # noqa: S101 - for the type checker: it was required
    return found.engine, Selector(project, (target,) if target else ())


def _services(found: Found | None) -> set[str]:
    return {container.service for container in (*found.lively, *found.bare)} if found else set()


async def _named(target: str, found: Found | None) -> Found | None:
    """Return the container of that name or id, wherever it was started; None if there is none."""
    if not shutil.which("docker"):
        return None
    engine = DockerEngine(target)
    try:
        container = await engine.require_running()
    except DockerError:
        if found is None:
            raise
        return None
    if container is None:
        return None
    everything = Selector(Path.cwd())
    return Found(engine, tuple(await engine.lively(everything)), tuple(await engine.bare(everything)))


async def _require(found: Found | None, target: str | None) -> None:
    """Raise `HatchwayError` unless the target is among what was found, and can be debugged."""
    services = sorted({container.service for container in found.lively}) if found else []
    bare = sorted({container.service for container in found.bare}) if found else []
    if target in services if target else services:
        return
    if found is not None and await _adopt(found, target):
        return
    if found is not None and (target in bare or (not target and bare)):
        names = [target] if target else bare
        msg = f"{', '.join(names)} {'runs' if len(names) == 1 else 'run'}, but not started by hatchway"
        hint = f"`hatchway up {' '.join(names)}` starts only that anew, debuggable"
        raise HatchwayError(
            msg, await found.engine.way_out() if isinstance(found.engine, DockerEngine) else hint
        )
    known = f" ({', '.join(services)} do)" if services else ""
    msg = f"{f'no service {target}' if target else 'nothing'} runs under hatchway in this folder{known}"
    what = f", and no container is named {target}" if target and shutil.which("docker") else ""
    raise HatchwayError(msg + what, "start it with `hatchway run -- COMMAND` or `hatchway up`, here")


async def _adopt(found: Found, target: str | None) -> bool:
    """Take in what runs without a payload, where its Python can; tell whether one could."""
    if not isinstance(found.engine, (ComposeEngine, DockerEngine)):
        return False
    load = freight(build_payload(), ADOPTED)
    is_any = False
    too_old: set[str] = set()
    for container in found.bare:
        if target not in (None, container.service):
            continue
        name = container.service
        if taken := await found.engine.adopt(container, load):
            is_any = True
            say(f"{name} goes on without a restart: {counted(len(taken[0]), 'process')} taken in")
            if taken[1]:
                pids = ", ".join(map(str, taken[1]))
                say(f"{name} sleeps in {pids}: taken in when it next runs Python")
        elif await found.engine.runs_python(container):
            too_old.add(name)
    if is_any and too_old:
        names = sorted(too_old)
        anew = f"`hatchway up {' '.join(names)}` starts it anew, debuggable"
        say(f"left as it is, its Python being older than 3.14: {', '.join(names)}; {anew}")
    return is_any
