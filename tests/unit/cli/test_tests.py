"""A test run's kit and tools: what goes there, what comes back, and which wheels are asked for."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from hatchway.cli._testing.container import _candidates
from hatchway.cli._testing.kit import Order, archive, conclude, unpacked
from hatchway.cli._testing.options import asked_of
from hatchway.cli._testing.tools import LOOK, Kind, kind_of
from hatchway.engines._docker.images import ImageFacts
from hatchway.errors import HatchwayError, UsageError

ORDER = Order("web", ("-x",), "", (), measures=True, debugs=False, reports=Path("reports"))
REPORT = b"<coverage><sources><source>/app</source></sources></coverage>"
GIVEN = {
    "pdb": False,
    "breakpoints": (),
    "commands": (),
    "wait": False,
    "as_json": False,
}


def kind(platform: str, glibc: int) -> Kind:
    return Kind("3.12", "cp312", platform, glibc, measures=False, markers={})


def test_wheels_are_asked_for_by_the_c_library() -> None:
    glibc = kind("linux-x86_64", 28).tags
    assert (glibc[0], glibc[-2:]) == (
        "manylinux_2_28_x86_64",
        ["manylinux_2_17_x86_64", "manylinux2014_x86_64"],
    )
    assert kind("linux-aarch64", 0).tags == ["musllinux_1_2_aarch64", "musllinux_1_1_aarch64"]
    assert kind("macosx-11.0-arm64", 0).tags == ["macosx_11_0_arm64"]


@pytest.mark.parametrize(
    ("service", "pythons"),
    [
        ({}, ["/opt/env/bin/python", "python3"]),
        ({"command": ["gunicorn", "app:app"]}, ["python3"]),
        ({"command": ["uv", "run", "app.py"]}, ["/srv/.venv/bin/python", "python3"]),
        ({"command": ["/bin/sh", "-c", "x"]}, ["python3"]),
    ],
)
def test_the_python_is_that_of_the_service_s_program(
    service: dict[str, list[str]], pythons: list[str]
) -> None:
    command = ("/opt/env/bin/flask", "run")
    image = ImageFacts(
        "sha256:1", {}, has_health_check=False, python="python3", version=(3, 12), command=command
    )
    assert _candidates(service, image, "/srv") == pythons


def test_pytest_brought_along_is_pytest_meant() -> None:
    given = {
        **GIVEN,
        **dict.fromkeys(("requirements", "files", "profiles", "sources"), ()),
        **dict.fromkeys(("runner", "port", "python")),
        **dict.fromkeys(("no_coverage", "local", "build", "no_entrypoint"), False),
        "reports": Path("reports"),
    }
    assert asked_of("web", (), {**given, "packages": ("pytest>=8",)}).order.runner == "pytest"
    assert not asked_of("web", (), {**given, "packages": ("pytest-less",)}).order.runner


def test_a_python_says_what_it_is() -> None:
    said = subprocess.run([sys.executable, "-I", "-c", LOOK], capture_output=True, check=True).stdout
    found = kind_of(said)
    assert found is not None
    assert found.version == "{}.{}".format(*sys.version_info)
    assert found.markers["python_version"] == found.version
    assert kind_of(b"no python") is None


def test_the_kit_can_be_written_to_in_two_folders_alone(tmp_path: Path) -> None:
    agent = tmp_path / "payload" / "hatchway_agent" / "testing"
    agent.mkdir(parents=True)
    (agent / "_sitecustomize.py").write_text("begin\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "coverage.py").write_text("")
    packed = archive(ORDER, tmp_path / "payload", tools, PurePosixPath("/opt/kit"))
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        modes = {member.name: (member.mode, member.uid) for member in tar}
        plan = json.load(tar.extractfile("plan.json"))  # type: ignore[arg-type]
    assert {name for name, (mode, _) in modes.items() if mode == 0o1777} == {"results", "scratch"}
    assert {mode for mode, _ in modes.values()} == {0o644, 0o755, 0o1777}
    assert {uid for _, uid in modes.values()} == {0}
    assert (plan["tools"], plan["words"]) == ("/opt/kit/tools", ["-x"])


def test_only_what_is_known_comes_back() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name in ("results/junit.xml", "results/../../evil", "results/.pytest_cache/README.md"):
            member = tarfile.TarInfo(name)
            member.size = 1
            tar.addfile(member, io.BytesIO(b"x"))
        link = tarfile.TarInfo("results/coverage.xml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert unpacked(packed.getvalue()) == {"junit.xml": b"x"}


def test_reports_name_files_of_this_host(tmp_path: Path) -> None:
    order = Order("web", (), "", (), measures=True, debugs=False, reports=tmp_path / "reports")
    summary = json.dumps({"tests": 1}).encode()
    told = conclude(order, {"summary.json": summary, "coverage.xml": REPORT}, 0, tmp_path)
    assert f"<source>{tmp_path}</source>" in (tmp_path / "reports" / "coverage.xml").read_text()
    assert told["reports"] == [str(tmp_path / "reports" / "coverage.xml")]
    conclude(order, {"summary.json": summary}, 0, tmp_path)
    assert not list((tmp_path / "reports").iterdir()), "no report of an earlier run is taken for this one's"


@pytest.mark.parametrize(
    ("results", "message", "hint"),
    [
        ({}, "the container of web ended with exit code 137, before its tests did", "--no-entrypoint"),
        (
            {"problem": "no-pytest", "because": "pytest.ini configures it", "runner": "pytest"},
            "the tests are for pytest (pytest.ini configures it), and the image of web has none",
            "--with pytest",
        ),
        ({"problem": "no-tests", "folder": "/app"}, "there are no tests in /app of web", "mounted"),
    ],
)
def test_what_was_in_the_way_is_said(results: dict[str, str], message: str, hint: str) -> None:
    brought = {"summary.json": json.dumps(results).encode()} if results else {}
    with pytest.raises(HatchwayError) as caught:
        conclude(ORDER, brought, 137, Path())
    assert caught.value.message == message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("words", "given"),
    [(("--pdb",), {}), ((), {"wait": True, "pdb": True}), ((), {"as_json": True, "wait": True})],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], given: dict[str, bool]) -> None:
    with pytest.raises(UsageError):
        asked_of("web", words, {**GIVEN, **given})
