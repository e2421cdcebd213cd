"""A dormant process: what it imports, what it costs, and that the application cannot tell."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from agent.playing import AGENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import Popen

    from agent.playing import Debuggee, Relay

DORMANT = {"hatchway_agent", "hatchway_agent.boot", "hatchway_agent.beacon", "hatchway_agent.doorbell"}

LOOK = """
import sys
traces = (sys.path, sys.argv, sys.meta_path, sys.gettrace(), sys.getprofile(), sys.excepthook,
          sys.unraisablehook, sys.displayhook, sys.flags,
          [path for path in sys.path_importer_cache if path.endswith("payload0")])
modules = set(sys.modules)
import atexit, os, signal, threading, warnings, subprocess
codes = [getattr(threading, name, None) for name in ("enumerate", "active_count", "_pickSomeNonDaemonThread")]
traces += (warnings.filters, {s: signal.getsignal(s) for s in signal.valid_signals()}, threading.gettrace(),
           os.fork, os.execv, os._exit, subprocess.Popen.__init__, threading.enumerate(),
           threading.main_thread(), sorted(vars(threading)), sorted(vars(sys.modules["_thread"])),
           getattr(threading, "_start_new_thread", None), [code and code.__code__.co_code for code in codes])
"""


def look(debuggee: Debuggee) -> tuple[str, set[str]]:
    """Return what an application could see of us, and its modules before it imports what shows it."""
    debuggee.do(LOOK)
    strip = r"__import__('re').sub(r'0x[0-9a-f]+|, started \d+', '', repr(traces))"
    return debuggee.ask(strip), set(debuggee.ask("sorted(modules)"))


def test_a_dormant_process_differs_by_four_modules_and_one_hook(start: Callable[..., Debuggee]) -> None:
    plain, ours = start(PYTHONPATH=""), start()
    for debuggee in (plain, ours):
        assert debuggee.hear() == "ready"
    seen_plain, modules_plain = look(plain)
    seen_ours, modules_ours = look(ours)
    assert seen_ours == seen_plain
    assert ours.ask("sys.breakpointhook.__module__") == "hatchway_agent.boot"
    new = modules_ours - modules_plain
    files = ours.ask(f"[name for name in {sorted(new - DORMANT)!r} if not name.startswith('_')]")
    assert new >= DORMANT
    assert set(files) <= {"select", "atexit"}, "C modules only"
    assert ours.ask("os.environ['PYTHONPATH'] != '' and 'HATCHWAY_RUN' in os.environ") is True


def test_a_session_leaves_no_trace_but_modules(start: Callable[..., Debuggee], relay: Relay) -> None:
    relay.close_session()
    debuggee = start()
    assert debuggee.hear() == "ready"
    debuggee.do("import target")
    before, modules_before = look(debuggee)
    relay.open_session()
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [4]})
    debuggee.tell("target.tick(20)")
    worker.go_on(worker.stopped()[0])
    assert debuggee.hear() == 42
    worker.leave()
    debuggee.until("len(os.listdir('/proc/self/task')) == 2")
    after, modules_after = look(debuggee)
    assert after == before
    assert debuggee.ask("sys.breakpointhook.__module__") == "hatchway_agent.boot"
    stdlib = debuggee.ask("sorted(sys.stdlib_module_names)")
    stdlib = [*stdlib, *(name for name in modules_after if name.startswith("_sysconfigdata"))]
    strange = {name.partition(".")[0] for name in modules_after - modules_before} - set(stdlib)
    assert all(name.startswith(("hatchway_agent", "pydev", "_pydev")) for name in strange), strange
    assert debuggee.end() == (0, "")


def test_boot_takes_little_memory(launch: Callable[..., Popen[str]]) -> None:
    """What it costs in time is in benchmarks/: a busy machine would fail a test of that."""
    code = (
        "import sys; memory = open('/proc/self/status').read().partition('VmRSS:')[2].split()[0]; "
        "print(memory, 'hatchway_agent' in sys.modules)"
    )
    least = {}
    for path in ("", None):
        runs = []
        for _ in range(5):
            program = launch("-c", code, **({} if path is None else {"PYTHONPATH": path}))
            kilobytes, booted = program.communicate(timeout=20)[0].split()
            assert booted == str(path is None)
            runs.append(int(kilobytes))
        least[path] = min(runs)
    assert least[None] - least[""] <= 1_500, "kilobytes"


CHAINS = {
    "absent": None,
    "prints": "import sys; print('customized', __name__, sys.modules[__name__].__file__ == __file__)",
    "raises": "raise ValueError('broken on purpose')",
    "cannot import": "import no_such_module_at_all",
}


@pytest.mark.parametrize("kind", CHAINS)
def test_the_application_s_own_sitecustomize_runs_as_without_us(
    kind: str, launch: Callable[..., Popen[str]], payload: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    if CHAINS[kind] is not None:
        (own / "sitecustomize.py").write_text(str(CHAINS[kind]))
    code = "import sys; print('sitecustomize' in sys.modules, sys.path); import sitecustomize as s; print(s)"
    outcomes = []
    for path in (str(own), f"{payload}:{own}"):
        program = launch("-c", code, PYTHONPATH=path)
        outcomes.append((*program.communicate(timeout=20), program.returncode))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][2] == (0 if kind == "prints" else 1)


@pytest.mark.parametrize("directory", ["missing", "read-only", "a file", "unset"])
def test_without_a_usable_directory_the_application_runs_as_without_us(
    directory: str, launch: Callable[..., Popen[str]], tmp_path: Path
) -> None:
    run = tmp_path / "nowhere"
    if directory == "read-only":
        run = tmp_path / "run" / ("n" * 250)  # even root cannot write here: the names would be too long
        run.mkdir()
    if directory == "a file":
        run.write_text("")
    program = launch("-c", "print(1)", HATCHWAY_RUN="" if directory == "unset" else str(run))
    assert program.communicate(timeout=20) == ("1\n", "")


def test_our_own_commands_never_boot(launch: Callable[..., Popen[str]]) -> None:
    program = launch("-I", "-S", "-c", "import sys; print('hatchway_agent' in sys.modules)")
    assert program.communicate(timeout=20) == ("False\n", "")


def test_files_are_removed_at_a_normal_exit(debuggee: Debuggee, relay: Relay) -> None:
    relay.doorbell(debuggee.pid)
    assert debuggee.end() == (0, "")
    assert [*relay.run.glob("[0-9]*")] == []


def test_every_import_of_the_agent_is_stdlib_or_its_own(interpreter: Path) -> None:
    allowed = sys.stdlib_module_names | {"hatchway_agent", "pydevd", "pydevd_tracing", "pydevd_file_utils"}
    allowed |= {"_pydevd_bundle", "_pydev_bundle", "_pydevd_sys_monitoring", "gunicorn"}
    allowed |= {"_frozen_importlib", "_frozen_importlib_external"}
    for file in AGENT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, file
                names = [str(node.module)]
            tools = {"coverage", "pytest", "_pytest"} if file.parent.name == "testing" else set()
            assert {name.partition(".")[0] for name in names} <= allowed | tools, (file, names)
    modules = [
        ".".join(file.relative_to(AGENT.parent).with_suffix("").parts).removesuffix(".__init__")
        for file in AGENT.rglob("*.py")
        if file.stem not in ("__main__", "_sitecustomize")
    ]
    code = f"import sys; sys.path.insert(0, {str(AGENT.parent)!r})\nfor name in {modules!r}: __import__(name)"
    subprocess.run([interpreter, "-I", "-S", "-B", "-c", code], check=True)


def test_sources_are_the_users_own_files_with_their_hashes(debuggee: Debuggee) -> None:
    debuggee.do("import target, json\nfrom hatchway_agent.debugger import sources")
    found = debuggee.ask("sources.loaded_sources()")
    own = {path: digest for path, digest in found.items() if path.startswith(str(debuggee.target.parent))}
    assert own[str(debuggee.target)] == hashlib.sha256(debuggee.target.read_bytes()).hexdigest()
    assert all(path.endswith(("target.py", "puppet.py")) for path in found), found
