"""Notes of what is to be undone: held by the living, free when they are killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from hatchway.cli._notes import noted, undo_forsaken

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no notes are made")
KILLED = """
import os, signal
from hatchway.cli._notes import noted
with noted("kind", "what I made"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "hatchway" / "kind"


def undone() -> list[str]:
    found: list[str] = []
    undo_forsaken("kind", found.append)
    return found


def test_a_note_is_nobody_elses_while_its_maker_lives(cache: Path) -> None:
    assert undone() == []
    with noted("kind", "what I made"):
        assert len(list(cache.iterdir())) == 1
        assert undone() == []
    assert list(cache.iterdir()) == []


def test_what_a_killed_process_noted_is_undone_once(cache: Path) -> None:
    for _ in range(2):
        subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert undone() == ["what I made"] * 2
    assert undone() == []
    assert list(cache.iterdir()) == []


def test_what_cannot_be_undone_stays_noted_and_is_in_nobodys_way() -> None:
    for _ in range(2):
        subprocess.run([sys.executable, "-c", KILLED], check=False)
    tried: list[str] = []

    def undo(text: str) -> None:
        tried.append(text)
        raise PermissionError

    undo_forsaken("kind", undo)
    assert tried == ["what I made"] * 2
    assert undone() == ["what I made"] * 2


def test_the_folder_of_notes_is_ours_alone(cache: Path) -> None:
    with noted("kind", ""):
        assert cache.stat().st_mode & 0o077 == 0
