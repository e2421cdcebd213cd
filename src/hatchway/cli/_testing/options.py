"""The options of `hatchway test`, and what they amount to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from hatchway.cli._compose import compose_options
from hatchway.cli._debugging import Plan
from hatchway.cli._testing.kit import Order
from hatchway.cli._testing.tools import Wanted
from hatchway.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_OPTIONS = (
    click.option("--pdb", "pdb", is_flag=True, help="Stop where a test fails, in the terminal debugger."),
    click.option(
        "-b",
        "--break",
        "breakpoints",
        multiple=True,
        metavar="FILE:LINE[, CONDITION]",
        help="Stop there, too; with --pdb.",
    ),
    click.option(
        "-c", "--command", "commands", multiple=True, help="Run this command of the debugger's first."
    ),
    click.option("--wait", is_flag=True, help="Hold the tests until an editor is attached."),
    click.option(
        "--with",
        "packages",
        multiple=True,
        metavar="PACKAGE",
        help="Bring this along, pytest say, outside of the image's own environment.",
    ),
    click.option(
        "--with-requirements", "requirements", multiple=True, type=_FILE, help="The same, by a file."
    ),
    click.option(
        "--runner",
        type=click.Choice(["pytest", "unittest", "django"]),
        default=None,
        help="Run the tests by this.  [default: told from the project]",
    ),
    click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="FOLDER",
        help="Measure the coverage of this.  [default: as the project says, else what runs]",
    ),
    click.option("--no-coverage", is_flag=True, help="Measure none."),
    click.option(
        "--reports",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("reports"),
        show_default=True,
        help="Put junit.xml, coverage.xml and .coverage there.",
    ),
    click.option("--local", is_flag=True, help="Test on this host, though there is a compose file."),
    click.option(
        "--python",
        help="Test on this host with this Python.  [default: the active or project's environment's]",
    ),
    click.option("--build", is_flag=True, help="Build the image first."),
    click.option("--no-entrypoint", is_flag=True, help="Leave the image's entrypoint out."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, all else to stderr."),
    click.option(
        "--port",
        type=click.IntRange(1, 65535),
        help="The port of a hub of its own.  [default: the next free]",
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options amount to."""

    order: Order
    wanted: Wanted
    plan: Plan | None
    """The terminal debugger's, if it is wanted."""
    waits: bool
    """An editor comes first."""
    port: int | None
    is_local: bool
    python: str | None
    build: bool
    keeps_entrypoint: bool
    files: tuple[str, ...]
    profiles: tuple[str, ...]
    as_json: bool


def _runner_of(packages: tuple[str, ...]) -> str:
    """Return the runner that is meant by what is brought along; empty if none is."""
    return "pytest" if any(re.match(r"pytest(?![\w.-])", package) for package in packages) else ""


def test_options(command: Command) -> Command:
    """Give a command all of them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return compose_options(command)


def asked_of(service: str, words: tuple[str, ...], given: dict[str, Any]) -> Asked:
    """Return what is asked for. Raises `UsageError` if that makes no sense."""
    debugs = given["pdb"] or bool(given["breakpoints"] or given["commands"])
    if "--pdb" in words:
        msg = "pytest's own --pdb has no terminal there"
        raise UsageError(msg, "write it before the two dashes: hatchway test --pdb")
    if given["wait"] and debugs:
        msg = "--wait is for an editor, and --pdb is the terminal's own debugger"
        raise UsageError(msg, "leave out one of the two")
    if given["as_json"] and (debugs or given["wait"]):
        msg = "--json is for programs, and a program does not debug"
        raise UsageError(msg, "leave out one of the two")
    order = Order(
        service=service,
        words=words,
        runner=given["runner"] or _runner_of(given["packages"]),
        sources=given["sources"],
        measures=not given["no_coverage"],
        debugs=debugs or given["wait"],
        reports=given["reports"],
    )
    return Asked(
        order=order,
        wanted=Wanted(given["packages"], tuple(file.absolute() for file in given["requirements"])),
        plan=Plan(given["commands"], given["breakpoints"], ()) if debugs else None,
        waits=given["wait"],
        port=given["port"],
        is_local=given["local"] or given["python"] is not None,
        python=given["python"],
        build=given["build"],
        keeps_entrypoint=not given["no_entrypoint"],
        files=given["files"],
        profiles=given["profiles"],
        as_json=given["as_json"],
    )
