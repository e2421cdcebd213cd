"""What is written into each project of the corpus: `pytest --update` writes anew what is expected."""

import shutil
from pathlib import Path

import pytest

from hatchway.scaffold.detect import detect
from hatchway.scaffold.draft import Draft, carry_out, draft, undo

CASES = Path(__file__).parents[2] / "cases" / "init"
SHOWN = ("dockerfile", "compose", "env")
"""The recipes that differ from project to project."""
cases = pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))


def drafted(folder: Path, names: tuple[str, ...] = ()) -> Draft:
    return draft(folder, detect(folder), names)


def told(made: Draft) -> str:
    """Return a plan as a person reads it."""
    changes = (f"=== {one.path}: {one.why}\n{one.after.decode()}" for one in made.plan.changes)
    return "\n".join((*changes, *(f"=== {one.path} is kept: {one.why}" for one in made.plan.kept))) + "\n"


@cases
def test_what_is_written_is_what_is_expected(case: str, request: pytest.FixtureRequest) -> None:
    expected = CASES / case / "plan.txt"
    plan = told(drafted(CASES / case / "project", SHOWN))
    if request.config.getoption("--update"):
        expected.write_text(plan, encoding="utf-8")
    assert plan == expected.read_text(encoding="utf-8")


@cases
def test_a_second_run_changes_nothing_and_undoing_gives_the_project_back(case: str, tmp_path: Path) -> None:
    folder = tmp_path / case
    shutil.copytree(CASES / case / "project", folder, symlinks=True)
    before = everything(folder)
    carry_out(folder, drafted(folder))
    assert [change.path for change in drafted(folder).plan.changes] == []
    if (folder / ".hatchway").exists():
        undo(folder)
    assert everything(folder) == before


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"/"
        for path in folder.rglob("*")
        if not path.is_symlink()
    }
