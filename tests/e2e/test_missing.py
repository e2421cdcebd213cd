"""Processes that injection does not reach: why is said where people look, and `--pth` reaches some."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.environments import app_python, cannot_build, interpreters
from e2e.running import APPS, Editor, Running, Service, free_port, until, walk

HATCHWAY = [sys.executable, "-m", "hatchway"]
UNREACHED = {
    "isolated": r"Python's -I ignores PYTHONPATH; leave it out, or start it with `hatchway run --pth`",
    "no-environment": r"Python's -E ignores PYTHONPATH; .*",
    "no-site": r"Python's -S leaves out `sitecustomize`; leave it out .*",
    "cleared": r"its environment was cleared; let PYTHONPATH and HATCHWAY_RUN through .*",
    "hidden": r"/.*/front/sitecustomize\.py comes before ours on PYTHONPATH; put its folder behind .*",
    "replaced": r"PYTHONPATH was set anew on the way; add to it there .*",
}
LASTING = "import signal\nsignal.pause()\n"


def listing(folder: Path) -> dict[str, Any]:
    done = subprocess.run([*HATCHWAY, "ps", "--json"], cwd=folder, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def pids(folder: Path) -> dict[str, int]:
    return {process["service"]: process["pid"] for process in listing(folder)["processes"]}


def last_words(folder: Path) -> set[str]:
    """What the processes within reach were started with last."""
    return {process["argv"][-1] for process in listing(folder)["processes"]}


def run(folder: Path, *words: str) -> Running:
    return Running([*HATCHWAY, "run", *words], folder)


def files(python: Path) -> list[Path]:
    """The files of ours beside an environment's packages."""
    return sorted(python.parent.parent.glob("lib/python*/site-packages/hatchway-*.pth"))


