"""Every project of the corpus is known for what it is: `pytest --update` writes anew what is expected."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hatchway.scaffold.detect import detect
from hatchway.scaffold.explain import as_json

CASES = Path(__file__).parents[2] / "cases" / "init"


def shortened(value: Any) -> Any:
    """Return facts as a person reads them: without what is empty, matches and places as one line."""
    if isinstance(value, Mapping):
        if value.keys() == {"score", "because"}:
            return f"{value['score']}: {value['because']}"
        if value.keys() == {"file", "line"}:
            return f"{value['file']}:{value['line']}" if value["line"] else value["file"]
        return {
            key: short for key, one in value.items() if (short := shortened(one)) not in (None, "", [], False)
        }
    return [shortened(one) for one in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_project_is_known_for_what_it_is(case: str, request: pytest.FixtureRequest) -> None:
    expected = CASES / case / "facts.json"
    facts = shortened(json.loads(json.dumps(as_json(detect(CASES / case / "project")))))
    if request.config.getoption("--update"):
        expected.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert facts == json.loads(expected.read_text(encoding="utf-8"))


def test_the_corpus_has_every_framework_and_package_manager() -> None:
    known = [json.loads((path / "facts.json").read_text(encoding="utf-8")) for path in CASES.iterdir()]
    parts = [part for facts in known for part in facts["parts"]]
    frameworks = {one["framework"] for part in parts for one in part.get("applications", [])}
    assert frameworks == {path.stem for path in options("frameworks")}
    assert {part["manager"]["name"] for part in parts} == {path.stem for path in options("packaging")}
    backing = {one["name"] for part in parts for one in part.get("backing", [])}
    assert backing == {path.stem for path in options("backing")}


def options(folder: str) -> list[Path]:
    """Return the files of a folder that are options."""
    root = CASES.parents[2] / "src" / "hatchway" / "scaffold" / folder
    return [path for path in root.glob("*.py") if not path.name.startswith("_")]
