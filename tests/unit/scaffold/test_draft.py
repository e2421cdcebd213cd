"""A folder before and after: all or nothing is written, nothing outside of it, and undoing gives it back."""

import errno
import json
import os
import subprocess
from pathlib import Path

import pytest
from unit.scaffold import known

from hatchway.errors import HatchwayError, UsageError
from hatchway.scaffold import apply as applying
from hatchway.scaffold.draft import carry_out, draft, undo
from hatchway.scaffold.plan import digest_of

LAUNCH = b'\xef\xbb\xbf// mine\r\n{\r\n\t"configurations": [\r\n\t\t{ "name": "mine" },\r\n\t],\r\n}'


def everything(root: Path) -> dict[str, bytes | str]:
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        found[name] = (
            str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else "/"
        )
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "-a shop- äöü"
    (root / ".vscode").mkdir(parents=True)
    (root / ".vscode" / "launch.json").write_bytes(LAUNCH)
    (root / "app.py").write_text("app = 1\n")
    return root


def test_a_second_run_changes_nothing(folder: Path) -> None:
    carry_out(folder, draft(folder, known.RICH, ()))
    written = everything(folder)
    second = draft(folder, known.RICH, ())
    assert second.plan.changes == ()
    assert {"Dockerfile", "compose.yaml", ".vscode/launch.json"} <= set(second.plan.same)
    assert everything(folder) == written


def test_a_second_run_wants_the_same_although_detection_sees_what_we_wrote(folder: Path) -> None:
    carry_out(folder, draft(folder, known.RICH, ()))
    seen = known.replace(
        known.RICH,
        compose_files=("compose.yaml", "compose.override.yaml"),
        parts=(known.replace(known.RICH.parts[0], dockerfile="Dockerfile", env_files=(".env.example",)),),
    )
    assert draft(folder, seen, ()).plan.changes == ()


def test_undoing_gives_everything_back(folder: Path) -> None:
    before = everything(folder)
    carry_out(folder, draft(folder, known.RICH, ()))
    assert everything(folder) != before
    undone = undo(folder)
    assert everything(folder) == before
    assert undone.restored == (".vscode/launch.json",)
    assert undone.theirs == ()


def test_undoing_leaves_a_folder_that_was_empty_before(folder: Path) -> None:
    (folder / ".run").mkdir()
    before = everything(folder)
    carry_out(folder, draft(folder, known.RICH, ("pycharm", "devcontainer")))
    assert list((folder / ".run").iterdir())
    undo(folder)
    assert everything(folder) == before


def test_a_person_s_bytes_stay(folder: Path) -> None:
    carry_out(folder, draft(folder, known.RICH, ()))
    after = (folder / ".vscode" / "launch.json").read_bytes()
    assert after.startswith(LAUNCH[: LAUNCH.index(b"\r\n\t]")])
    assert after.endswith(b"\r\n\t],\r\n}")


def test_undoing_leaves_what_a_person_has_changed_since_and_can_be_asked_again(folder: Path) -> None:
    carry_out(folder, draft(folder, known.RICH, ()))
    ours = (folder / "Dockerfile").read_bytes()
    (folder / "Dockerfile").write_bytes(ours + b"# mine\n")
    assert undo(folder).theirs == ("Dockerfile",)
    (folder / "Dockerfile").write_bytes(ours)
    assert undo(folder).removed == ("Dockerfile",)
    with pytest.raises(HatchwayError, match="nothing to undo"):
        undo(folder)


def test_what_is_written_again_is_undone_to_before_the_first_time(folder: Path) -> None:
    before = everything(folder)
    carry_out(folder, draft(folder, known.project(), ()))
    carry_out(folder, draft(folder, known.RICH, ()))
    undo(folder)
    assert everything(folder) == before


