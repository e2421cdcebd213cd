"""`hatchway doctor` as people type it: exit codes, ignoring, explaining, fixing."""

import io
import json
from pathlib import Path

import pytest

from hatchway.cli.program import main

COMPOSE = """\
version: "3"
services:
  web:
    image: shop:1
    ports:
      - "5678:5678"
"""
FIXED = """\
services:
  web:
    image: shop:1
    ports:
      - "127.0.0.1:5678:5678"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    return tmp_path


def codes(project: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """Return the codes of what is found."""
    main(["doctor", str(project), "--json", *words])
    return [one["code"] for one in json.loads(capsys.readouterr().out)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 1),
        (["--fail-on", "never"], 0),
        (["--ignore", "HW401"], 0),
        (["--ignore", "HW401", "--fail-on", "note"], 1),
        (["--only", "version-key"], 0),
        (["--only", "HW601", "--fail-on", "note"], 1),
        (["--fail-on", "severe"], 2),
        (["--format", "pdf"], 2),
        (["--ignore", "HW999"], 2),
        (["--explain", "nothing"], 2),
    ],
)
def test_the_exit_code_says_whether_it_failed(project: Path, words: list[str], code: int) -> None:
    assert main(["doctor", str(project), *words]) == code


def test_the_report_shows_the_line_and_the_way_out(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", str(project)])
    assert capsys.readouterr().out == (
        "compose.yaml\n"
        "  HW601 note: `version` says nothing any more\n"
        '         1 | version: "3"\n'
        "      fix: take the line out\n"
        "  HW401 error: the debug port 5678 of `web` is open to all networks\n"
        '         6 |       - "5678:5678"\n'
        '      fix: publish it on this machine alone: "127.0.0.1:5678:5678"; `hatchway\n'
        "           up` needs none\n"
        "\n"
        "1 error, 1 note; `hatchway doctor --explain HW601` says more about one\n"
    )


def test_a_clean_project_is_said_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no Docker
    assert main(["doctor", str(tmp_path)]) == 0
    nothing = "nothing found: no Dockerfile, compose file or Python file is here\n"
    assert capsys.readouterr().out == nothing
    (tmp_path / "compose.yaml").write_text("services: {db: {image: postgres:16}}\n")
    (tmp_path / "shop.py").write_text("import this\n")
    assert main(["doctor", str(tmp_path), "--only", "HW401", "--only", "HW601"]) == 0
    told = "nothing found: 1 compose file, 1 service, 1 Python file, 2 rules\n"
    view = "compose files were read plainly: the shell's variables are not put in\n"
    assert capsys.readouterr().out == (
        f"{told}{view}`hatchway doctor --prove` proves on what runs that a breakpoint stops\n"
    )


@pytest.mark.parametrize(
    "ignoring",
    [
        COMPOSE.replace('- "5678', '# hatchway: ignore HW401\n      - "5678'),
        COMPOSE.replace(':5678"', ':5678"  # hatchway: ignore HW504, HW401'),
    ],
)
def test_a_comment_keeps_a_rule_from_a_line(
    project: Path, capsys: pytest.CaptureFixture[str], ignoring: str
) -> None:
    (project / "compose.yaml").write_text(ignoring)
    assert codes(project, capsys) == ["HW601"]


def test_a_comment_about_another_rule_keeps_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "compose.yaml").write_text(COMPOSE.replace(':5678"', ':5678"  # hatchway: ignore HW402'))
    assert codes(project, capsys) == ["HW601", "HW401"]


@pytest.mark.parametrize(
    ("name", "table"), [("pyproject.toml", "tool.hatchway.doctor"), ("hatchway.toml", "doctor")]
)
def test_a_project_says_what_is_left_out(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, table: str
) -> None:
    (project / "old").mkdir()
    (project / "old" / "compose.yaml").write_text(COMPOSE)
    assert codes(project, capsys) == ["HW601", "HW401"] * 2
    (project / name).write_text(
        f'[{table}]\nignore = ["debug-port-published"]\nexclude = ["old/"]\nfail-on = "note"\n'
    )
    assert codes(project, capsys) == ["HW601"]
    assert main(["doctor", str(project)]) == 1
    assert main(["doctor", str(project), "--fail-on", "error"]) == 0


@pytest.mark.parametrize("told", ["ignore = 3", 'ignored = ["HW401"]', 'fail-on = "bad"'])
def test_a_configuration_that_cannot_be_read_is_wrong_use(project: Path, told: str) -> None:
    (project / "hatchway.toml").write_text(f"[doctor]\n{told}\n")
    assert main(["doctor", str(project)]) == 2


def test_a_rule_explains_itself_by_code_and_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--explain", "hw401"]) == 0
    by_code = capsys.readouterr().out
    assert main(["doctor", "--explain", "debug-port-published"]) == 0
    assert capsys.readouterr().out == by_code
    page = Path(__file__).parents[3] / "docs" / "rules" / "HW401.md"
    assert page.read_text().endswith(by_code)


def test_fixes_are_shown_and_made_only_when_agreed(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["doctor", str(project), "--fix"]) == 1
    told = capsys.readouterr()
    assert '-version: "3"' in told.out
    assert '+      - "127.0.0.1:5678:5678"' in told.out
    assert "hint: `hatchway doctor --fix --yes` does not ask" in told.err
    assert (project / "compose.yaml").read_text() == COMPOSE
    main(["doctor", str(project), "--fix", "--yes"])
    assert "1 file changed" in capsys.readouterr().out
    assert (project / "compose.yaml").read_text() == FIXED
    assert main(["doctor", str(project), "--fix", "--yes"]) == 0
    assert "nothing that can safely be fixed" in capsys.readouterr().out


def test_a_fix_keeps_line_ends_marks_and_mode(project: Path) -> None:
    file = project / "compose.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + COMPOSE.replace("\n", "\r\n").rstrip().encode())
    file.chmod(0o640)
    main(["doctor", str(project), "--fix", "--yes"])
    assert file.read_bytes() == b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").rstrip().encode()
    assert file.stat().st_mode & 0o777 == 0o640
