"""The option of `run` and `up` that says what `breakpoint()` does while no editor is attached."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

LONGEST = 3600
"""Seconds that a thread may be told to wait: whoever comes later can send another request."""


class OnBreakpoint(click.ParamType):
    """`wait`, `wait:SECONDS` or `skip`, as the agent understands it."""

    name = "wait|wait:SECONDS|skip"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value, if it is one of these."""
        what, colon, seconds = value.partition(":")
        if value in ("wait", "skip"):
            return value
        if what != "wait" or not colon:
            self.fail(f"{value!r} is none of: wait, wait:SECONDS, skip", param, ctx)
        if not seconds.isdecimal() or not 1 <= int(seconds) <= LONGEST:
            self.fail(f"{seconds!r} is not a number of seconds from 1 to {LONGEST}", param, ctx)
        return value


def on_breakpoint_option(command: Command) -> Command:
    """Give a command the option; empty where nothing was said."""
    option = click.option(
        "--on-breakpoint",
        type=OnBreakpoint(),
        default="",
        metavar="WHAT",
        help="What breakpoint() does without an editor: `wait` for one (60 s, or `wait:SECONDS`) "
        "and run on, or `skip`.  [default: wait]",
    )
    return option(command)