@pytest.fixture
def environment(newest_python: Path, tmp_path: Path) -> Path:
    """The interpreter of a virtual environment that nobody else uses."""
    subprocess.run([newest_python, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    return tmp_path / "venv" / "bin" / "python"


def test_each_process_beyond_reach_is_named_once_with_the_way_out(
    newest_python: Path, folder: Path, editors: Callable[..., Editor]
) -> None:
    shutil.copy(APPS / "several.py", folder)
    with run(folder, "--", str(newest_python), "several.py") as running:
        editor = editors(running)
        editor.start()
        for name, why in UNREACHED.items():
            sentence = rf"^hatchway: shop: `python.* {name}` is out of reach: {why}$"
            running.line(sentence)
            told = editor.event("output", lambda body, name=name: f" {name}` is out of" in body["output"])
            assert told["category"] == "console"
            assert re.search(sentence, told["output"].rstrip("\n"))
        told = listing(folder)
        assert {one["argv"][-1]: one["cause"] for one in told["missing"]} == {
            **{name: name for name in UNREACHED},
            "no-environment": "isolated",
        }
        until(lambda: last_words(folder) == {"several.py", "behind"}, lambda: listing(folder))
        shown = subprocess.run([*HATCHWAY, "ps"], cwd=folder, check=True, capture_output=True, text=True)
        assert shown.stdout.count("is out of reach") == len(UNREACHED)
        assert (folder / "front-ran").exists()
    said = Counter(line for line in running.lines if "is out of reach" in line)
    assert set(said.values()) == {1}
    assert len(said) == len(UNREACHED)


def test_a_command_that_is_all_beyond_reach_is_found_without_a_hub(newest_python: Path, folder: Path) -> None:
    (folder / "app.py").write_text(LASTING)
    with run(folder, "--dormant", "--", str(newest_python), "-I", "app.py"):
        until(lambda: listing(folder)["missing"], lambda: listing(folder))
        (one,) = listing(folder)["missing"]
        assert (one["service"], one["cause"], one["detail"]) == ("shop", "isolated", "-I")
        with Running([*HATCHWAY, "attach"], folder) as hub:
            hub.line("^hatchway: ready on ")
            hub.line("python -I app.py` is out of reach")


@pytest.mark.skipif("3.11" not in interpreters() or bool(cannot_build("3.11", "uwsgi")), reason="no uWSGI")
@pytest.mark.parametrize(
    ("lines", "roles"),
    [
        ("env = PYTHONPATH=/nowhere", set()),
        ("py-call-osafterfork = false\npy-call-uwsgi-fork-hooks = false", {"supervisor"}),
    ],
    ids=["the path", "the fork hooks"],
)
def test_an_ini_file_that_says_otherwise_is_named(lines: str, roles: set[str], folder: Path) -> None:
    uwsgi = app_python("3.11", "uwsgi").with_name("uwsgi")
    (folder / "app.py").write_text("def app(environ, start):\n    start('200 OK', [])\n    return []\n")
    (folder / "uwsgi.ini").write_text(
        f"[uwsgi]\nhttp-socket = 127.0.0.1:{free_port()}\nmaster = true\nprocesses = 2\n"
        f"die-on-term = true\nmodule = app:app\n{lines}\n"
    )
    with run(folder, "--", str(uwsgi), "--ini", "uwsgi.ini") as running:
        line = re.escape(lines.splitlines()[-1])
        running.line(rf"^hatchway: shop: `uwsgi --ini uwsgi.ini` is out of reach: uWSGI is told `{line}`; ")
        told = listing(folder)
        assert len(told["missing"]) == 1, "two workers of one master are one sentence"
        assert {process["role"] for process in told["processes"]} == roles


@pytest.mark.parametrize("flag", ["-I", "-E"])
def test_pth_reaches_workers_of_a_python_that_ignores_pythonpath(
    flag: str, python: Path, folder: Path, editors: Callable[..., Editor]
) -> None:
    server = (flag, "-m", "gunicorn", "-w", "2", "--chdir", str(folder))
    with Service(python, folder, server=server, options=("--pth",)) as service:
        service.line(r"hatchway: ready on .* \(1 service, 2 workers\)")
        assert len(files(python)) == 1
        editor = editors(service).armed(service.source, service.line_of("who"))
        requests = service.getting(*[f"/who/{number}" for number in range(8)])
        stopped: set[int] = set()
        assert walk(editor, requests, lambda thread: stopped.add(editor.pid_of(thread))) == 8
        assert [request.result()["greeting"] for request in requests] == [
            f"hello {name}" for name in range(8)
        ]
        assert stopped <= service.workers()
        assert listing(folder)["missing"] == []
    assert files(python) == []


def test_pth_gets_round_all_but_a_missing_site_and_a_cleared_environment(
    environment: Path, folder: Path
) -> None:
    shutil.copy(APPS / "several.py", folder)
    with run(folder, "--pth", "--", str(environment), "several.py") as running:
        running.line(" no-site` is out of reach")
        running.line(" cleared` is out of reach")
        reached = {"several.py", "behind", "isolated", "no-environment", "hidden", "replaced"}
        until(lambda: last_words(folder) == reached, lambda: listing(folder))
        until(lambda: len(listing(folder)["missing"]) == 2, lambda: listing(folder))
        assert (folder / "front-ran").exists()


def test_with_wait_the_first_line_is_stopped_in_by_pth_too(
    environment: Path, folder: Path, editors: Callable[..., Editor]
) -> None:
    app = folder / "app.py"
    app.write_text("answer = 42\n")
    with run(folder, "--pth", "--wait", "--", str(environment), "-I", "app.py") as running:
        editor = editors(running)
        editor.start({app: [1]})
        thread = editor.stopped()
        assert editor.top(thread)["line"] == 1
        editor.resume(thread)
        assert running.process.wait(30) == 0


@contextlib.contextmanager
def killed(running: Running, app: int) -> Iterator[None]:
    """Kill a `hatchway run` as no signal handler can see, and after the block what it has left alone."""
    running.process.kill()
    running.process.wait()
    try:
        yield
    finally:
        os.kill(app, signal.SIGKILL)


def test_each_run_removes_its_own_file_and_that_of_a_killed_one(environment: Path, folder: Path) -> None:
    (folder / "app.py").write_text(LASTING)
    command = ("--", str(environment), "-I", "app.py")
    with run(folder, "--pth", "--name", "one", *command) as first:
        first.line("^hatchway: ready on ")
        (one,) = files(environment)
        with run(folder, "--pth", "--name", "two", *command) as second:
            second.line("joining the hub")
            until(lambda: pids(folder).keys() == {"one", "two"}, lambda: pids(folder))
            assert len(files(environment)) == 2
        assert files(environment) == [one]

        third = run(folder, "--pth", "--name", "three", *command)
        until(lambda: "three" in pids(folder), lambda: pids(folder))
        app = pids(folder)["three"]
        with killed(third, app):
            assert len(files(environment)) == 2
            listing(folder)
            assert files(environment) == [one], "the next command removed it, and let the living one's be"
        third.__exit__()
    assert files(environment) == []


def test_the_file_does_nothing_to_a_process_of_nobodys(environment: Path, folder: Path) -> None:
    (folder / "app.py").write_text(LASTING)
    (packages,) = environment.parent.parent.glob("lib/python*/site-packages")
    (packages / "other.pth").write_text("# Python needs a codec to read any such file.\n")
    look = [environment, "-I", "-X", "dev", "-c", "import sys; print(sorted(sys.modules), sys.path)"]
    plain = subprocess.run(look, check=True, capture_output=True, text=True)
    with run(folder, "--pth", "--", str(environment), "-I", "app.py") as running:
        running.line("^hatchway: ready on ")
        assert len(files(environment)) == 1
        beside = subprocess.run(look, check=True, capture_output=True, text=True)
    assert (beside.stdout, beside.stderr) == (plain.stdout, plain.stderr)


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--pth", "--dormant", "--", "python", "x.py"], "--pth makes a file, and with --dormant", 2),
        (["--pth", "--", "{base}", "x.py"], "--pth: {base} is in no virtual environment", 1),
        (["--pth", "--", "sleep", "1"], "--pth: which Python `sleep` runs is not to be seen", 1),
    ],
)
def test_pth_says_what_it_needs(words: list[str], said: str, code: int, folder: Path) -> None:
    base = str(next(iter(interpreters().values())))
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        [*HATCHWAY, "run", *(word.format(base=base) for word in words)],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith(f"hatchway: error: {said.format(base=base)}")
    assert "\nhint: " in done.stderr
