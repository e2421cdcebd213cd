"""The kit of a test run: what the runner is given where the tests run, and the results that come back."""

import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from xml.etree import ElementTree as ET

from hatchway.cli.screen import say
from hatchway.errors import HatchwayError

REPORTS = ("junit.xml", "coverage.xml", ".coverage")
"""The files that come back into the project."""
SUMMARY = "summary.json"
NO_TESTS = 5
"""The exit code for that, of every runner."""
_OPEN_TO_ALL = 0o1777
"""The mode of the folders for results and for all else: the service's user is anybody."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    service: str
    words: tuple[str, ...]
    """What the runner itself is told."""
    runner: str
    """pytest, unittest or django; empty: what the project is for."""
    sources: tuple[str, ...]
    measures: bool
    """With coverage."""
    debugs: bool
    """A debugger is shown what fails."""
    reports: Path
    """Where the results go."""


def plan_of(order: Order, tools: PurePath) -> bytes:
    """Return the runner's plan."""
    plan = {
        "words": order.words,
        "runner": order.runner,
        "sources": order.sources,
        "coverage": order.measures,
        "debugs": order.debugs,
        "tools": str(tools),
    }
    return json.dumps(plan).encode()


def start_file(payload: Path) -> Path:
    """Return what Pythons that the tests start run first."""
    return payload / "hatchway_agent" / "testing" / "_sitecustomize.py"


def archive(order: Order, payload: Path, tools: Path, at: PurePath) -> bytes:
    """Return the kit as a tar for a container, where it will lie `at` a place."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        _add(tar, "plan.json", plan_of(order, at / "tools"))
        _add(tar, "start/sitecustomize.py", start_file(payload).read_bytes())
        tar.add(tools, "tools", filter=_of_root)
        for name in ("results", "scratch"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, _OPEN_TO_ALL
            tar.addfile(folder)
    return packed.getvalue()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o644
    tar.addfile(member, io.BytesIO(content))


def _of_root(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if member.name.endswith("/__pycache__"):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() else 0o644
    return member


def unpacked(packed: bytes) -> dict[str, bytes]:
    """Return the results in a tar of their folder, and nothing else of it."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            name = PurePath(member.name).name
            if member.isreg() and name in (*REPORTS, SUMMARY) and (file := tar.extractfile(member)):
                found[name] = file.read()
    return found


def conclude(order: Order, results: dict[str, bytes], code: int, root: Path) -> dict[str, Any]:
    """Put the results into the project, and return what is told of them. `root` is the code's folder here.

    `code` is what the run ended with. Raises `HatchwayError` if it did not come to its end.
    """
    try:
        summary: dict[str, Any] = json.loads(results[SUMMARY])
    except (KeyError, ValueError):
        raise _no_end(order, code) from None
    if problem := summary.get("problem"):
        raise _problem(order, problem, summary)
    order.reports.mkdir(parents=True, exist_ok=True)
    for name in REPORTS:
        target = order.reports / name
        target.unlink(missing_ok=True)
        if name in results:
            content = results[name]
            target.write_bytes(_from_here(content, root) if name == "coverage.xml" else content)
    summary["reports"] = [str(order.reports / name) for name in REPORTS[:2] if name in results]
    return summary


def tell(summary: dict[str, Any]) -> None:
    """Print the last lines of a run."""
    if not summary.get("tests"):
        _tell_none(summary)
        return
    bad = {name: summary.get(name, 0) for name in ("failures", "errors", "skipped")}
    passed = summary.get("tests", 0) - sum(bad.values())
    names = {"failures": "failed", "errors": "errors", "skipped": "skipped"}
    parts = [f"{passed} passed", *(f"{count} {names[name]}" for name, count in bad.items() if count)]
    measured = summary.get("coverage", {})
    if "percent" in measured:
        parts.append(f"{measured['percent']:.0f}% covered")
    say(", ".join(parts))
    if "why" in measured:
        say(f"no coverage: {measured['why']}")
    if "least" in measured:
        say(f"{measured['percent']:g}% is covered, and the project asks for {measured['least']:g}%")
    if summary["reports"]:
        say(f"written: {', '.join(summary['reports'])}")


def _tell_none(summary: dict[str, Any]) -> None:
    """Say that there was no test; a runner that ended otherwise has said why."""
    if summary["code"] in (0, NO_TESTS):
        say("no tests were found; name them: hatchway test [SERVICE] -- PATH")
    else:
        say(f"{summary['runner']} ended with exit code {summary['code']}, and ran no tests")


def _from_here(report: bytes, root: Path) -> bytes:
    """Return a coverage.xml whose sources are folders here."""
    tree = ET.fromstring(report)  # noqa: S314 - written by our own runner
    for source in tree.iter("source"):
        source.text = str(root)
    return bytes(ET.tostring(tree, encoding="utf-8", xml_declaration=True))


def _no_end(order: Order, code: int) -> HatchwayError:
    where = f"the container of {order.service}" if order.service else "the run"
    hint = "its last lines above say why"
    if order.service:
        hint += "; an entrypoint that does not run what it is given: --no-entrypoint"
    return HatchwayError(f"{where} ended with exit code {code}, before its tests did", hint)


def _problem(order: Order, problem: str, summary: dict[str, Any]) -> HatchwayError:
    if problem == "no-pytest":
        whose = f"the image of {order.service}" if order.service else f"Python {summary['python']} here"
        message = f"the tests are for pytest ({summary['because']}), and {whose} has none"
        return HatchwayError(message, "--with pytest brings it along, for this run only")
    where = f"{summary['folder']} of {order.service}" if order.service else summary["folder"]
    hint = "is that folder in the image, or mounted? or name them: hatchway test [SERVICE] -- PATH"
    return HatchwayError(f"there are no tests in {where}", hint)
