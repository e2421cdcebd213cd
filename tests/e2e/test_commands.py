"""The commands as a person types them: what they print, how they end, what they leave behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.running import Editor, Running, Service, walk

from hatchway.engines.rendezvous import service_directory

HATCHWAY = [sys.executable, "-m", "hatchway"]


def hatchway(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HATCHWAY, *words],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_demo_shows_every_worker_and_exits_without_a_terminal(folder: Path) -> None:
    done = hatchway(folder, "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        len(set(re.findall(r"message/(\d+) MainThread stopped in read_message, app.py:\d+", done.stdout)))
        == 4
    )
    assert done.stdout.count("->") == 4
    assert done.stdout.count("message = 'hello from Redis'") == 4
    assert "all 4 workers stopped there" in done.stdout
    assert "requests were answered, with the right answer" in done.stdout
    assert not list(Path(os.environ["XDG_RUNTIME_DIR"]).glob("hatchway/*")), "nothing is left behind"


def test_ps_says_what_each_process_is(newest_python: Path, folder: Path) -> None:
    with Service(newest_python, folder) as service:
        service.line("hatchway: ready on .* \\(1 service, 4 workers\\)")
        table = hatchway(folder, "ps")
        assert table.returncode == 0
        lines = [line.split() for line in table.stdout.splitlines() if line.strip()]
        assert lines[0] == ["SERVICE", "ROLE", "PID", "SERVER", "PYTHON", "STATE"]
        assert sum(line[:2] == ["shop", "supervisor"] for line in lines) == 1
        assert sum(line[:2] == ["shop", "worker"] for line in lines) == 4
        assert all(len(line) <= 80 for line in table.stdout.splitlines())
        why = {process["because"] for process in service.ps()}
        assert all(why), "each claim has a reason"


def test_ps_in_an_idle_folder_says_what_to_do(folder: Path) -> None:
    done = hatchway(folder, "ps")
    assert done.returncode == 1
    assert done.stderr == (
        "hatchway: error: nothing runs under hatchway in this folder\n"
        "hint: start it with `hatchway run -- COMMAND` or `hatchway up`, here\n"
    )
    assert json.loads(hatchway(folder, "ps", "--json").stdout)["processes"] == []
    (service_directory(folder, "shop").parent / "hub.json").write_text("{}")  # as after a kill -9
    done = hatchway(folder, "down", PATH="/nowhere")  # there is no Docker
    assert done.stdout == "hatchway: nothing to end: no hub of this folder, and no container\n", done.stderr
    assert not list(Path(os.environ["XDG_RUNTIME_DIR"]).glob("hatchway/*")), "who asks leaves nothing"


def test_the_apps_output_and_exit_code_are_its_own(folder: Path) -> None:
    done = hatchway(folder, "run", "--", sys.executable, "-c", "print('a line of mine'); raise SystemExit(7)")
    assert done.returncode == 7
    assert "a line of mine" in done.stdout.splitlines()
    assert done.stdout.startswith("hatchway: starting ")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["run"], "there is no command to run", 2),
        (["run", "--", "no-such-program"], "the command `no-such-program` is not found", 1),
        (["run", "--port", "99999", "--", "true"], "99999", 2),
        (["attach"], "nothing runs under hatchway in this folder", 1),
        (["attach", "web"], "no service web runs under hatchway", 1),
        (["replay", "none.jsonl"], "none.jsonl", 2),
        (["nonsense"], "No such command 'nonsense'", 2),
    ],
)
def test_wrong_use_gets_a_sentence_and_a_hint_and_no_traceback(
    words: list[str], said: str, code: int, folder: Path
) -> None:
    done = hatchway(folder, *words)
    assert done.returncode == code
    assert done.stderr.startswith("hatchway: error: ")
    assert said in done.stderr
    assert "\nhint: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [[], ["--dormant"]])
def test_a_program_whose_interpreter_is_gone_is_named(options: list[str], folder: Path) -> None:
    script = folder / "moved"
    script.write_text("#!/a/venv/that/was/moved/bin/python\n")
    script.chmod(0o755)
    done = hatchway(folder, "run", *options, "--", str(script))
    assert done.returncode == 1
    assert f"error: the command `{script}` cannot be started: No such file or directory\n" in done.stderr
    assert "\nhint: does its first line name an interpreter" in done.stderr


def test_hatchway_alone_shows_the_help(folder: Path) -> None:
    done = hatchway(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == hatchway(folder, "--help").stdout


def test_help_of_every_command_has_an_example(folder: Path) -> None:
    listed = hatchway(folder, "--help").stdout
    commands = re.findall(r"^  (\w+)  ", listed.partition("Commands:")[2], re.MULTILINE)
    assert set(commands) >= {"run", "attach", "ps", "demo", "replay"}
    for command in commands:
        assert "Example" in hatchway(folder, command, "--help").stdout, command


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_app_and_hub_with_a_thread_parked_and_leaves_nothing(
    number: int, newest_python: Path, folder: Path, editors: Callable[[Service], Editor]
) -> None:
    with Service(newest_python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        request = service.getting("/who/parked")[0]
        editor.stopped()
        pids = [process["pid"] for process in service.ps()]
        started = time.monotonic()
        code = service.end(number)
        assert code == (130 if number == signal.SIGINT else 0)
        assert time.monotonic() - started < 10, "a parked thread does not hold up the end"
        if number != signal.SIGINT:  # SIGINT is gunicorn's quick shutdown: it gives up what is being served
            assert request.result(10)["greeting"] == "hello parked"
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not list(Path(os.environ["XDG_RUNTIME_DIR"]).glob("hatchway/*"))


def test_an_interrupt_while_the_program_is_read_in_is_not_lost(folder: Path) -> None:
    program = """
