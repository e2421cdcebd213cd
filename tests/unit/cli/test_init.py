"""`hatchway init` as it is called: what it prints, asks, writes and takes back."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from hatchway.cli import program
from hatchway.cli._chain import Link
from hatchway.cli._init_check import tell

APP = """\
from flask import Flask
from redis import Redis

app = Flask(__name__)
store = Redis(host="redis")


@app.get("/")
def index():
    return {"visits": store.incr("visits")}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    (folder / "requirements.txt").write_text("flask\nredis\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    return folder


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_without_a_terminal_it_writes_nothing_unasked(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["init"]) == 2
    told = capsys.readouterr()
    assert "hatchway: shop: web (flask) with redis" in told.out
    assert "nothing was written: there is no terminal to ask at" in told.err
    assert files(shop) == {"app.py", "requirements.txt"}


def test_every_line_fits_the_terminal(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["init", "--yes"]) == 0
    assert shop.is_dir()
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_nothing_is_checked_before_there_is_something(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shop.is_dir()
    assert program.main(["init", "--check"]) == 1
    told = capsys.readouterr().err
    assert "there is nothing to start yet: this folder has no compose file" in told
    assert "`hatchway init` writes one" in told


def test_what_is_no_application_is_to_be_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "app.py").write_text("def add(one, other):\n    return one + other\n")
    assert program.main(["init", "--yes"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "hatchway: shop: nothing that could be started" in told
    assert "next: say how it is started in a file `Procfile`: `web: COMMAND`" in told
    assert program.main(["init", "--check"]) == 1
    assert "`web: COMMAND`" in capsys.readouterr().err
    (shop / "Procfile").write_text("web: python app.py\n")
    assert program.main(["init", "--yes"]) == 0
    assert 'CMD ["python", "app.py"]' in (shop / "Dockerfile").read_text()


def test_a_long_line_of_a_check_is_broken_at_a_blank(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    tell(
        Link(
            "a request stops at titiler/application/main.py:367, in application_health_check",
            holds=True,
            seconds=0.2,
        )
    )
    assert capsys.readouterr().out.splitlines() == [
        "  ok   a request stops at titiler/application/main.py:367, in",
        "       application_health_check  (0.2 s)",
    ]


def test_a_dockerignore_of_one_s_own_is_kept_and_does_not_count_where_it_leaves_out_too_much(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / ".dockerignore").write_text("*\n!app.py\n")
    assert program.main(["init", "--yes"]) == 0
    assert (shop / ".dockerignore").read_text() == "*\n!app.py\n"
    assert ".env" in (shop / "Dockerfile.dockerignore").read_text().splitlines()
    assert "leaves out requirements.txt" in " ".join(capsys.readouterr().out.split())


def test_whose_the_database_beside_the_code_is_is_said_where_it_matters(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "app.py").write_text(APP + "\nURL = 'sqlite:///visits.db'\n")
    assert program.main(["init", "--yes"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    owner = shop.stat().st_uid
    assert (f"put DEVELOPER_UID={owner} into .env" in told) == (owner != 1000)
    assert "app.py:14: this database goes with its container" not in told  # it has another one
    assert 'user: "${DEVELOPER_UID:-1000}"' in (shop / "compose.override.yaml").read_text()


def test_how_a_database_beside_the_code_is_brought_into_form_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Path(__file__).parents[2] / "cases" / "init" / "django-plain" / "project"
    shutil.copytree(project, tmp_path / "site")
    monkeypatch.chdir(tmp_path / "site")
    assert program.main(["init", "--yes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    number = lines.index("hatchway: the database is a file in this folder, brought into form by")
    assert lines[number + 1] == "  docker compose run --rm web python manage.py migrate --noinput"


def test_it_writes_once_and_takes_it_back(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["init", "--yes", "--only", "dockerfile,compose"]) == 0
    written = {"Dockerfile", "compose.yaml", "compose.override.yaml"}
    assert written < files(shop)
    capsys.readouterr()
    assert program.main(["init", "--yes", "--only", "dockerfile,compose"]) == 0
    assert "nothing to write; up to date: 3 files" in capsys.readouterr().out
    assert program.main(["init", "--undo"]) == 0
    assert "removed Dockerfile" in capsys.readouterr().out
    assert files(shop) == {"app.py", "requirements.txt"}


def test_what_a_dry_run_prints_is_what_patch_makes_of_the_folder(
    shop: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert program.main(["init", "--dry-run"]) == 0
    difference = capsys.readouterr().out
    assert files(shop) == {"app.py", "requirements.txt"}
    patched = tmp_path / "patched"
    patched.mkdir()
    subprocess.run(["git", "apply", "--unsafe-paths"], cwd=patched, input=difference, text=True, check=True)
    assert program.main(["init", "--yes"]) == 0
    ours = files(shop) - {"app.py", "requirements.txt", ".hatchway/.gitignore", ".hatchway/init.json"}
    assert files(patched) == ours
    assert all((patched / name).read_bytes() == (shop / name).read_bytes() for name in ours)


def test_json_says_what_would_be_done(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["init", "--json", "--only", "vscode"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in told["changes"]] == [".vscode/launch.json", ".vscode/tasks.json"]
    assert {one["action"] for one in told["changes"]} == {"create"}
    assert files(shop) == {"app.py", "requirements.txt"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--only", "docker"], "there is nothing called `docker` to write"),
        (["--undo", "--check"], "--explain, --dry-run, --check and --undo are one at a time"),
    ],
)
def test_wrong_use_is_said(
    shop: Path, capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert program.main(["init", *words]) == 2
    assert complaint in capsys.readouterr().err
    assert files(shop) == {"app.py", "requirements.txt"}


def test_undoing_nothing_is_said(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["init", "--undo"]) == 1
    assert "there is nothing to undo" in capsys.readouterr().err
    assert shop.is_dir()


@pytest.mark.parametrize(("answer", "is_written"), [("d", True), ("n", False), ("", True)])
def test_at_a_terminal_it_asks(shop: Path, answer: str, is_written: bool) -> None:  # noqa: FBT001 - a case
    environ = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    argv = ["-m", "hatchway", "init", "--only", "dockerfile"]
    child = pexpect.spawn(sys.executable, argv, cwd=str(shop), env=environ, encoding="utf-8", timeout=60)
    child.expect_exact("Write 1 file? [y]es, [n]o, show the [d]iff:")
    child.sendline(answer)
    if answer == "d":
        child.expect_exact("+FROM python:")
        child.expect_exact("show the [d]iff:")
        child.sendline("y")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (shop / "Dockerfile").exists() == is_written
