"""Folders as people, tools and enemies leave them: read within bounds, or passed by with a sentence."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway.errors import HatchwayError
from hatchway.files import LARGEST
from hatchway.scaffold.detect import detect
from hatchway.scaffold.project import MOST_ENTRIES, MOST_IN_FOLDER, open_project

APP = "from flask import Flask\n\napp = Flask(__name__)\n"


def shop(folder: Path) -> Path:
    (folder / "app.py").write_text(APP)
    return folder


def names(root: Path) -> list[str]:
    return [one.spec for _, one in detect(root).applications()]


def test_links_lead_neither_round_nor_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(APP)
    root = tmp_path / "project"
    root.mkdir()
    shop(root)
    (root / "round").symlink_to(root, target_is_directory=True)
    (root / "out").symlink_to(outside, target_is_directory=True)
    (root / "file.py").symlink_to(outside / "secret.py")
    (root / "itself.py").symlink_to(root / "itself.py")
    (root / "nothing.py").symlink_to(root / "not there")
    (root / "inner.py").symlink_to(root / "app.py")
    project = open_project(root)
    assert project.files == ("app.py", "inner.py")
    (note,) = project.notes
    assert note.text == (
        "left out, for no link is followed that leads out, round or to a folder: file.py, itself.py,"
        " nothing.py and 2 more"
    )


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gunicorn.conf.py")
    os.mkfifo(tmp_path / "requirements.txt")
    assert names(shop(tmp_path)) == ["app:app"]
    assert [note.text for note in open_project(tmp_path).notes] == [
        "left out, for nothing that is no plain file is read: gunicorn.conf.py, requirements.txt"
    ]


def test_a_fifo_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    project = open_project(shop(tmp_path))
    (tmp_path / "app.py").unlink()
    os.mkfifo(tmp_path / "app.py")
    assert project.content("app.py") == b""


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with (shop(tmp_path) / "data.py").open("wb") as file:
        file.truncate(LARGEST * 1000)
    assert open_project(tmp_path).content("data.py") == b""
    assert names(tmp_path) == ["app:app"]
    assert f"not read: it is longer than {LARGEST} bytes" in [note.text for note in detect(tmp_path).notes]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    (shop(tmp_path) / "closed").mkdir(mode=0)
    assert [note.text for note in open_project(tmp_path).notes] == [
        "the folder closed cannot be read: Permission denied"
    ]


def test_a_root_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HatchwayError, match="cannot be read"):
        open_project(tmp_path / "gone")


def test_names_that_cannot_be_printed_are_left_out(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.py")).write_text(APP)
    (tmp_path / "line\nfeed.py").write_text(APP)
    assert names(shop(tmp_path)) == ["app:app"]
    assert len(open_project(tmp_path).notes) == 2


def test_tools_and_data_are_passed_by(tmp_path: Path) -> None:
    root = shop(tmp_path)
    for folder in ("node_modules/gyp", ".venv/lib", "env/lib", "data", "shop/data"):
        (root / folder).mkdir(parents=True)
        (root / folder / "a.py").write_text(APP)
    (root / "env" / "pyvenv.cfg").write_text("")
    (root / "data" / "a.py").rename(root / "data" / "a.csv")
    assert open_project(root).files == ("app.py", "shop/data/a.py")


def test_many_files_are_looked_at_within_bounds(tmp_path: Path) -> None:
    root = shop(tmp_path)
    (root / "frames").mkdir()
    for number in range(MOST_IN_FOLDER + 1):
        (root / "frames" / f"{number}.raw").touch()
    project = open_project(root)
    assert len(project.files) == MOST_IN_FOLDER + 1
    assert project.notes[0].text == f"of frames, only {MOST_IN_FOLDER} entries were looked at"
    assert MOST_ENTRIES > MOST_IN_FOLDER


def test_deep_code_is_passed_by(tmp_path: Path) -> None:
    (shop(tmp_path) / "deep.py").write_text("(" * 50_000)
    (tmp_path / "long.py").write_text("x = " + " + ".join(["'a'"] * 20_000) + "\n")
    (tmp_path / "minus.py").write_text("x = " + "-" * 20_000 + "1\n")
    assert names(tmp_path) == ["app:app"]


def test_yaml_that_grows_is_passed_by(tmp_path: Path) -> None:
    laughs = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    (tmp_path / "compose.yaml").write_text(f"l0: &l0 [lol]\n{laughs}\nservices: *l11\n")
    assert names(shop(tmp_path)) == ["app:app"]


def test_yaml_with_an_anchor_twice_is_read_in_silence(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  a: &x {image: a}\n  b: &x {image: b}\n")
    assert names(shop(tmp_path)) == ["app:app"]


READ = (
    "app.py",
    "manage.py",
    "setup.py",
    "setup.cfg",
    "pyproject.toml",
    "uv.lock",
    "Pipfile",
    "requirements.txt",
    "requirements.in",
    "Procfile",
    "Dockerfile",
    "compose.yaml",
    "uwsgi.ini",
    "supervisord.conf",
    "gunicorn.conf.py",
    "start.sh",
    ".python-version",
    "runtime.txt",
    ".tool-versions",
    "alembic.ini",
    "pytest.ini",
)
WORDS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "{",
            "}",
            "=",
            ":",
            "\n",
            "\r\n",
            " ",
            "\t",
            '"',
            "'",
            "\\",
            "#",
            "-",
            "&",
            "*",
            "<<:",
            "$",
        ),
        *("project", "tool", "poetry", "dependencies", "services", "command", "build", "uwsgi", "module"),
        *("gunicorn", "FROM", "CMD", "python:3.", "-r", "requirements.txt", "import flask", "app", "Flask()"),
        *(
            "os.environ",
            "def f(",
            "class A(",
            "if __name__ == '__main__':",
            "@app.get('/')",
            "\ufeff",
            "3.99",
        ),
    ]
)


@given(
    file=st.sampled_from(READ),
    content=st.binary(max_size=300) | st.lists(WORDS).map(lambda one: "".join(one).encode()),
)
def test_no_content_of_a_file_is_too_much(
    file: str, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("fuzz")
    (root / "other.py").write_text(APP)
    (root / file).write_bytes(content)
    assert detect(root).parts
