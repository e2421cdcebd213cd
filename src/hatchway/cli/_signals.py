"""What signals do to a command: the first ends it, with all that it began; more of them change nothing."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")

_NUMBERS = (signal.SIGINT, signal.SIGTERM, *([] if sys.platform == "win32" else [signal.SIGHUP]))


def run_to_end(main: Coroutine[Any, Any, Result], runner: asyncio.Runner | None = None) -> Result:
    """Run to the end; a signal cancels it, once: what clears up is not cut short, however often one comes.

    asyncio's own way is to leave at the second Ctrl-C, and what was begun stays. Raises `KeyboardInterrupt`
    or `SystemExit` if a signal ended it. Whoever wants the signals for himself takes them, as
    `_opening.end_signals` does.
    """
    return _run(main, runner, is_cancelled=True)


def clear_up(main: Coroutine[Any, Any, Result], runner: asyncio.Runner) -> Result:
    """Run what clears up to its end, whatever signals come."""
    return _run(main, runner, is_cancelled=False)


def _run(main: Coroutine[Any, Any, Result], runner: asyncio.Runner | None, *, is_cancelled: bool) -> Result:
    ours = [number for number in _NUMBERS if _is_unhandled(number)]
    got: list[int] = []

    async def watched() -> Result:
        with _taken(ours, got, asyncio.current_task() if is_cancelled else None):
            return await main

    with contextlib.ExitStack() as stack:
        try:
            return (runner or stack.enter_context(asyncio.Runner())).run(watched())
        except asyncio.CancelledError:
            if not got:
                raise
    if got[0] == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + got[0])


def _is_unhandled(number: int) -> bool:
    return signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)


@contextlib.contextmanager
def _taken(numbers: list[signal.Signals], got: list[int], task: asyncio.Task[Any] | None) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def take(number: int) -> None:
        got.append(number)
        if task is not None and len(got) == 1:
            task.cancel()
        elif len(got) == 2:  # noqa: PLR2004 - the second one
            log.warning("ending; what was begun is cleared away (kill -9 %d leaves it)", os.getpid())

    for number in numbers:
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C is a KeyboardInterrupt there
            loop.add_signal_handler(number, take, number)
    try:
        yield
    finally:
        for number in numbers:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)


@contextlib.contextmanager
def ending_by_signal() -> Iterator[None]:
    """Where no event loop runs: have SIGTERM and SIGHUP end us in order, what we began with us."""

    def end(number: int, _: Any) -> None:
        raise SystemExit(128 + number)

    with _handled([number for number in _NUMBERS if number != signal.SIGINT], end):
        yield


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Where no event loop runs: clear up to the end, whatever signals come."""
    # Not ignored: what we call would inherit that.
    with _handled(_NUMBERS, lambda *_: None):
        yield


@contextlib.contextmanager
def _handled(numbers: Iterable[signal.Signals], handler: Any) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
