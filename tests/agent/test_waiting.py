"""`HATCHWAY_WAIT`: a program waits for a session before its first line, for a stated time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from agent.playing import Relay

LONG = "600"
PROGRAM = "import os\nprint(os.getpid())\n"


def write(folder: Path, text: str) -> str:
    (folder / "program.py").write_text(text)
    return "program.py"


def test_without_a_session_a_program_says_so_once_and_starts(
    launch: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    program = launch(write(tmp_path, PROGRAM), HATCHWAY_WAIT="3")
    said, errors = program.communicate(timeout=60)
    assert said == f"{program.pid}\n"
    waits = f"hatchway: pid {program.pid} waits 3 s for an editor, then starts"
    assert errors.splitlines() == [f"{waits} (no hub here yet: hatchway attach)"]


def test_a_session_that_comes_finds_it_before_its_first_line(
    launch: Callable[..., subprocess.Popen[str]], relay: Relay, tmp_path: Path
) -> None:
    relay.close_session()
    program = launch(write(tmp_path, PROGRAM), HATCHWAY_WAIT=LONG)
    relay.doorbell(program.pid)
    relay.open_session()
    worker = relay.accept()
    worker.attach({tmp_path / "program.py": [1]})
    thread, line = worker.stopped()
    assert line == 1
    worker.go_on(thread)
    assert program.communicate(timeout=60) == (f"{program.pid}\n", "")


def test_children_of_a_program_that_has_waited_do_not(
    launch: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    write(tmp_path, PROGRAM)
    first = (
        "import os, subprocess, sys\n"
        f"os.environ['HATCHWAY_WAIT'] = '{LONG}'\n"
        "subprocess.run([sys.executable, 'program.py'], check=True)\n"
        "if os.fork() == 0:\n"
        "    print('forked', flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    (tmp_path / "first.py").write_text(first)
    said, _ = launch("first.py", HATCHWAY_WAIT="1").communicate(timeout=60)
    assert said.splitlines()[0].isdigit()
    assert said.splitlines()[1] == "forked"


def test_a_senseless_number_of_seconds_is_none(
    launch: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    program = launch(write(tmp_path, PROGRAM), HATCHWAY_WAIT="for ever")
    assert program.communicate(timeout=60) == (f"{program.pid}\n", "")
