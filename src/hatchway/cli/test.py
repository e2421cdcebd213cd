"""`hatchway test`: a service's tests where it runs, under coverage, with a debugger at hand."""

import asyncio
import contextlib
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from hatchway.cli._containers import announce, nothing, require_same
from hatchway.cli._foreground import stay_with
from hatchway.cli._signals import clear_up, ending_by_signal, run_to_end
from hatchway.cli._testing import local
from hatchway.cli._testing.container import Case, Run, bench_for, started
from hatchway.cli._testing.kit import SUMMARY, conclude, tell
from hatchway.cli._testing.options import Asked, asked_of, test_options
from hatchway.cli.pdb import SplitCommand, Started, run_here, run_in_container
from hatchway.cli.run import run_with_hub
from hatchway.cli.screen import INTERRUPTED, say, show_json
from hatchway.delivery import build_payload, freight
from hatchway.engines import Selector
from hatchway.engines.compose import PAYLOAD, ComposeEngine
from hatchway.engines.local import ENGINE as LOCAL
from hatchway.engines.rendezvous import known_directory, run_directory
from hatchway.errors import UsageError
from hatchway.hub.connecting import reach_over
from hatchway.hub.lodging import find
from hatchway.hub.opening import Wishes, open_hub

GRACE = 30.0
"""Seconds that tests have to end after Ctrl-C."""


@click.command("test", cls=SplitCommand)
@test_options
@click.argument("service", required=False)
@click.pass_context
def test_command(ctx: click.Context, /, *, service: str | None, **given: Any) -> int:
    """Run the tests of a compose SERVICE in a container of its own, under coverage.

    What stands behind two dashes is for the runner: pytest, unittest or Django's, as the project is.
    The exit code is the runner's. Where there is no compose file, the tests run on this host.

    \b
    Examples:
      hatchway test web
      hatchway test web -- -x -k login
      hatchway test web --with pytest     the image has none, and will have none
      hatchway test web --pdb             stop where a test fails
      hatchway test web --wait            attach an editor first
      hatchway test --local               no container
    """
    asked = asked_of(service or "", ctx.meta.get("command") or (), given)
    with ending_by_signal():
        with _stdout_aside() if asked.as_json else contextlib.nullcontext():
            summary = _run(asked)
        if asked.as_json:
            show_json(summary)
    return int(summary["code"])


COMMAND = test_command


@contextlib.contextmanager
def _stdout_aside() -> Iterator[None]:
    """Have all that is printed go to stderr, also by what we start."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def _run(asked: Asked) -> dict[str, Any]:
    """Run the tests; return the summary, which has been told."""
    engine = ComposeEngine(asked.files, asked.profiles)
    project = Path.cwd()
    if asked.is_local or asyncio.run(engine.detect(project)) is None:
        if asked.order.service:
            msg = f"there is no container for {asked.order.service}: "
            msg += "--local tests on this host" if asked.is_local else "no compose file is here"
            raise UsageError(msg, "name no service, or call hatchway where the compose file is")
        code, results = _on_this_host(asked)
        root = project
    else:
        if not asked.order.service:
            msg = "which service is to be tested?"
            raise UsageError(
                msg, "name it: hatchway test SERVICE; or test on this host: hatchway test --local"
            )
        code, results, root = _in_container(asked, engine, project)
    was_ended = code == INTERRUPTED or (asked.plan is not None and code == 0)  # `q!`
    if was_ended and SUMMARY not in results:
        say("the tests were ended")
        return {"code": INTERRUPTED}
    summary = conclude(asked.order, results, code, root)
    tell(summary)
    return {**summary, "code": code}


def _on_this_host(asked: Asked) -> tuple[int, dict[str, bytes]]:
    with local.run_for(asked.order, asked.wanted, asked.python, _on_breakpoint(asked)) as run:
        lodger = find(run.app.directory.parent)
        if lodger is not None:
            require_same(lodger, LOCAL.name)
        if asked.plan is not None:
            code = run_here(asked.plan, run.app, asked.port, "the tests")
        elif asked.waits and lodger is None:
            code = run_to_end(run_with_hub(run.app, Wishes(asked.port, wait=math.inf)))
        else:
            code = run_to_end(local.attend(run))
        return code, run.taken()


def _on_breakpoint(asked: Asked) -> str:
    """Return what `breakpoint()` does: where nobody debugs, nobody is waited for."""
    is_followed = asked.order.debugs or find(known_directory(Path.cwd())) is not None
    return "" if is_followed else "skip"


def _in_container(asked: Asked, engine: ComposeEngine, project: Path) -> tuple[int, dict[str, bytes], Path]:
    payload = build_payload()
    load = freight(payload, PAYLOAD, wait=asked.order.debugs, on_breakpoint=_on_breakpoint(asked))
    case = Case(
        engine, project, payload, load, asked.order, asked.wanted, asked.build, asked.keeps_entrypoint
    )
    with asyncio.Runner() as runner:
        making = bench_for(case)
        run = run_to_end(making.__aenter__(), runner)
        try:
            if asked.plan is not None:
                what = f"the tests of {asked.order.service}"
                begun = Started(run.bench.argv, lambda: asyncio.run(run.bench.remove()), what)
                code = run_in_container(asked.plan, run.engine, begun, asked.port)
            else:
                code = run_to_end(_attended(asked, project, run, payload), runner)
        finally:
            clear_up(making.__aexit__(None, None, None), runner)
    return code, run.results, run.bench.root


async def _attended(asked: Asked, project: Path, run: Run, payload: Path) -> int:
    """Start the run, with a hub beside it if an editor comes; stay until it ends."""
    directory = run_directory(project)
    interrupting: list[asyncio.Task[None]] = []

    def interrupt() -> None:
        interrupting.append(asyncio.create_task(run.bench.interrupt()))

    if asked.waits and find(directory) is None:
        reach = reach_over(run.engine, Selector(project), payload)
        async with open_hub(reach, directory, Wishes(asked.port, wait=math.inf)) as opened:
            process = await started(run.bench, project)

            def release() -> None:
                opened.hub.release()
                interrupt()

            services = (asked.order.service,)
            return await stay_with(process, release, lambda: announce(opened, services, reach), GRACE)
    process = await started(run.bench, project)
    return await stay_with(process, interrupt, nothing, GRACE)
