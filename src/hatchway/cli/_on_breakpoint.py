"""The option of `run` and `up` that says what `breakpoint()` does while no editor is attached."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

LONGEST = 3600
"""Seconds that a thread may be told to wait."""


def on_breakpoint_option(command: Command) -> Command:
    """Give a command the option; its value is empty where nothing was said, else as the agent reads it."""
    option = click.option(
        "--on-breakpoint",
        callback=_checked,
        default="",
        metavar="WHAT",
        help="What breakpoint() does without an editor: `wait` for one (60 s, or `wait:SECONDS`) "
        "and run on, or `skip`.  [default: wait]",
    )
    return option(command)


def _checked(_context: click.Context, _option: click.Parameter, value: str) -> str:
    what, colon, seconds = value.partition(":")
    if what not in ("", "wait", "skip") or (colon and what != "wait"):
        msg = f"{value!r} is none of: wait, wait:SECONDS, skip"
        raise click.BadParameter(msg)
    if colon and not (seconds.isdecimal() and 1 <= int(seconds) <= LONGEST):
        msg = f"{seconds!r} is not a number of seconds from 1 to {LONGEST}"
        raise click.BadParameter(msg)
    return value
