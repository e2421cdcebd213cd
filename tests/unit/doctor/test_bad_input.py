"""Whatever lies in a project, the doctor says what is wrong with it and never fails."""

import contextlib
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway.doctor.diagnose import diagnose, known_rules
from hatchway.doctor.facts import Facts
from hatchway.doctor.reading.project import read_facts
from hatchway.doctor.reading.source import read_source
from hatchway.doctor.reports import text
from hatchway.formats import dockerfile, ini, yaml
from hatchway.formats.tree import Complaint

TODAY = date(2026, 11, 20)
RULES = known_rules()
CASES = Path(__file__).parents[2] / "cases"
COMPOSE = "services:\n  web:\n    image: {}\n"


def told(project: Path) -> list[tuple[str, str, int]]:
    """Return what the doctor finds: code, file and line. Its report can be printed."""
    facts = read_facts(project, TODAY)
    found = diagnose(facts, RULES)
    printed = text.render(found, RULES, facts.texts)
    assert printed.replace("\n", "").isprintable()
    return [(one.code, one.finding.where.path, one.finding.where.line) for one in found]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("compose.yaml", b"services:\n  web: [\n", 3),
        ("compose.yaml", b"services: [web]\n", 1),
        ("compose.yaml", b"a: &a [*a]\nservices: *b\n", 2),
        ("compose.yaml", b"services:\n\t web: {}\n", 2),
        ("compose.yaml", b"services:\n  web: {image: caf\xe9}\n", 2),
        ("compose.yaml", b"x: " + b"[" * 500, 1),
        ("Dockerfile", b"", 1),
        ("Dockerfile", b"\x00\x01\x02\n", 1),
        ("Dockerfile", b"FROM python:3.13-slim\nRUN <<EOF\necho\n", 2),
        (".vscode/launch.json", b'{"configurations": [}', 1),
        (".vscode/launch.json", b"", 1),
        (".devcontainer/devcontainer.json", b"{'a': 1}", 1),
    ],
)
def test_a_broken_file_is_a_finding(tmp_path: Path, name: str, content: bytes, line: int) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    assert ("HW101", name, line) in told(tmp_path)


def test_marks_and_line_ends_of_windows_are_taken(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_bytes(
        b"\xef\xbb\xbfversion: '3'\r\n" + COMPOSE.format("redis").replace("\n", "\r\n").encode()
    )
    (tmp_path / "Dockerfile").write_bytes(
        b"\xef\xbb\xbfFROM python:3.13-slim\r\nRUN a \\\r\n  b\r\n\r\nMAINTAINER me\r\n"
    )
    assert {("HW601", "compose.yaml", 1), ("HW504", "compose.yaml", 4), ("HW803", "Dockerfile", 5)} <= {
        *told(tmp_path)
    }


def test_what_cannot_be_opened_is_named_and_links_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").symlink_to(tmp_path / "none")
    (tmp_path / "Dockerfile").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "docker-compose.yml")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "compose.big.yaml").write_bytes(b"#" * 1_100_000)
    names = ("compose.yaml", "docker-compose.yml", "compose.big.yaml", "Dockerfile")
    assert {path for code, path, _ in told(tmp_path) if code == "HW101"} == set(names)


def test_what_a_file_holds_does_not_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text('services: {"web\\e[2J": {links: [a\\e]}}\n')
    assert "HW602" in {code for code, _, _ in told(tmp_path)}


def test_python_that_is_none_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text("print 'debugpy'\n")
    (tmp_path / "deep.py").write_text("breakpoint(" * 5000)
    (tmp_path / "zero.py").write_bytes(b"breakpoint()\0")
    assert told(tmp_path) == []


def test_files_that_include_and_extend_one_another_come_to_an_end(tmp_path: Path) -> None:
    names = [f"{number}.yml" for number in range(60)]
    others = f"include: [{', '.join(names)}]\n"
    for number, name in enumerate(names):
        extends = f"{{file: {names[number - 1]}, service: s{number - 1}}}"
        (tmp_path / name).write_text(f"{others}services: {{s{number}: {{extends: {extends}}}}}\n")
    (tmp_path / "compose.yaml").write_text(f"{others}services: {{web: {{extends: web, links: [s1]}}}}\n")
    assert "HW602" in {code for code, _, _ in told(tmp_path)}


def test_a_large_project_is_walked_within_bounds(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(20):
        folder /= "deeper"
        folder.mkdir()
        (folder / "Dockerfile").write_text("FROM python\n")
    assert len(read_facts(tmp_path, TODAY).dockerfiles) < 20


PARTS = st.lists(
    st.sampled_from(
        [
            "FROM",
            "RUN",
            "CMD",
            " ",
            "\n",
            "\\",
            "`",
            "<<EOF",
            "EOF",
            "#",
            "escape=`",
            '["',
            '"]',
            "$",
            "${A:-",
            "}",
            "--from=",
        ]
    )
    | st.text(max_size=4),
    max_size=40,
).map("".join)


@given(PARTS)
def test_any_text_is_a_dockerfile_of_some_kind(content: str) -> None:
    parsed = dockerfile.parse(content)
    lines = max(1, len(content.removeprefix("\ufeff").splitlines()))
    assert all(1 <= one.line <= one.last <= lines for one in parsed.instructions)
    assert all(1 <= fault.line <= lines for fault in parsed.faults)


@given(
    st.lists(
        st.sampled_from(
            ["a:", " ", "\n", "- ", "[", "]", "{", "}", "&a", "*a", "<<: ", "|", "!x", "'", "---", "%"]
        )
        | st.text(max_size=3),
        max_size=30,
    ).map("".join)
)
def test_any_text_is_yaml_or_complained_of(content: str) -> None:
    with contextlib.suppress(Complaint):
        yaml.parse(content)


@given(PARTS)
def test_any_text_is_an_ini_file(content: str) -> None:
    assert all(entry.line >= 1 for entry in ini.parse(content))


@given(st.text(max_size=60))
def test_any_text_is_python_or_refused(content: str) -> None:
    with contextlib.suppress(SyntaxError, ValueError):
        assert read_source("app.py", content).path == "app.py"


FILES = sorted(path for path in CASES.glob("**/*") if path.is_file() and path.name != "expected.txt")


@given(
    st.sampled_from(FILES),
    st.integers(0, 2000),
    st.integers(0, 200),
    st.sampled_from(["", "[", "{}", "null", "\n", "- ", ": ", '"', "services:", "\\"]),
)
def test_no_rule_fails_on_a_damaged_case(
    tmp_path_factory: pytest.TempPathFactory, file: Path, start: int, length: int, put: str
) -> None:
    folder = tmp_path_factory.mktemp("case")
    place = folder / (f".vscode/{file.name}" if ".vscode" in file.parts else file.name)
    place.parent.mkdir(exist_ok=True)
    content = file.read_bytes()
    start %= len(content) + 1
    place.write_bytes(content[:start] + put.encode() + content[start + length :])
    facts = read_facts(folder, TODAY)
    assert isinstance(facts, Facts)
    diagnose(facts, RULES)