def test_git_does_not_see_the_record(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    carry_out(folder, draft(folder, known.project(), ("dockerfile",)))
    told = ["git", "-C", folder, "status", "--porcelain", "--untracked-files=all"]
    status = subprocess.run(told, check=True, capture_output=True, text=True).stdout
    assert "Dockerfile" in status
    assert ".hatchway" not in status


def test_no_link_is_followed_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / ".devcontainer").symlink_to(outside)
    (folder / "Dockerfile").symlink_to(outside / "Dockerfile")
    (folder / "compose.yaml").symlink_to(folder / "compose.yaml")
    made = draft(folder, known.RICH, ())
    carry_out(folder, made)
    kept = {one.path: one.why for one in made.plan.kept}
    assert kept["Dockerfile"] == "it is a symbolic link"
    assert kept["compose.yaml"] == "it is a symbolic link"
    assert kept[".devcontainer/devcontainer.json"] == "`.devcontainer` is a symbolic link"
    assert list(outside.iterdir()) == []


def test_what_is_no_file_is_left_alone(folder: Path) -> None:
    os.mkfifo(folder / "Dockerfile")
    (folder / ".dockerignore").mkdir()
    (folder / "compose.yaml").write_bytes(b"#" * (applying.MOST_BYTES + 1))
    kept = {one.path: one.why for one in draft(folder, known.RICH, ()).plan.kept}
    assert kept["Dockerfile"] == kept[".dockerignore"] == "it is no file"
    assert kept["compose.yaml"] == "it is larger than 1 MB"


@pytest.mark.parametrize("after", range(0, 10, 3))
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_everything_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: int
) -> None:
    before = everything(folder)
    made = draft(folder, known.RICH, ())
    calls = iter(range(100))
    owner, true = (os, os.fsync) if step == "fsync" else (Path, Path.replace)

    def fail_once(*arguments: object) -> object:
        if next(calls) == after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return true(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, fail_once)
        with pytest.raises(HatchwayError, match="No space left on device; nothing was changed"):
            carry_out(folder, made)
    assert everything(folder) == before


def test_what_changes_meanwhile_is_not_overwritten(folder: Path) -> None:
    made = draft(folder, known.RICH, ())
    (folder / "Dockerfile").write_text("FROM mine\n")
    with pytest.raises(HatchwayError, match="Dockerfile has changed meanwhile; nothing was written"):
        carry_out(folder, made)
    assert not (folder / "compose.yaml").exists()


@pytest.mark.parametrize(
    "record", ["{", "[]", '{"version": 2, "files": {}}', '{"version": 1, "files": {"a": 1}}']
)
def test_a_record_that_cannot_be_read_is_named(folder: Path, record: str) -> None:
    (folder / ".hatchway").mkdir()
    (folder / ".hatchway" / "init.json").write_text(record)
    with pytest.raises(HatchwayError, match=r"\.hatchway/init\.json"):
        draft(folder, known.RICH, ())


def test_a_record_cannot_lead_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    (folder / ".hatchway").mkdir()
    told = {
        "version": 1,
        "files": {"../outside.txt": {"digest": digest_of(b"x"), "entries": {}, "before": None}},
    }
    (folder / ".hatchway" / "init.json").write_text(json.dumps(told))
    with pytest.raises(HatchwayError):
        undo(folder)
    assert outside.exists()


def test_signs_ask_for_what_is_not_for_everyone(folder: Path) -> None:
    assert ".zed/debug.json" not in {change.path for change in draft(folder, known.RICH, ()).plan.changes}
    (folder / ".zed").mkdir()
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("url = git@github.com:shop/shop.git\n")
    paths = {change.path for change in draft(folder, known.RICH, ()).plan.changes}
    assert {".zed/debug.json", ".github/workflows/checks.yaml"} <= paths
    assert ".gitlab-ci.yml" not in paths


def test_only_what_is_named_is_written(folder: Path) -> None:
    paths = {change.path for change in draft(folder, known.RICH, ("dockerfile", "vscode")).plan.changes}
    assert paths == {"Dockerfile", ".vscode/launch.json", ".vscode/tasks.json"}
    with pytest.raises(UsageError, match="there is nothing called `docker` to write"):
        draft(folder, known.RICH, ("docker",))
