"""The message service under pdb in its container, as its author did it, and by `hatchway pdb` without one."""

import os
import re
import shutil
from pathlib import Path

import pexpect
import pytest
from docker.stack import LEFT_BEHIND
from e2e.environments import app_python, newest
from e2e.examples import EXAMPLES, PATIENCE, load_example
from e2e.projects import Project, apart
from e2e.running import Running, free_port
from e2e.terminal import Terminal

ENTRY = r"app\.py\(1\)<module>\(\)"


def test_without_a_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # S0.18, S0.19, S0.20, S0.M4
    case = load_example(shutil.copytree(EXAMPLES / "message", tmp_path / "message", ignore=LEFT_BEHIND)).case
    assert f"hatchway pdb -b app.py:{case.line}`" in (case.folder / "README.md").read_text()
    port = free_port()
    monkeypatch.setenv("PORT", str(port))
    with apart(), Terminal(case.folder, "--", str(app_python(newest())), case.source.name) as terminal:
        assert re.search(ENTRY, terminal.prompt())
        assert "Breakpoint 1" in terminal.type(f"b {case.line}")
        terminal.send("c\r")
        assert not re.search(ENTRY, terminal.until(f"Running on http://127.0.0.1:{port}")), (
            "one stop on entry"
        )
        with Running(["curl", "-s", f"http://127.0.0.1:{port}/message"], case.folder) as curl:
            terminal.until(rf"app\.py\({case.line}\)read_message\(\)")
            terminal.prompt()
            assert "no output found for new_message" in terminal.type("p message")
            terminal.send("c\r")
            curl.line('{"message":"no output found for new_message"}')
        terminal.send("\x03")
        terminal.prompt()
        assert terminal.leave("q!") == 0


@pytest.mark.docker
def test_in_its_container(tmp_path: Path) -> None:  # S0.18, S0.19, S0.20
    with apart(), Project("message", tmp_path) as project:
        project.compose("build")
        case = project.example.case
        # As the author has it: pdb's own breakpoints do not reach the threads of the server.
        lines = case.source.read_text().splitlines()
        lines.insert(case.line - 1, "    breakpoint()")
        case.source.write_text("\n".join(lines))
        told = (project.folder / "README.md").read_text()
        (command,) = re.findall(r"`(docker compose run .* python -m pdb app\.py)`", told)
        program, *words = command.replace(":8000:", f":{project.ports['MESSAGE_PORT']}:").split()
        run = pexpect.spawn(
            program,
            words,
            cwd=str(project.folder),
            env={**os.environ, **project.environ, "TERM": "xterm"},
            encoding="utf-8",
            timeout=PATIENCE,
        )
        with run as child:
            child.expect(ENTRY)
            child.expect(r"\(Pdb\) ")
            child.sendline("c")
            child.expect("Running on all addresses")
            assert not re.search(ENTRY, child.before)
            with Running(["curl", "-s", project.base() + "/message"], project.folder) as curl:
                child.expect(r"app\.py\(\d+\)read_message\(\)")
                child.expect(r"\(Pdb\) ")
                assert project.containers()["redis"]["State"]["Running"], "it came up, too"
                child.sendline("p message")
                child.expect("'no output found for new_message'")
                child.sendline("c")
                curl.line('{"message":"no output found for new_message"}')
            child.sendintr()
            child.expect(r"\(Pdb\) ")
            child.sendline("q")
            child.expect(pexpect.EOF)
