"""The tree keeps its promises: small modules with honest names, reasons written down, no machine in sight."""

import ast
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))
LONGEST = 400
MEDIAN = 150
FORBIDDEN = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "manager",
    "misc",
    "shared",
    "core_utils",
}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def lines_of(module: Path) -> int:
    return len(module.read_text().splitlines())


def name_of(module: Path) -> str:
    return str(module.relative_to(ROOT))


def is_generated(module: Path) -> bool:
    return module.read_text().startswith('"""GENERATED')


def docstring_of(module: Path) -> str:
    return ast.get_docstring(ast.parse(module.read_text())) or ""


def committed() -> Iterator[Path]:
    """Every text file that belongs to the repository, apart from this one."""
    folders = (".ci", "benchmarks", "docs", "examples", "requirements", "scripts", "src", "tests")
    for path in [*ROOT.iterdir(), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]:
        is_cache = any(part.startswith((".mypy", ".ruff", ".pytest", "__pycache__")) for part in path.parts)
        # In a worktree of git's, `.git` is a file with a path of this machine.
        is_ours = path.name != ".git" and path != Path(__file__)
        if path.is_file() and not is_cache and path.suffix != ".pyc" and is_ours:
            yield path


def test_no_module_is_long() -> None:
    too_long = {name_of(m): lines_of(m) for m in MODULES if lines_of(m) > LONGEST and not is_generated(m)}
    assert not too_long


def test_most_modules_are_short() -> None:
    assert statistics.median(lines_of(m) for m in MODULES if lines_of(m)) < MEDIAN


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [name_of(m) for m in MODULES if {m.stem.strip("_"), m.parent.name} & FORBIDDEN]


def test_every_module_says_in_one_sentence_what_lives_there() -> None:
    first_lines = {name_of(m): docstring_of(m).partition("\n")[0] for m in MODULES}
    assert not {
        name: line for name, line in first_lines.items() if not re.fullmatch(r"\S((?!\. ).)*\.", line)
    }


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        (
            "a package registry",
            r"\b(files\.)?(pythonhosted|pypi|anaconda|npmjs|docker)\.(org|io|com)\b|\bghcr\.io\b",
        ),
        ("where an index is", r"(?<!no-emit)--(extra-)?index(-url)?[ =]+\S*:|(?<!-)--find-links[ =]\S"),
        ("a folder of one machine", r"(?<![\w.~}])/(root/|work/|(home|Users)/(?!me\b|you\b|app\b))\w"),
    ],
)
def test_no_committed_file_names(what: str, pattern: str) -> None:
    named = [
        f"{path.relative_to(ROOT)}:{number}: {found[0]}"
        for path in committed()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if (found := re.search(pattern, line))
    ]
    assert not named, what


def test_every_lint_exemption_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    lint = text[text.index("[tool.ruff.lint]") :].partition("[tool.ruff.lint.pydocstyle]")[0]
    bare = [
        line for line in lint.splitlines() if re.search(r'"[A-Z]+\d*"', line) and not re.search(r"# \S", line)
    ]
    assert not [line for line in bare if not line.startswith("select")]


def test_every_dependency_is_accounted_for() -> None:
    asked = [
        *PROJECT["build-system"]["requires"],
        *PROJECT["project"]["dependencies"],
        *(one for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra),
        *(one for group in PROJECT["dependency-groups"].values() for one in group),
    ]
    names = {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in asked}  # type: ignore[index]
    rows = re.findall(r"^\| `([\w.-]+)` \|", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE)
    assert names - set(rows) == set()
    assert set(rows) - names == {"editables"}, "a row is left over"


def test_every_dependency_is_locked() -> None:
    locked = (ROOT / "requirements" / "dev.txt").read_text()
    for requirement in [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]:
        name = re.match(r"[\w-]+", requirement)[0]  # type: ignore[index]
        assert re.search(rf"^{name}==", locked, re.MULTILINE), f"{name}: run scripts/lock"


def test_the_locks_agree_with_each_other_and_with_the_examples() -> None:
    # The other groups are environments of their own, some with one version for old Pythons and one for new.
    locks = [ROOT / "requirements" / f"{name}.txt" for name in ("dev", "demo", "runtime", "apps")]
    files = [*locks, *ROOT.glob("examples/*/requirements*.txt")]
    versions: dict[str, set[str]] = {}
    for path in files:
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", path.read_text(), re.MULTILINE):
            versions.setdefault(name.lower(), set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
