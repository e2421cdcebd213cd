"""`hatchway run -- docker run ...`: the user's own container, debuggable, and what is left of it."""

import os
import pty
import re
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest
from docker.plain import Plain
from docker.stack import HATCHWAY, docker
from e2e.running import Editor, until

OURS = {"hatchway.payload", "hatchway.folder", "hatchway.service", "hatchway.run"}


def test_a_container_stops_at_a_breakpoint_and_ends_with_ctrl_c(plain: Plain) -> None:
    with plain.run("--rm") as running:
        running.line(r"^hatchway: starting hw-")
        running.line("^ticking False$")
        assert "count" in plain.stops(running.hub_port)
        assert running.end(signal.SIGINT) == 130
    assert plain.known() is None, "--rm was kept"
    assert plain.hatchway("ps").returncode == 1


def test_nothing_is_added_but_environment_two_mounts_and_labels(plain: Plain) -> None:
    words = plain.words("-e", "PYTHONPATH=/mine", "--label", "theirs=1", "--init", "--memory", "99m")
    subprocess.run(["docker", "create", *words[2:]], check=True, capture_output=True)
    before = plain.known()
    docker("rm", plain.name)
    assert plain.hatchway("run", "--", *words[:2], "--detach", *words[2:]).returncode == 0
    after = plain.known()
    assert before is not None
    assert after is not None
    own, more = (
        dict(pair.partition("=")[::2] for pair in one["Config"].pop("Env")) for one in (before, after)
    )
    assert own.pop("PYTHONPATH") == "/mine"
    assert more.pop("PYTHONPATH") == "/opt/hatchway:/mine"
    uwsgi = {"UWSGI_PY_CALL_UWSGI_FORK_HOOKS", "UWSGI_PY_CALL_OSAFTERFORK", "UWSGI_ENABLE_THREADS"}
    assert more.keys() - own.keys() == {"HATCHWAY_RUN", *uwsgi}
    assert after["Config"]["Labels"].keys() - before["Config"]["Labels"].keys() == OURS
    mounts = {mount["Target"]: mount for mount in after["HostConfig"].pop("Mounts")}
    assert mounts.keys() == {"/opt/hatchway", "/opt/hatchway/run"}
    assert mounts["/opt/hatchway"]["ReadOnly"]
    for one in (before, after):
        for changes in ("Labels", "Hostname", "AttachStdout", "AttachStderr"):
            one["Config"].pop(changes)
        one["HostConfig"].pop("ConsoleSize")
    assert before["Config"] == after["Config"]
    assert before["HostConfig"] == after["HostConfig"]
    assert (before["Path"], before["Args"], before["Image"]) == (after["Path"], after["Args"], after["Image"])


def test_detached_hub_and_container_outlive_the_command(plain: Plain) -> None:
    done = plain.hatchway("run", "--name", "shop", "--", *plain.words("-d"))
    assert done.returncode == 0, done.stderr
    found = plain.known()
    assert found is not None
    assert found["Id"] in done.stdout.splitlines(), "docker's own output is shown"
    port = int(done.stdout.partition("ready on 127.0.0.1:")[2].split()[0])
    docker("restart", "--time", "0", plain.name)
    assert "count" in plain.stops(port, "shop"), "what starts anew joins"
    (process,) = plain.ps()
    assert (process["service"], process["python"][:4]) == ("shop", "3.12")
    said = plain.hatchway("down").stdout
    assert f"hatchway: {plain.name} has stopped" in said
    found = plain.known()
    assert found is not None, "it was started without --rm"
    assert not found["State"]["Running"]
    docker("start", plain.name)
    with plain.running("attach", found["Id"][:12]) as attached:
        assert "count" in plain.stops(attached.hub_port, "shop"), "it is as debuggable as before"


