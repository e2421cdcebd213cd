"""Discovery of one-file plugins, from a folder and from inside a zip."""

import importlib
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from hatchway_agent.plugins import discover

MODULES = {
    "__init__.py": "",
    "zebra.py": "ANIMAL = 'stripes'",
    "ant.py": "ANIMAL = 'legs'",
    "stone.py": "MINERAL = 'hard'",
    "_private.py": "raise AssertionError('a private module was imported')",
}


@pytest.fixture(params=["folder", "zip"])
def animals(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    name = f"animals_in_a_{request.param}"
    root = tmp_path / "root.zip" if request.param == "zip" else tmp_path
    if request.param == "zip":
        with zipfile.ZipFile(root, "w") as archive:
            for file, text in MODULES.items():
                archive.writestr(f"{name}/{file}", text)
    else:
        (root / name).mkdir()
        for file, text in MODULES.items():
            (root / name / file).write_text(text)
    monkeypatch.syspath_prepend(str(root))
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    return importlib.import_module(name)


def test_every_module_with_the_name_is_found_in_name_order(animals: ModuleType) -> None:
    assert list(discover(animals, "ANIMAL").items()) == [("ant", "legs"), ("zebra", "stripes")]


def test_a_name_that_no_module_has_finds_nothing(animals: ModuleType) -> None:
    assert discover(animals, "VEGETABLE") == {}
