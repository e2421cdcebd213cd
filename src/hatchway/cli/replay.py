"""`hatchway replay`: run a journal through the core again, and show where it would now act otherwise."""

from pathlib import Path

import click

from hatchway.cli.screen import counted, say
from hatchway.errors import HatchwayError
from hatchway.hub.journal import pack, read
from hatchway.session.core import DebugSession
from hatchway.session.settings import Settings


@click.command("replay")
@click.option("--verbose", is_flag=True, help="Print every step, also those that agree.")
@click.argument("journal", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def replay_command(*, verbose: bool, journal: Path) -> int:
    """Run JOURNAL through the session's core again.

    Exits with 1 if the core of this version answers anything in another way than was recorded.

    \b
    Examples:
      hatchway run --journal bug.jsonl -- gunicorn app:app
      hatchway replay bug.jsonl
    """
    try:
        with journal.open(encoding="utf-8") as lines:
            facts, steps = read(lines)
        session = DebugSession(facts["token"], Settings(**facts["settings"]))
    except (UnicodeDecodeError, KeyError, TypeError) as error:
        msg = f"{journal} is no journal of this version: {error}"
        raise HatchwayError(msg, "journals are written by `hatchway run --journal FILE`") from None
    differing = 0
    for number, step in enumerate(steps, 1):
        outputs = session.receive(step.event, step.at)
        differs = outputs != step.outputs
        differing += differs
        if verbose or differs:
            click.echo(f"{number} {step.at:.3f} in  {pack(step.event)}")
            for output in step.outputs:
                click.echo(f"{number} {step.at:.3f} out {pack(output)}")
        if differs:
            for output in outputs:
                click.echo(f"{number} {step.at:.3f} now {pack(output)}")
    say(f"replayed {counted(len(steps), 'step')}, {counted(differing, 'difference')}")
    return 1 if differing else 0


COMMAND = replay_command
