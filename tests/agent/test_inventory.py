"""The list of a container's source files: those asked for, where code is, nothing of what is installed."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

AGENT = Path(__file__).parents[2] / "src" / "hatchway_agent"


def listed(run: Path, **wanted: Any) -> dict[str, Any]:
    argv = [sys.executable, "-I", "-S", str(AGENT), "files", str(run)]
    done = subprocess.run(argv, input=json.dumps(wanted) + "\n", capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def tree(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {name}\nx = 1\n")


def test_files_asked_for_are_listed_with_hash_and_lines(tmp_path: Path) -> None:
    tree(tmp_path, "app/a.py", "app/pkg/b.py", "app/c.py", "app/b.txt")
    found = listed(tmp_path, names=["a.py", "b.py", "b.txt"], roots=[str(tmp_path / "app")])
    assert set(found) == {str(tmp_path / "app/a.py"), str(tmp_path / "app/pkg/b.py")}
    digest, lines = found[str(tmp_path / "app/a.py")]
    assert digest == hashlib.sha256((tmp_path / "app/a.py").read_bytes()).hexdigest()
    assert lines == 2


def test_environments_caches_and_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "venv/a.py", "node_modules/a.py", ".git/a.py", "__pycache__/a.py", "site-packages/a.py")
    (tmp_path / "venv/pyvenv.cfg").touch()
    assert listed(tmp_path, names=["a.py"], roots=[str(tmp_path)]) == {}


def test_a_folder_that_is_not_there_or_may_not_be_read_is_no_error(tmp_path: Path) -> None:
    assert listed(tmp_path / "nowhere", names=["a.py"], roots=["/no/where", ""]) == {}


def test_a_package_of_the_project_is_found_where_it_was_installed(tmp_path: Path) -> None:
    library = "venv/lib/python3.12/site-packages"
    tree(tmp_path, f"{library}/mine/a.py", f"{library}/theirs/a.py", "venv/bin/python")
    run = tmp_path / "run"
    run.mkdir()
    executable = str(tmp_path / "venv/bin/python")
    fields = ["hatchway", "1", "1", "0", "0", "exec", "3.12.1", executable, "python"]
    (run / "1.0123456789ab.beacon").write_text("\0".join(fields))
    found = listed(run, names=["a.py"], packages=["mine"], roots=[])
    assert set(found) & {str(tmp_path / library / name / "a.py") for name in ("mine", "theirs")} == {
        str(tmp_path / library / "mine/a.py")
    }
