"""Signals while a command runs: the first ends it, those after it cut nothing short."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from hatchway.cli._signals import clear_up, ending_by_signal, run_to_end, undisturbed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its loop takes no signals")
ENDED = """
import asyncio, os, signal
from hatchway.cli._signals import clear_up, ending_by_signal, run_to_end, undisturbed

async def main():
    try:
        os.kill(os.getpid(), {number})
        await asyncio.sleep(30)
    finally:
        for _ in range(5):
            os.kill(os.getpid(), {number})
            await asyncio.sleep(0.01)
        print("cleared", flush=True)

run_to_end(main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_clears_up_is_not_cut_short(number: int) -> None:
    argv = [sys.executable, "-c", ENDED.format(number=int(number))]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=20, check=False)
    assert done.stdout.count("cleared\n") == 1
    assert done.stdout.count("what was begun is cleared away") + done.stderr.count("cleared away") == 1
    # Python ends itself by the signal of a `KeyboardInterrupt` that nobody catches.
    assert done.returncode == (-number if number == signal.SIGINT else 128 + number)


def test_without_a_signal_it_is_as_ever() -> None:
    async def main() -> int:
        await asyncio.sleep(0)
        return 5

    assert run_to_end(main()) == 5
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_signal_that_the_user_ignores_stays_ignored() -> None:
    async def main() -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.sleep(0.01)

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        run_to_end(main())
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_clearing_up_is_ended_by_no_signal() -> None:
    async def main() -> str:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.05)
        return "cleared"

    with asyncio.Runner() as runner:
        assert clear_up(main(), runner) == "cleared"


def test_where_no_loop_runs_clearing_up_is_ended_by_no_signal() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with ending_by_signal():
        with undisturbed():
            for number in before:
                os.kill(os.getpid(), number)
        with pytest.raises(SystemExit, match=str(128 + signal.SIGTERM)):
            os.kill(os.getpid(), signal.SIGTERM)
    assert {number: signal.getsignal(number) for number in before} == before
