"""What `hatchway init` says of the facts, and how it asks about those that are open."""

from pathlib import Path
from textwrap import wrap

import click

from hatchway.cli.screen import show_table
from hatchway.errors import HatchwayError
from hatchway.scaffold.detect import detect
from hatchway.scaffold.explain import notes_of, rows_of
from hatchway.scaffold.facts import Facts, Tie

_WIDEST = 30
"""Columns for an answer: its reason is to have room on 80."""


def settled(folder: Path, answers: dict[str, str], *, asks: bool) -> Facts:
    """Return the facts with every tie decided: by `answers`, or by the person at the terminal.

    Raises `HatchwayError`, which names the equal answers, if there is nobody to ask.
    """
    facts = detect(folder, answers)
    while facts.ties:
        tie = facts.ties[0]
        if not asks:
            raise refusal(tie)
        answers = {**answers, tie.question: _ask(tie)}
        facts = detect(folder, answers)
    return facts


def refusal(tie: Tie) -> HatchwayError:
    """Return the error that names what a project leaves open."""
    told = " and ".join(f"{one.answer} ({one.match.because})" for one in tie.choices)
    first = tie.choices[0].answer
    return HatchwayError(
        f"{tie.question}: {told} are equally likely", f'say which: --answer "{tie.question}={first}"'
    )


def _ask(tie: Tie) -> str:
    click.echo(f"{tie.question}: equally likely are")
    for one in tie.choices:
        click.echo(f"  {one.answer}: {one.match.because}")
    chosen: str = click.prompt("Which", type=click.Choice([one.answer for one in tie.choices]))
    return chosen


def explain(facts: Facts) -> None:
    """Print what was found in each part, how sure and why."""
    for part in facts.parts:
        click.echo(f"{part.name} (in {part.folder})" if len(facts.parts) > 1 else facts.name)
        rows = [
            [one.what, "\n".join(wrap(one.answer, _WIDEST)), str(one.score), one.because]
            for one in rows_of(part)
        ]
        show_table(["WHAT", "ANSWER", "SCORE", "BECAUSE"], rows, grows="BECAUSE")
    for note in notes_of(facts):
        click.echo(f"note: {note}")
