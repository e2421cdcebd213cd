"""`hatchway init`: from a folder of Python to a container project."""

import sys
from pathlib import Path

import click

from hatchway.cli._init_check import check, report, tell
from hatchway.cli._init_reading import explain, settled
from hatchway.cli._init_writing import show_diff, take_back, write
from hatchway.cli.screen import show_json
from hatchway.errors import UsageError
from hatchway.scaffold.draft import carry_out, draft
from hatchway.scaffold.explain import as_json


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--explain", "explains", is_flag=True, help="Show what was found in the project, and why.")
@click.option("--dry-run", is_flag=True, help="Print what would change as a diff, and write nothing.")
@click.option("--diff", is_flag=True, help="Show the difference before asking.")
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("--only", metavar="NAME,...", default="", help="Write only these: dockerfile, vscode, zed, ...")
@click.option(
    "--check", "checks", is_flag=True, help="Build, start, request and stop at a breakpoint; end it all."
)
@click.option("--undo", is_flag=True, help="Put everything back as it was before.")
@click.option(
    "--json", "is_json", is_flag=True, help="Print what is found, planned or checked, for programs."
)
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="QUESTION=ANSWER",
    help="Decide between equal answers beforehand.",
)
def init_command(
    *,
    folder: Path,
    explains: bool,
    dry_run: bool,
    diff: bool,
    yes: bool,
    only: str,
    checks: bool,
    undo: bool,
    is_json: bool,
    answers: tuple[str, ...],
) -> int:
    """Write what a project lacks to run in containers and be debugged there.

    The code is read, never run. Only what is absent is written, or what was written by this command and not
    changed since; files made of entries, as launch.json, get one more. --check proves that it works.

    \b
    Examples:
      hatchway init                                  show, ask, write
      hatchway init --explain                        what was found, and why
      hatchway init --only dockerfile,vscode --yes
      hatchway init --check
    """
    if sum((explains, dry_run, checks, undo)) > 1:
        msg = "--explain, --dry-run, --check and --undo are one at a time"
        raise UsageError(msg)
    folder = folder.resolve()
    if undo:
        return take_back(folder)
    asks = sys.stdin.isatty() and not is_json
    facts = settled(folder, dict(_split(one) for one in answers), asks=asks)
    if explains:
        show_json(as_json(facts)) if is_json else explain(facts)
        return 0
    if checks:
        return report(check(folder, facts, (lambda _: None) if is_json else tell), is_json=is_json)
    made = draft(folder, facts, [name.strip() for name in only.split(",") if name.strip()])
    if is_json:
        if yes and not dry_run:
            carry_out(folder, made)
        show_json(made.plan.as_json())
    elif dry_run:
        show_diff(made.plan)
    else:
        write(folder, facts, made, yes=yes, diff=diff)
    return 0


COMMAND = init_command


def _split(answer: str) -> tuple[str, str]:
    question, equals, chosen = answer.partition("=")
    if not equals:
        msg = f"--answer {answer} says no answer"
        raise UsageError(msg, 'write it as --answer "QUESTION=ANSWER"')
    return question.strip(), chosen.strip()
