"""The containers of our own, which images are looked into with: gone however hatchway ends."""

import shutil
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from docker.stack import HATCHWAY, Stack, docker
from e2e.running import Running, until

IDLE = ("ps", "--all", "--quiet", "--filter", "name=hatchway-idle-")


def idle() -> set[str]:
    return set(docker(*IDLE).split())


@pytest.fixture
def slow(tmp_path: Path) -> Callable[[str], Path]:
    """Has the first `docker` of a kind take its time; returns the file that is there once it is called."""

    def make(call: str) -> Path:
        begun, program = tmp_path / "begun", tmp_path / "bin" / "docker"
        program.parent.mkdir()
        program.write_text(
            f"#!{shutil.which('sh')}\n"
            f'if [ "$1" = {call} ] && [ ! -e {begun} ]; then touch {begun}; sleep 1.5; fi\n'
            f'exec {shutil.which("docker")} "$@"\n'
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return begun

    return make


def starting(stack: Stack, fresh: Path) -> Running:
    stack.environ["XDG_CACHE_HOME"] = str(fresh / "cache")  # everything is to be done
    path = {"PATH": f"{fresh / 'bin'}:{stack.environ['PATH']}"}
    return Running([*HATCHWAY, "up"], stack.folder, **{**stack.environ, **path})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("call", ["create", "cp", "rm"])
def test_signals_again_and_again_leave_nothing(
    call: str, number: int, stacks: Callable[[str], Stack], slow: Callable[[str], Path], tmp_path: Path
) -> None:
    before, begun = idle(), slow(call)
    with starting(stacks("small"), tmp_path) as running:
        until(begun.exists, lambda: running.lines)
        for _ in range(3):
            running.process.send_signal(number)
            time.sleep(0.2)
        assert running.process.wait(20) == 128 + number
    said = "\n".join(running.lines)
    assert "Traceback" not in said, said
    assert idle() <= before


def test_what_a_killed_one_left_the_next_takes_away(
    stacks: Callable[[str], Stack], slow: Callable[[str], Path], tmp_path: Path
) -> None:
    stack, before, begun = stacks("small"), idle(), slow("cp")
    with starting(stack, tmp_path) as running:
        until(begun.exists, lambda: running.lines)
        running.end(signal.SIGKILL)
    left = idle() - before
    assert left
    stack.up()
    assert not idle() & left
