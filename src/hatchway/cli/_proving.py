"""`hatchway doctor --prove`: each link between the editor and a line of the code, tried and told."""

import asyncio
import contextlib
import hashlib
import sys
import textwrap
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchway.cli._addresses import addresses, status
from hatchway.cli._chain import BrokenError, Chain, Link
from hatchway.cli._hosting import hosted
from hatchway.cli._target import find_target
from hatchway.cli.screen import counted
from hatchway.delivery import build_payload
from hatchway.doctor.reading.walk import read, walk
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import HatchwayError
from hatchway.hub.connecting import reach_over
from hatchway.hub.lodging import find
from hatchway.hub.opening import Wishes
from hatchway.terminal.proof.proving import Prover, prover
from hatchway.terminal.proof.routes import Route, asking, candidates

SECONDS = 60.0
"""The time that a proof may take, unless told."""
_ANOTHER = "`--route /a/path` names another"
_NUDGED = 3
"""Requests by which the workers are woken to be asked for their routes."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says; what is empty is found out."""

    service: str = ""
    path: str = ""
    address: str = ""
    seconds: float = SECONDS
    method: str = "GET"
    body: str = ""


def prove(project: Path, wish: Wish) -> bool:
    """Try every link up to the first that does not hold; tell whether all do.

    Nothing is left behind: no breakpoint, no pause, no hub of ours. Raises `HatchwayError` if nothing runs.
    """
    project = project.resolve()
    directory = run_directory(project)
    chain = Chain(_tell)
    with contextlib.ExitStack() as stack, contextlib.suppress(BrokenError):
        with chain.link("something runs under hatchway here") as words:
            lodger = find(directory)
            if lodger is None:
                engine, selector = asyncio.run(find_target(project, None, wish.service or None))
                reach = reach_over(engine, selector, build_payload())
                port = stack.enter_context(hosted(reach, directory, Wishes(None))).port
                is_local = engine.name == "local"
            else:
                port, is_local = lodger.port, lodger.engine == "local"
            words.append(f"a hub of this folder listens on 127.0.0.1:{port}")
        # Requests that a stop holds are let go by the prover's leaving, which therefore comes first.
        crowd = stack.enter_context(ThreadPoolExecutor(_NUDGED + 1))
        one = stack.enter_context(prover(port, wish.seconds))
        _stop(chain, one, crowd, _meet(chain, one, crowd, project, wish, is_local=is_local))
    return chain.is_whole


@dataclass(frozen=True, slots=True)
class _Met:
    """What is to be stopped in."""

    address: str
    route: Route
    body: str


def _meet(
    chain: Chain, one: Prover, crowd: ThreadPoolExecutor, project: Path, wish: Wish, *, is_local: bool
) -> _Met:
    """Attach, and choose a route."""
    with chain.link("workers run") as words:
        workers = one.workers(wish.service)
        names = ", ".join(sorted({worker["service"] for worker in workers}))
        words.append(f"{counted(len(workers), 'worker')} of {names} run{'s' if len(workers) == 1 else ''}")
    with chain.link("the debugger gets into each of them"):
        one.attach()
        one.await_armed(workers)
    with chain.link("the service answers") as words:
        told = [wish.address] if wish.address else addresses(workers, is_local=is_local)
        address = _first(told, one)
        words.append(f"the service answers on {address}")
    with chain.link("its framework tells its routes") as words:

        def nudge() -> None:
            for _ in range(_NUDGED):
                crowd.submit(status, address, one.left)

        labels = {f"{worker['service']}/{worker['pid']}" for worker in workers}
        routes = one.routes(labels, asking(wish.path, wish.method), nudge)
        if not routes:
            what = f"a {wish.method} of {wish.path}" if wish.path else "a GET without parameters"
            msg = f"no route of Flask, Django, FastAPI or Starlette answers {what}"
            raise HatchwayError(msg, _ANOTHER)
        what = (
            f"what answers {wish.path}"
            if wish.path
            else f"{counted(len(routes), 'route')} without parameters"
        )
        words.append(f"its framework tells {what}")
    with chain.link("a handler is in this project") as words:
        services = {worker["service"] for worker in workers}
        fitting = candidates(routes, _files(project), services)
        if not fitting:
            msg = "it is in none of the files of this folder" if wish.path else "all are in files of others"
            raise HatchwayError(msg, _ANOTHER)
        route = fitting[0]
        place = f"{_shown(route.local, project)}:{route.line}"
        words.append(f"{route.method} {route.path} is handled by {route.function}, {place}")
    with chain.link(f"{_shown(route.local, project)} is what runs"):
        _require_same(route)
    return _Met(address, route, wish.body)


def _stop(chain: Chain, one: Prover, crowd: ThreadPoolExecutor, met: _Met) -> None:
    """Stop in the route, look, and go on."""
    route = met.route
    with chain.link(f"a breakpoint binds at {route.local.name}:{route.line}"):
        one.arm(route)
    asked = f"{route.method} {route.path}"
    with chain.link(f"{asked} stops there") as words:
        request = crowd.submit(status, met.address + route.path, one.left, route.method, met.body)
        stop = one.stop(request, route)
        words.append(f"{asked} stops there, in {stop.worker}")
    with chain.link("a local can be read") as words:
        value = one.local(stop, request)
        words.append(f"a local can be read: {value[:48]}" if value else "there is no local to be read")
    with chain.link("it runs on and is answered") as words:
        words.append(f"it runs on and is answered with {one.answered(request, route)}")


def _first(told: Sequence[str], one: Prover) -> str:
    """Return the first address where somebody speaks HTTP."""
    for address in told:
        with contextlib.suppress(OSError, ValueError):
            status(address, min(one.left, 10))
            return address
    tried = f": tried {', '.join(told)}" if told else ""
    msg = f"nobody answers HTTP{tried}"
    raise HatchwayError(msg, "; ".join(one.missing()) or "`--url` says where it does")


def _require_same(route: Route) -> None:
    if not route.is_same:
        msg = f"{route.remote} differs from your {route.local.name}: its lines are others"
        raise HatchwayError(msg, "build the image anew: `hatchway up --build`")
    if not route.is_loaded:
        msg = f"it was edited since the worker has loaded it: {route.function} runs as it was"
        raise HatchwayError(msg, "restart the service, or have its server reload")


def _files(project: Path) -> Mapping[Path, str]:
    """Return the project's Python files with the hashes of their content."""
    found: dict[Path, str] = {}
    for path in walk(project):
        if path.endswith(".py"):
            with contextlib.suppress(OSError):
                found[project / path] = hashlib.sha256(read(project, path)).hexdigest()
    return found


def _shown(path: Path, project: Path) -> Any:
    return path.relative_to(project) if path.is_relative_to(project) else path


def _tell(link: Link) -> None:
    """Print one link, and what is wrong where it does not hold."""
    sys.stdout.write(f"  {'ok' if link.holds else 'NO'}  {link.what}\n")
    if trouble := "; ".join(filter(None, (link.detail, link.hint))):
        sys.stdout.write(textwrap.fill(trouble, 80, initial_indent=" " * 6, subsequent_indent=" " * 6) + "\n")
    sys.stdout.flush()
