"""`hatchway doctor`: what stands in the way of a breakpoint, and other mistakes in how a project runs."""

import sys
from pathlib import Path

import click

from hatchway.cli import _examining
from hatchway.errors import HatchwayError


@click.command("doctor")
@click.argument("project", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--format", "form", default="text", help="text, json, sarif or junit.", show_default=True)
@click.option(
    "--fail-on",
    metavar="LEVEL",
    help="What makes the exit code 1: error, warning, note, never.  [default: error]",
)
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave a rule out; may be repeated.")
@click.option("--only", multiple=True, metavar="RULE", help="Run this rule alone; may be repeated.")
@click.option("--fix", is_flag=True, help="Show what can safely be fixed, and fix it when you say so.")
@click.option("--yes", is_flag=True, help="Fix without asking.")
@click.option("--explain", metavar="RULE", help="Print the page of a rule, and end.")
@click.option(
    "--prove",
    is_flag=False,
    flag_value="",
    metavar="[SERVICE]",
    help="Prove on what runs that a breakpoint stops: a real line, a real request.",
)
@click.option(
    "--route",
    metavar="PATH",
    default="",
    help="With --prove: ask for this.  [default: one without parameters]",
)
@click.option("--method", default="GET", show_default=True, help="With --route: how to ask.")
@click.option("--body", metavar="TEXT", default="", help="With --method: JSON, or what a form sends.")
@click.option("--url", metavar="ADDRESS", default="", help="With --prove: where the service answers.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=60.0,
    show_default=True,
    help="With --prove: give up after so long.",
)
@click.option("--rules", "lists_rules", is_flag=True, help="List the rules, and end.")
def doctor_command(
    *,
    project: Path,
    as_json: bool,
    form: str,
    fail_on: str | None,
    ignore: tuple[str, ...],
    only: tuple[str, ...],
    fix: bool,
    yes: bool,
    explain: str | None,
    prove: str | None,
    route: str,
    method: str,
    body: str,
    url: str,
    seconds: float,
    lists_rules: bool,
) -> int:
    """Find what keeps a breakpoint from being hit, and other mistakes in how a project runs.

    Reads Dockerfiles, compose files, a Procfile, the editor's files and the source of PROJECT, and asks
    Docker, where it is, what it makes of them and what runs. A comment `# hatchway: ignore HW401` on a line,
    or above it, keeps a rule from that line.

    \b
    Examples:
      hatchway doctor
      hatchway doctor --explain HW401
      hatchway doctor --fix
      hatchway doctor --prove                    on what `hatchway up` or `run` has started
    """
    if prove is not None:
        from hatchway.cli import _proving  # noqa: PLC0415 - the rules need no hub

        if (method.upper() != "GET" or body) and not route:
            msg = "--method and --body want to know which route: nothing is changed unasked"
            raise HatchwayError(msg, "add `--route /a/path`")
        wish = _proving.Wish(prove, route, url.rstrip("/"), seconds, method.upper(), body)
        return 0 if _proving.prove(project, wish) else 1
    if explain or lists_rules:
        sys.stdout.write(_examining.rule_page(explain) if explain else _examining.rule_list())
        return 0
    wanted = _examining.Wanted("json" if as_json else form, fail_on, ignore, only)
    examined = _examining.examine(project, wanted)
    if fix:
        _examining.fix(project, examined, is_agreed=yes)
    else:
        sys.stdout.write(examined.report)
    return 1 if examined.fails else 0


COMMAND = doctor_command
