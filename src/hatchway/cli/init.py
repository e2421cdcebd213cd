"""`hatchway init`: from a folder of Python to a container project."""

import sys
from pathlib import Path

import click

from hatchway.cli.screen import show_json, show_table
from hatchway.errors import HatchwayError, UsageError
from hatchway.scaffold.detect import detect
from hatchway.scaffold.explain import as_json, notes_of, rows_of
from hatchway.scaffold.facts import Facts, Tie


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--explain", is_flag=True, help="Show what was found in the project, how sure and why.")
@click.option("--json", "as_json_", is_flag=True, help="Print what was found as JSON, for programs.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="QUESTION=ANSWER",
    help="Decide between equal answers beforehand.",
)
def init_command(*, folder: Path, explain: bool, as_json_: bool, answers: tuple[str, ...]) -> None:
    """Read a project: its applications, what starts them, what they need.

    Nothing of the project is run or imported.

    \b
    Examples:
      hatchway init --explain
      hatchway init --explain --answer "manager of shop=uv"
    """
    if not (explain or as_json_):
        msg = "`hatchway init` only reads so far"
        raise UsageError(msg, "see what it reads with `hatchway init --explain`")
    facts = settled(folder, dict(_split(one) for one in answers), asks=sys.stdin.isatty() and not as_json_)
    if as_json_:
        show_json(as_json(facts))
    else:
        _explain(facts)


COMMAND = init_command


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


def _split(answer: str) -> tuple[str, str]:
    question, equals, chosen = answer.partition("=")
    if not equals:
        msg = f"--answer {answer} says no answer"
        raise UsageError(msg, 'write it as --answer "QUESTION=ANSWER"')
    return question.strip(), chosen.strip()


def _explain(facts: Facts) -> None:
    for part in facts.parts:
        click.echo(f"{part.name} (in {part.folder})" if len(facts.parts) > 1 else facts.name)
        rows = [[one.what, one.answer, str(one.score), one.because] for one in rows_of(part)]
        show_table(["WHAT", "ANSWER", "SCORE", "BECAUSE"], rows, grows="BECAUSE")
    for note in notes_of(facts):
        click.echo(f"note: {note}")
