"""Findings as JSON, for programs."""

import json
from collections.abc import Mapping, Sequence

from hatchway.doctor.diagnose import Known
from hatchway.doctor.report import Form
from hatchway.doctor.rule import Diagnosis


def render(found: Sequence[Diagnosis], known: Mapping[str, Known], texts: Mapping[str, Sequence[str]]) -> str:
    """Return a list of findings, in the order in which people read them."""
    del known, texts
    return json.dumps([_record(one) for one in found], indent=2) + "\n"


def _record(one: Diagnosis) -> dict[str, object]:
    where = one.finding.where
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity.word,
        "path": where.path,
        "line": where.line,
        "column": where.column,
        "container": where.container,
        "message": one.finding.message,
        "hint": one.finding.hint,
        "fixable": one.finding.edit is not None,
    }


REPORT = Form("json", render)