def test_a_second_container_joins_the_hub_of_the_folder(plain: Plain) -> None:
    assert plain.hatchway("run", "--name", "one", "--", *plain.words("--rm", "-d")).returncode == 0
    words = [word if word != plain.name else f"{plain.name}-2" for word in plain.words("--rm", "-d")]
    done = plain.hatchway("run", "--name", "two", "--", *words)
    assert done.returncode == 0, done.stderr
    assert "hatchway: joining the hub on 127.0.0.1:" in done.stdout
    until(lambda: {one["service"] for one in plain.ps()} == {"one", "two"}, plain.ps)
    said = plain.hatchway("down").stdout
    assert f"hatchway: {plain.name} has stopped\nhatchway: {plain.name}-2 has stopped\n" in said


def test_a_hub_that_was_killed_leaves_nothing_in_the_container(plain: Plain) -> None:
    assert plain.hatchway("run", "--dormant", "--", *plain.words("-d")).returncode == 0
    quiet = plain.processes()
    assert quiet == ["python app.py"]
    with plain.running("attach", plain.name) as attached, Editor(attached.hub_port) as editor:
        editor.armed(plain.app, plain.line)
        editor.stopped()
        assert len(plain.processes()) > 1
        attached.process.kill()
        attached.process.wait()
    until(lambda: plain.processes() == quiet, plain.processes)
    with plain.running("attach", plain.name) as again:
        assert "count" in plain.stops(again.hub_port)


def test_a_container_that_is_removed_ends_the_command_with_its_code(plain: Plain) -> None:
    with plain.run("--rm") as running:
        assert running.hub_port
        docker("rm", "--force", plain.name)
        assert running.process.wait(30) == 137


def test_signals_reach_the_app_and_its_code_is_ours(plain: Plain) -> None:
    with plain.run("--rm") as running:
        running.line("^ticking")
        assert running.hub_port
        assert running.end(signal.SIGTERM) == 7
        assert "asked to end" in running.lines


def test_a_second_ctrl_c_ends_a_container_that_will_not(plain: Plain) -> None:
    with plain.run("--rm", command=("python", "app.py", "--stubborn")) as running:
        running.line("^ticking")
        assert running.hub_port
        running.process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(1)
        assert running.end(signal.SIGINT) == 130
    until(lambda: plain.known() is None, plain.known)


def test_a_terminal_is_the_containers_own(plain: Plain) -> None:
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(plain.folder)
        os.execv(HATCHWAY[0], [*HATCHWAY, "run", "--", *plain.words("--rm", "-it")])
    said = b""

    def read_until(pattern: bytes) -> None:
        nonlocal said
        deadline = time.monotonic() + 30
        while not re.search(pattern, said):
            assert time.monotonic() < deadline, said
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    said += os.read(terminal, 4096)
                except OSError:
                    break
        assert re.search(pattern, said), said

    try:
        read_until(rb"ready on 127.0.0.1:[^\r\n]*\r\n")
        read_until(b"ticking True\r\n")
        os.write(terminal, b"\x03")
        read_until(b"KeyboardInterrupt")
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) in (1, 130)
    finally:
        os.close(terminal)
    until(lambda: plain.known() is None, plain.known)


def test_wait_holds_the_app_before_its_first_line(plain: Plain) -> None:
    with plain.run("--rm", ours=("--wait",)) as running:
        first = 3  # the first import, which runs once
        with Editor(running.hub_port) as editor:
            editor.armed(plain.app, first)
            assert editor.top(editor.stopped())["line"] == first
            editor.request("disconnect")


def test_python_3_14_is_taken_in_without_a_restart(plain: Plain) -> None:
    docker(*plain.words("-d", image="python:3.14-slim")[1:])
    with plain.running("attach", plain.name) as attached:
        attached.line(f"^hatchway: {plain.name} goes on without a restart: 1 process taken in$")
        assert int(plain.stops(attached.hub_port)["count"]) > 0


@pytest.mark.parametrize("stage", ["hatchway: preparing", "hatchway: starting", "ticking", "hatchway: ready"])
def test_ctrl_c_at_each_stage_leaves_nothing_of_ours(
    stage: str, plain: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "fresh"))  # everything is to be done
    with plain.run("--rm") as running:
        running.line(stage)
        assert running.end(signal.SIGINT) == 130
    until(lambda: plain.known() is None, plain.known)
    assert not docker("ps", "--all", "--quiet", "--filter", "name=hatchway-idle-")
    assert plain.hatchway("ps").returncode == 1
