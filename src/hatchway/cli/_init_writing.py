"""What `hatchway init` shows of a plan, asks, and says afterwards."""

import sys
import textwrap
from pathlib import Path

import click
from rich.console import Console
from rich.syntax import Syntax

from hatchway.cli.screen import counted, say, show_table
from hatchway.errors import UsageError
from hatchway.scaffold.draft import Draft, as_it_was, carry_out, undo
from hatchway.scaffold.explain import notes_of
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.plan import Plan, diff_of
from hatchway.scaffold.recipes._serving import within
from hatchway.scaffold.recipes._variables import DEVELOPER, DEVELOPER_VARIABLE, keeps_files
from hatchway.scaffold.wanted import all_recipes

NAME_IT = "say how it is started in a file `Procfile`: `web: COMMAND`"
"""What helps where nothing looks like an application."""
_NOTES = 5
"""How many notes are shown; `--explain` shows all."""


def show_diff(plan: Plan) -> None:
    """Print what would change as one diff that `patch -p1` takes."""
    text = "".join(line for change in plan.changes for line in diff_of(change))
    if not sys.stdout.isatty():
        sys.stdout.write(text)
    elif text:
        Console(highlight=False).print(Syntax(text, "diff", background_color="default", word_wrap=True))


def show_plan(plan: Plan) -> None:
    """Print a line for each file: what would be done, and what for."""
    rows = [["create" if one.before is None else "edit", one.path, one.why] for one in plan.changes]
    rows += [["keep", one.path, one.why] for one in plan.kept]
    if rows:
        show_table(["", "file", "why"], rows, grows="why")


def write(folder: Path, facts: Facts, made: Draft, *, yes: bool, diff: bool) -> None:
    """Show what would be done, ask, and do it."""
    plan = made.plan
    _say_what_it_is(facts)
    show_plan(plan)
    if not plan.changes:
        say(f"nothing to write; up to date: {counted(len(plan.same), 'file')}")
        return
    if diff:
        show_diff(plan)
    if not yes and not _agreed(plan):
        say("nothing was written")
        return
    carry_out(folder, made)
    say(f"wrote {counted(len(plan.changes), 'file')}; `hatchway init --undo` takes it back")
    for recipe in made.recipes:
        if recipe.hint:
            say(f"{recipe.title}, {recipe.hint}")
    _tell_of_database(folder, as_it_was(folder, facts))
    if any(facts.applications()) or facts.compose_files:
        say("next: `hatchway init --check` starts it and stops at a breakpoint")
    else:
        _say_wrapped(f"next: {NAME_IT}, and call `hatchway init` again")
    _tell_more(made)


def _say_what_it_is(facts: Facts) -> None:
    """Print what the project was taken for, and what is open."""
    running = [f"{one.name} ({one.framework})" for _, one in facts.applications()]
    used = sorted({one.flavour or one.name for part in facts.parts for one in part.backing})
    uses = f" with {', '.join(used)}" if used else ""
    _say_wrapped(f"{facts.name}: {', '.join(running) or 'nothing that could be started'}{uses}")
    notes = notes_of(facts)
    for note in notes[:_NOTES]:
        _say_wrapped(f"note: {note}")
    if len(notes) > _NOTES:
        say(f"{counted(len(notes) - _NOTES, 'more note')}: `hatchway init --explain`")


def _agreed(plan: Plan) -> bool:
    if not sys.stdin.isatty():
        msg = "nothing was written: there is no terminal to ask at"
        raise UsageError(msg, "`hatchway init --yes` writes, `--dry-run` shows the difference")
    while True:
        question = f"Write {counted(len(plan.changes), 'file')}?"
        answer = click.prompt(
            question,
            type=click.Choice(["y", "n", "d"]),
            default="y",
            show_choices=False,
            prompt_suffix=" [y]es, [n]o, show the [d]iff: ",
            show_default=False,
        )
        if answer != "d":
            return bool(answer == "y")
        show_diff(plan)


def _tell_of_database(folder: Path, facts: Facts) -> None:
    """Say what is to be done where the database lies in a file beside the code."""
    owner = folder.stat().st_uid
    kept = [part for part in facts.parts if keeps_files(part) and part.applications and not part.dockerfile]
    for part in kept:
        if part.migrations and not facts.compose_files:
            main, migrations = part.applications[0], part.migrations
            place = [f"--workdir={within(part, migrations.folder)}"]
            words = [] if migrations.folder == main.folder else place
            command = " ".join(["docker compose run --rm", *words, main.name, *migrations.command])
            say(f"the database is a file in this folder, brought into form by\n  {command}")
    if kept and owner != DEVELOPER and not facts.compose_files:
        _say_wrapped(
            f"the database lies in this folder, which is user {owner}'s: "
            f"put {DEVELOPER_VARIABLE}={owner} into .env"
        )


def _tell_more(made: Draft) -> None:
    more = sorted(set(all_recipes()) - {recipe.name for recipe in made.recipes})
    if more:
        _say_wrapped(f"more, by --only: {', '.join(more)}")


def _say_wrapped(text: str) -> None:
    width = Console().width - len("hatchway: ")
    say("\n  ".join(textwrap.wrap(text, width, break_long_words=False)))


def take_back(folder: Path) -> int:
    """Undo all that was written; return 1 if something was left."""
    undone = undo(folder)
    for path in undone.removed:
        say(f"removed {path}")
    for path in undone.restored:
        say(f"restored {path}")
    for path in undone.theirs:
        say(f"left {path}: you have changed it")
    return 1 if undone.theirs else 0
