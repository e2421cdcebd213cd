"""`hatchway init --check`: build, start, request, stop at a breakpoint, test; each link of the chain is told.

It runs in the project's own folder, since what counts is what lies there, and under a name of its own, so
that nothing of a project that runs already is touched; all that it started is gone afterwards.
"""

import contextlib
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console

from hatchway.cli._addresses import status
from hatchway.cli._chain import BrokenError, Chain, Link
from hatchway.cli._init_traces import remove_forsaken
from hatchway.cli._init_trial import PATIENCE, Trial, answered, tries
from hatchway.cli._init_writing import NAME_IT
from hatchway.cli.screen import counted, say, show_json
from hatchway.engines.rendezvous import known_directory
from hatchway.errors import HatchwayError
from hatchway.formats.compose import NAMES
from hatchway.hub.lodging import find
from hatchway.scaffold.draft import as_it_was
from hatchway.scaffold.facts import Application, Facts
from hatchway.scaffold.recipes._serving import within
from hatchway.scaffold.recipes._variables import keeps_files
from hatchway.scaffold.recipes.compose import tests_name
from hatchway.terminal.client import DapClient

_GLANCE = 0.5
"""Seconds to wait for an event before looking elsewhere, too."""


def check(folder: Path, facts: Facts, tell: Callable[[Link], None]) -> Chain:
    """Try every link, up to the first that does not hold; `tell` is called with each.

    Raises `HatchwayError` if a hub follows the folder already, or there is nothing to start.
    """
    if not any((folder / name).exists() for name in NAMES):
        msg = "there is nothing to start yet: this folder has no compose file"
        raise HatchwayError(msg, "`hatchway init` writes one" if any(facts.applications()) else NAME_IT)
    remove_forsaken()
    if lodger := find(known_directory(folder)):
        msg = f"a hub runs for this folder already, on 127.0.0.1:{lodger.port}"
        raise HatchwayError(msg, "`hatchway down` ends it; then check once more")
    facts = as_it_was(folder, facts)
    main = next((one for _, one in facts.applications() if one.port), None)
    chain = Chain(tell)
    with Trial(folder, facts) as trial, contextlib.suppress(BrokenError):
        with chain.link("the images build"):
            if main:
                trial.require(main.name)
            trial.build()
        if trial.is_first:
            _bring_into_form(chain, trial, facts)
        with chain.link("everything starts") as words:
            port = trial.up()
            words.append(f"{trial.started} start")
        if main:
            _visit(chain, trial, port, main)
        for suite in trial.services() & {tests_name(part) for part in facts.parts if part.tests}:
            with chain.link(f"{suite}: none fails") as words:
                words.append(f"{suite}: {counted(trial.test(suite), 'test')}, none fails")
    return chain


def _bring_into_form(chain: Chain, trial: Trial, facts: Facts) -> None:
    """Run the migrations where no database lies in the folder yet: one that is there is somebody's."""
    for part in facts.parts:
        if part.migrations and part.applications and keeps_files(part) and not part.dockerfile:
            with chain.link(f"`{' '.join(part.migrations.command)}` runs"):
                folder = within(part, part.migrations.folder)
                trial.migrate(part.applications[0].name, folder, part.migrations.command)


def _visit(chain: Chain, trial: Trial, port: int, application: Application) -> None:
    """Try what somebody does who opens the project: a request, and one that stops."""
    service = application.name
    route = application.routes[0] if application.routes else None
    path = route.path if route else "/"
    with chain.link(f"{service} is healthy") as words:
        if not trial.is_healthy(service):
            words.append(f"{service} has no health check")
    with chain.link(f"GET {path} is answered") as words:
        address = trial.address(service, application.port.number if application.port else 0) + path
        words.append(f"GET {path} is answered with {answered(address)}")
    if route is None or not route.place.line or route.place == application.place:
        return  # no line of the project's own is known to answer it
    with DapClient(port) as editor, ThreadPoolExecutor(1) as visitor:
        with chain.link(f"a breakpoint binds at {route.place}"):
            _arm(editor, trial.folder / route.place.file, route.place.line)
        with chain.link(f"a request stops at {route.place}") as words:
            request = visitor.submit(status, address, PATIENCE)
            thread, function = _stop(editor, request, trial.folder / route.place.file, route.place.line)
            words.append(f"a request stops at {route.place}, in {function}")
        with chain.link("it runs on and is answered") as words:
            editor.request("setBreakpoints", {"source": {"path": str(trial.folder / route.place.file)}})
            editor.request("continue", {"threadId": thread})
            words.append(f"it runs on and is answered with {_released(editor, request)}")


def _arm(editor: DapClient, file: Path, line: int) -> None:
    """Attach as an editor does, and set the breakpoint."""
    editor.request("initialize", {"clientID": "hatchway-check", "adapterID": "hatchway"})
    editor.event("initialized")
    editor.request("attach", {"justMyCode": False})
    wish = {"source": {"path": str(file)}, "breakpoints": [{"line": line}]}
    (armed,) = editor.request("setBreakpoints", wish)["breakpoints"]
    editor.request("configurationDone")
    if not armed["verified"]:
        editor.event("breakpoint", lambda body: bool(body["breakpoint"]["verified"]), PATIENCE)


def _stop(editor: DapClient, request: Future[int], file: Path, line: int) -> tuple[int, str]:
    """Wait for the stop and return its thread and function. Raises `HatchwayError` if it is elsewhere."""
    for _ in tries(0):
        try:
            stopped = editor.event("stopped", timeout=_GLANCE)
        except TimeoutError:
            if request.done():
                msg = f"it was answered with {request.result()} and did not stop"
                raise HatchwayError(msg, "`hatchway doctor` looks for the reason") from None
            continue
        (frame, *_) = editor.request("stackTrace", {"threadId": stopped["threadId"], "levels": 1})[
            "stackFrames"
        ]
        if (Path(frame["source"]["path"]), frame["line"]) != (file, line):
            msg = f"it stops at {frame['source']['path']}:{frame['line']}"
            raise HatchwayError(msg)
        return int(stopped["threadId"]), str(frame["name"])
    msg = f"it does not, within {PATIENCE:.0f} s"
    raise HatchwayError(msg)


def _released(editor: DapClient, request: Future[int]) -> int:
    """Return the status of the answer; others that stopped, as health checks do, are let go, too."""
    for _ in tries(0):
        if request.done():
            return request.result()
        with contextlib.suppress(TimeoutError):
            stopped = editor.event("stopped", timeout=_GLANCE)
            editor.request("continue", {"threadId": stopped["threadId"]})
    msg = f"it is not answered, within {PATIENCE:.0f} s"
    raise HatchwayError(msg)


def tell(link: Link) -> None:
    """Print one link."""
    told = f"  {'ok' if link.holds else 'NO':<4} {link.what}  ({link.seconds:.1f} s)"
    width = Console().width
    sys.stdout.write(
        f"{told}\n" if len(told) <= width else f"{textwrap.fill(told, width, subsequent_indent=' ' * 7)}\n"
    )
    for line in (*link.detail.splitlines(), *filter(None, [link.hint])):
        sys.stdout.write(f"       {line}\n")
    sys.stdout.flush()


def report(chain: Chain, *, is_json: bool) -> int:
    """Print how it went and return the exit code."""
    holds = chain.is_whole
    if is_json:
        show_json(
            {
                "holds": holds,
                "links": [asdict(replace(link, seconds=round(link.seconds, 3))) for link in chain.links],
            }
        )
    else:
        say("it holds; all that was started is gone again" if holds else "all that was started is gone again")
    return 0 if holds else 1
