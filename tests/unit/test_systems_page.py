"""docs/systems.md says of every row which test holds it, and no row is forgotten."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "generate-systems-page"
SEEDS = ROOT.parent / "shared" / "seeds.md"
"""The descriptions of the originals: on the machines that build this project, beside the checkout."""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load the script as a module."""
    loader = SourceFileLoader("generate_systems_page", str(SCRIPT))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, loader.name, module)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    return module


def test_the_page_is_what_rows_and_tests_say() -> None:
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_row_without_a_test_is_found(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = (ROOT / "examples" / "rows.toml").read_text()
    monkeypatch.setattr(script, "TOLD", tmp_path / "rows.toml")
    for added, complaint in (
        ('"S4.99" = "Flies"\n', "no test names S4.99: write `# S4.99` at the one that holds it"),
        ('"S4.99" = { what = "Flies", until = "issue 99" }\n', ""),
    ):
        script.TOLD.write_text(rows + added)
        if complaint:
            with pytest.raises(script.Wrong, match=re.escape(complaint)):
                script.page()
        else:
            assert "| S4.99 | Flies | waits for issue 99 |  |" in script.page()


def test_a_test_of_a_row_that_is_none_is_found(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = (ROOT / "examples" / "rows.toml").read_text()
    monkeypatch.setattr(script, "TOLD", tmp_path / "rows.toml")
    script.TOLD.write_text(rows.replace('"S4.1" =', '"S4.98" ='))
    with pytest.raises(script.Wrong, match=r"examples/rows.toml does not know S4\.1$"):
        script.page()


@pytest.mark.skipif(not SEEDS.exists(), reason="the descriptions of the originals are not here")
def test_every_row_of_the_originals_is_there() -> None:
    told = tomllib.loads((ROOT / "examples" / "rows.toml").read_text())
    described = set(re.findall(r"^- (S\d\.[WM]?\d+) ", SEEDS.read_text(), re.MULTILINE))
    known = {row for system in told.values() for row in system["rows"]}
    assert known == described
