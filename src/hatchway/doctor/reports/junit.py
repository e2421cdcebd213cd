"""Findings as JUnit's XML, which pipelines show as tests: one for each rule."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from hatchway.doctor.diagnose import Known
from hatchway.doctor.report import Form
from hatchway.doctor.rule import Diagnosis


def render(found: Sequence[Diagnosis], known: Mapping[str, Known], texts: Mapping[str, Sequence[str]]) -> str:
    """Return one suite; a rule that found something is a test that failed."""
    del texts
    by_code: dict[str, list[Diagnosis]] = {code: [] for code in known}
    for one in found:
        by_code[one.code].append(one)
    counts = {"tests": str(len(known)), "failures": str(sum(bool(those) for those in by_code.values()))}
    suite = ET.Element("testsuite", {"name": "hatchway doctor", "errors": "0", "skipped": "0", **counts})
    for code, those in by_code.items():
        case = ET.SubElement(
            suite, "testcase", {"classname": "hatchway.doctor", "name": f"{code} {known[code].name}"}
        )
        if those:
            count = f"{len(those)} found" if len(those) > 1 else those[0].finding.message
            failure = ET.SubElement(
                case, "failure", {"message": _plain(count), "type": those[0].severity.word}
            )
            failure.text = _plain("\n".join(_line(one) for one in those))
    ET.indent(suite)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suite, encoding="unicode")}\n'


def _line(one: Diagnosis) -> str:
    hint = f" ({one.finding.hint})" if one.finding.hint else ""
    return f"{one.finding.where}: {one.finding.message}{hint}"


def _plain(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


REPORT = Form("junit", render)
