"""Findings as SARIF 2.1.0, which code hosts show beside the lines of a change."""

import json
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

from hatchway.doctor.diagnose import Known
from hatchway.doctor.report import Form
from hatchway.doctor.rule import Diagnosis
from hatchway_agent import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(found: Sequence[Diagnosis], known: Mapping[str, Known], texts: Mapping[str, Sequence[str]]) -> str:
    """Return a log of one run, with all rules and where each finding is."""
    del texts
    numbers = {code: number for number, code in enumerate(known)}
    driver = {
        "name": "hatchway doctor",
        "semanticVersion": VERSION,
        "rules": [_rule(one) for one in known.values()],
    }
    results = [_result(one, numbers[one.code]) for one in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(one: Known) -> dict[str, Any]:
    return {
        "id": one.rule.code,
        "name": one.name,
        "shortDescription": {"text": f"{one.summary}."},
        "help": {"text": one.doc, "markdown": one.doc},
        "defaultConfiguration": {"level": one.rule.severity.word},
    }


def _result(one: Diagnosis, number: int) -> dict[str, Any]:
    finding = one.finding
    text = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": number,
        "level": one.severity.word,
        "message": {"text": text},
    }
    where = finding.where
    if where.container:
        result["locations"] = [{"logicalLocations": [{"name": where.container, "kind": "container"}]}]
    elif where.path:
        place: dict[str, Any] = {"artifactLocation": {"uri": urllib.parse.quote(where.path)}}
        if where.line:
            place["region"] = {"startLine": where.line}
            if where.column:
                place["region"]["startColumn"] = where.column
        result["locations"] = [{"physicalLocation": place}]
    return result


REPORT = Form("sarif", render)
