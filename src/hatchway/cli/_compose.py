"""The options that say which compose project is meant."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def compose_options(command: Command) -> Command:
    """Give a command the options that Compose has for it, under the same names."""
    options = (
        click.option("-f", "--file", "files", multiple=True, help="Read this compose file; may be repeated."),
        click.option("--profile", "profiles", multiple=True, help="Enable this profile; may be repeated."),
    )
    for option in reversed(options):
        command = option(command)
    return command
