"""The payload: what is in it, that it is built once, and the environment that injects it."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import hatchway_agent
from hatchway import delivery
from hatchway.delivery import build_payload, compile_for, freight, injection, relay_argv, survey_argv
from hatchway.errors import HatchwayError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "hatchway"


def python(payload: Path, program: str, interpreter: str = sys.executable) -> str:
    """Run a program with the payload on sys.path and nothing else of this environment."""
    program = f"import sys; sys.path[:0] = [{str(payload)!r}, {str(payload / 'pydevd')!r}]; {program}"
    argv = [interpreter, "-I", "-S", "-B", "-c", program]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def test_the_payload_holds_the_agent_the_debugger_and_its_licence() -> None:
    payload = build_payload()
    agent = Path(hatchway_agent.__file__).parent
    assert (payload / "sitecustomize.py").read_bytes() == (agent / "_sitecustomize.py").read_bytes()
    assert (payload / "hatchway_agent/relay/switchboard.py").is_file()
    assert (payload / "hatchway_agent/servers/gunicorn.py").is_file()
    assert "MIT License" in (payload / "pydevd/LICENSE").read_text()
    assert (payload / "pydevd/pydevd_attach_to_process/attach_script.py").is_file()


def test_pydevd_can_be_imported_from_the_payload_alone() -> None:
    payload = build_payload()
    assert python(payload, "import pydevd; print(pydevd.__file__)") == str(payload / "pydevd/pydevd.py")


def test_the_payload_leaves_out_what_no_debuggee_needs() -> None:
    payload = build_payload()
    names = {path.relative_to(payload).as_posix() for path in payload.rglob("*") if path.is_file()}
    assert not [
        name for name in names if name.endswith((".c", ".pyx", ".pxd", ".h", ".cpp", ".dll", ".exe", ".pyd"))
    ]
    others = {name for name in names if not name.startswith("hatchway_agent/testing/")}
    assert not [name for name in others if "test" in name.lower() or "winappdbg" in name]
    assert not [name for name in names if "cython" in name and not name.endswith(".py")]
    assert sum((payload / name).stat().st_size for name in names) < 12 << 20


def test_the_same_content_is_built_once() -> None:
    first = build_payload()
    made = first.stat().st_ino
    assert build_payload() == first
    assert first.stat().st_ino == made


def test_another_content_is_another_payload(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = build_payload()
    changed = tmp_path / "changed.py"
    changed.write_text("# another agent")
    files = dict(delivery._payload_files())
    monkeypatch.setattr(delivery, "_payload_files", {**files, "sitecustomize.py": changed}.items)
    second = build_payload()
    assert second != first
    assert (second / "sitecustomize.py").read_text() == "# another agent"


def test_only_the_owner_can_get_at_the_payload(cache: Path) -> None:
    payload = build_payload()
    assert payload.parent == cache
    assert [path.stat().st_mode & 0o777 for path in (cache, payload)] == [0o700, 0o700]
    assert (payload / "hatchway_agent/wire.py").stat().st_mode & 0o777 == 0o644


def test_builders_at_the_same_time_agree_and_leave_nothing_else(cache: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        building = [pool.submit(build_payload) for _ in range(8)]
    payloads = {one.result() for one in building}
    assert {*cache.iterdir()} == payloads
    assert len(payloads) == 1


def test_of_old_payloads_the_latest_are_kept(cache: Path) -> None:
    current = build_payload()
    for age in range(1, 6):
        old = cache / f"payload-{age}"
        (old / "pydevd").mkdir(parents=True)
        os.utime(old, (1000 - age, 1000 - age))
    elsewhere = cache / "elsewhere"
    elsewhere.mkdir()
    (cache / "payload-link").symlink_to(elsewhere)
    for name, at in [("new-abandoned", 1000), ("new-at-work", None)]:
        (cache / name).mkdir()
        os.utime(cache / name, at and (at, at))
    build_payload()
    kept = {path.name for path in cache.iterdir()}
    assert kept == {
        *(current.name, "payload-1", "payload-2", "payload-3"),
        *("payload-link", "elsewhere", "new-at-work"),
    }


def test_a_cache_that_others_can_write_to_is_refused(cache: Path) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o777)
    with pytest.raises(HatchwayError, match="open to other users") as caught:
        build_payload()
    assert caught.value.hint == f"chmod 700 {cache}"


def test_what_is_imported_is_compiled_and_not_compared_with_its_source() -> None:
    payload = build_payload()
    compile_for(payload, [Path(sys.executable), Path("/nowhere/python")])
    program = "import pydevd, os; print(pydevd.__cached__, os.path.exists(pydevd.__cached__))"
    cached, exists = python(payload, program).split()
    assert exists == "True"
    assert Path(cached).read_bytes()[4:8] == b"\x01\0\0\0", "a hash, unchecked"
    left = (
        "print([m.__name__ for m in list(sys.modules.values()) if str(getattr(m, '__file__', '')).startswith("
    )
    left += f"{str(payload)!r}) and not (m.__file__.endswith('.so') or os.path.exists(m.__cached__))])"
    assert python(payload, f"import os, pydevd, hatchway_agent.relay; {left}") == "[]"


def test_an_interpreter_that_fails_is_tried_again_and_hurts_nobody(tmp_path: Path) -> None:
    payload = build_payload()
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    compile_for(payload, [broken])
    assert list(payload.rglob("*.pyc")) == list(payload.glob(".compiled-*")) == []


def test_what_is_compiled_already_is_left_alone() -> None:
    payload = build_payload()
    compile_for(payload, [Path(sys.executable)])
    before = {path: path.stat().st_mtime_ns for path in payload.rglob("*.pyc")}
    compile_for(payload, [Path(sys.executable)])
    for done in payload.glob(".compiled-*"):
        done.unlink()  # so that it has to look at each file
    compile_for(payload, [Path(sys.executable)])
    assert before
    assert {path: path.stat().st_mtime_ns for path in payload.rglob("*.pyc")} == before


def test_the_relay_runs_from_the_payload_wherever_it_lies(tmp_path: Path) -> None:
    copied = shutil.copytree(build_payload(), tmp_path / "opt" / "hatchway")
    run_dir = tmp_path / "run"
    run_dir.mkdir()
    said = subprocess.run(
        relay_argv(copied, sys.executable, run_dir), check=True, input=b"", capture_output=True
    )
    assert b'"wire": 1' in said.stdout
    said = subprocess.run(survey_argv(copied, sys.executable, run_dir), check=True, capture_output=True)
    assert json.loads(said.stdout) == {"processes": [], "missing": []}


@pytest.mark.parametrize(
    ("before", "after"),
    [({}, "/pay"), ({"PYTHONPATH": ""}, "/pay"), ({"PYTHONPATH": "/app:/lib"}, "/pay:/app:/lib")],
)
def test_injection_comes_first_on_the_path_and_leaves_no_colon(before: dict[str, str], after: str) -> None:
    assert injection(Path("/pay"), Path("/run/h"), before) == {
        "PYTHONPATH": after,
        "HATCHWAY_RUN": "/run/h",
        "UWSGI_PY_CALL_UWSGI_FORK_HOOKS": "true",
        "UWSGI_PY_CALL_OSAFTERFORK": "true",
        "UWSGI_ENABLE_THREADS": "true",
    }


def test_injection_says_what_breakpoint_does_only_if_somebody_has_said_so() -> None:
    injected = injection(Path("/pay"), Path("/run/h"), {}, "wait:5")
    assert injected["HATCHWAY_ON_BREAKPOINT"] == "wait:5"
    load = freight(build_payload(), Path("/there"), on_breakpoint="skip")
    assert load.inject({})["HATCHWAY_ON_BREAKPOINT"] == "skip"


def test_injection_leaves_an_option_of_uwsgi_that_somebody_has_set() -> None:
    injected = injection(Path("/pay"), Path("/run/h"), {"UWSGI_PY_CALL_UWSGI_FORK_HOOKS": "false"})
    assert injected["UWSGI_PY_CALL_UWSGI_FORK_HOOKS"] == "false"
    assert injected["UWSGI_ENABLE_THREADS"] == "true"