import os, signal, sys
from importlib.abc import MetaPathFinder
class Lock:  # what is raised here goes nowhere, as in the import system's own locks
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
class Finder(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "hatchway.cli.run":
            Lock()
sys.meta_path.insert(0, Finder())
sys.argv[1:] = ["run", "--", sys.executable, "-c", "print('it began')"]
from hatchway.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_what_outlives_the_app_is_ended_too(folder: Path) -> None:
    child = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(99)"
    start = f"subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)"
    app = f"import subprocess, sys; child = {start}; child.stdout.readline(); print(child.pid, flush=True)"
    with Running([*HATCHWAY, "run", "--", sys.executable, "-c", app], folder) as running:
        pid = int(running.line(r"^(\d+)$")[1])
        assert running.process.wait(30) == 0
        assert not Path(f"/proc/{pid}").exists()


def test_a_hub_without_a_process_is_told_of_and_ended_on_a_host_without_docker(folder: Path) -> None:
    with Running([*HATCHWAY, "run", "--", "sleep", "99"], folder) as running:
        hub = f"the hub on 127.0.0.1:{running.hub_port}"
        assert f"{hub} runs, and no process of the app is within its reach" in hatchway(folder, "ps").stderr
        done = hatchway(folder, "down", PATH="/nowhere")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert f"{hub} has ended" in done.stdout
        running.process.wait(30)
    assert not list(Path(os.environ["XDG_RUNTIME_DIR"]).glob("hatchway/*"))


def test_a_dormant_app_is_attached_to_later(newest_python: Path, folder: Path) -> None:
    with Service(newest_python, folder, options=["--dormant"]) as service:
        service.line("Booting worker")
        while len(service.workers()) < 4:
            time.sleep(0.05)
        assert {process["state"] for process in service.ps()} == {"dormant"}
        with Running([*HATCHWAY, "attach", "shop"], folder) as attached:
            attached.line("hatchway: ready on .* \\(1 service, 4 workers\\)")
            with Editor(attached.hub_port) as editor:
                editor.armed(service.source, service.line_of("who"))
                assert walk(editor, service.getting(*["/who/late"] * 8), lambda _: None) == 8
            again = hatchway(folder, "attach")
            assert again.returncode == 1
            assert "a hub already runs for this folder" in again.stderr
            assert attached.end(signal.SIGINT) == 130
        assert service.get("/who/alone")["greeting"] == "hello alone"


def test_a_second_run_in_the_folder_joins_the_hub(
    newest_python: Path, folder: Path, editors: Callable[[Service], Editor]
) -> None:
    with Service(newest_python, folder, options=["--name", "web"]) as web:
        web.line("ready on")
        with Service(newest_python, folder, options=["--name", "api"]) as api:
            api.line("hatchway: joining the hub on 127.0.0.1:")
            editor = editors(web)
            while len(web.workers()) < 8:
                time.sleep(0.05)
            editor.armed(web.source, web.line_of("who"))
            seen: set[str] = set()

            def look(thread: int) -> None:
                names = {known["id"]: known["name"] for known in editor.request("threads")["threads"]}
                seen.add(names[thread].partition("/")[0])

            assert walk(editor, web.getting("/who/a") + api.getting("/who/b"), look) == 2
            assert seen == {"web", "api"}


def test_a_journal_replays_without_a_difference(
    newest_python: Path, folder: Path, editors: Callable[[Service], Editor]
) -> None:
    journal = folder / "session.jsonl"
    with Service(newest_python, folder, options=["--journal", str(journal)]) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        requests = service.getting(*["/who/a"] * 4)
        assert walk(editor, requests, lambda thread: editor.locals_of(editor.top(thread)) and None) == 4
        editor.request("disconnect")
        service.end()
    assert journal.stat().st_mode & 0o077 == 0, "it holds the values a person looked at"
    done = hatchway(folder, "replay", str(journal))
    assert done.returncode == 0, done.stdout
    assert re.search(r"replayed \d{2,} steps, 0 differences", done.stdout)
    changed = journal.read_text().replace('"allThreadsStopped":false', '"allThreadsStopped":true')
    journal.write_text(changed)
    assert hatchway(folder, "replay", str(journal)).returncode == 1


def test_stdio_serves_an_editor_that_starts_its_adapter(newest_python: Path, folder: Path) -> None:
    with Service(newest_python, folder) as service:
        service.line("ready on")
        adapter = subprocess.Popen(
            [*HATCHWAY, "attach", "--stdio"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        body = json.dumps(
            {"seq": 1, "type": "request", "command": "initialize", "arguments": {"adapterID": "x"}}
        )
        adapter.stdin.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        adapter.stdin.flush()
        header = adapter.stdout.readline()
        assert header.startswith(b"Content-Length: ")
        adapter.stdout.readline()
        answer = json.loads(adapter.stdout.read(int(header.split(b":")[1])))
        assert (answer["command"], answer["success"]) == ("initialize", True)
        adapter.stdin.close()
        assert adapter.wait(10) == 0
        adapter.stdout.close()
