"""The command line as a whole: every COMMAND of this folder in one group, and how errors are shown."""

import importlib
import importlib.util
import logging
import sys
from collections.abc import Sequence

import click

import hatchway
from hatchway import cli
from hatchway.cli._pth import sweep_second_ways
from hatchway.cli.screen import INTERRUPTED, report
from hatchway.errors import HatchwayError
from hatchway_agent.plugins import discover


class _Commands(click.Group):
    """Every COMMAND of this folder, imported when it is asked for: none pays for what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return their names, which are those of their modules."""
        return list(discover(cli, "COMMAND"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return one; None if there is none of that name."""
        return _command(cmd_name)


def _command(name: str) -> click.Command | None:
    module = f"{cli.__name__}.{name}"
    is_public = name.isidentifier() and not name.startswith("_")
    if not is_public or importlib.util.find_spec(module) is None:
        return None
    return getattr(importlib.import_module(module), "COMMAND", None)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(hatchway.__version__, prog_name="hatchway", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show tracebacks, and what the hub does.")
@click.option("--quiet", is_flag=True, help="Show nothing but errors and results.")
def hatchway_group(*, debug: bool, quiet: bool) -> None:
    """Debug a Python web app where it really runs.

    Every worker of every service is a thread of one debug session on one local port,
    with no change to the app.

    \b
    Examples:
      hatchway demo                                  a guided tour
      hatchway run -- gunicorn -w 4 app:app          run an app, debuggable
      hatchway ps                                    what runs, and how it fares
    """
    level = logging.DEBUG if debug else logging.ERROR if quiet else logging.WARNING
    sweep_second_ways()
    logging.basicConfig(format="hatchway: %(message)s", level=level, stream=sys.stderr)


def read_in(words: Sequence[str]) -> None:
    """Import what the command line asks for, so that nothing is left to import when it begins."""
    _command(next((word for word in words if not word.startswith("-")), ""))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        code = hatchway_group.main(words, prog_name="hatchway", standalone_mode=False)
    except HatchwayError as error:
        if "--debug" in words[:1]:
            raise
        report(error.message, error.hint)
        return error.exit_code
    except click.UsageError as error:
        hint = f"see `{error.ctx.command_path} --help`" if error.ctx else ""
        report(error.format_message().rstrip("."), hint)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; nothing more can be said there.
        sys.stdout = None
        return 0
    except Exception as error:
        if "--debug" in words[:1]:
            raise
        report(
            f"{type(error).__name__}: {error}",
            "this is a mistake of ours: `hatchway --debug ...` shows where",
        )
        return 1
    return code if isinstance(code, int) else 0
