"""`hatchway pdb` on the workers of a server, beside an editor, under a reloader, and without a terminal."""

import os
import re
import subprocess
import sys
import urllib.error
from collections.abc import Callable
from pathlib import Path

from e2e.running import Editor, Running, Service, free_port, walk
from e2e.terminal import Terminal

HATCHWAY = [sys.executable, "-m", "hatchway"]
Connect = Callable[[Service], Editor]

RELOADED = """\
import flask

app = flask.Flask(__name__)


@app.get("/message")
def message():
    output = b"from the child"
    if output:
        return output


app.run(port={port}, debug=True)
"""
BROKEN = """\
def divide(left, right):
    return left / right


print(divide(4, 2))
print(divide(1, 0))
"""


def scripted(folder: Path, *words: str, commands: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HATCHWAY, "pdb", *words],
        cwd=folder,
        input=commands,
        stdin=subprocess.DEVNULL if commands is None else None,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_worker_is_looked_at_from_one_terminal(newest_python: Path, folder: Path) -> None:
    with Service(newest_python, folder) as service:
        service.line("hatchway: ready on")
        line = service.line_of("who")
        with Terminal(folder, "-b", f"service.py:{line}, name != 'passed by'") as terminal:
            terminal.until("waiting for a stop")
            assert service.get("/who/passed%20by")["greeting"] == "hello passed by"
            requests = service.getting("/who/ann", "/who/bob", "/who/cid")
            said = terminal.until(r"\(shop gunicorn \d")
            assert f"service.py({line})who()" in said
            # A prompt is drawn anew by the letters that differ, so it is read behind a command.
            standing = (terminal.type("workers") for _ in range(300))
            assert "2 more waiting" in next(said for said in standing if said.count("stopped") == 3)

            seen = {}
            for number in (1, 2, 3, 4):
                if "who()" in (said := terminal.type(f"worker {number}")) or "->" in said:
                    seen[number] = re.search(r"'(\w+)'", terminal.type("p name"))[1]
            everyone = terminal.type("where all")
            assert everyone.count(f"service.py({line})who()") == 3
            assert terminal.type("greeting = 'changed'")

            terminal.enter("continue all")
            answers = sorted(request.result()["greeting"] for request in requests)
            assert "changed" in answers
            assert len(answers) == 3

            # Nothing is stopped: Ctrl-C gives a prompt and asks a worker to pause; `c` takes that back.
            terminal.send("\x03")
            is_waited_for = "(hatchway)" in terminal.prompt()
            terminal.enter("c")
            if is_waited_for:
                terminal.until("waiting for a stop")
            request = service.getting("/who/dan")[0]
            said = terminal.until(r"> \S+\(\d+\)\w+\(\)")
            assert said.endswith(f"service.py({line})who()")
            terminal.until(r"\(shop gunicorn \d")
            assert terminal.leave("q!") == 0
            assert "it runs on, and `hatchway down` ends it" in terminal.said
            assert request.result()["greeting"] == "hello dan"
        assert service.get("/who/eve")["greeting"] == "hello eve", "the app runs on, and nothing stops there"


def test_an_editor_keeps_its_stops_until_the_terminal_takes_them(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        line = service.line_of("who")
        editor = editors(service).armed(service.source, line)
        with Terminal(folder) as terminal:
            terminal.until("holds the controls")
            request = service.getting("/who/ann")[0]
            editor.stopped()
            terminal.send("\x03")
            terminal.until(r"\(hatchway\)")
            terminal.enter("controls")
            terminal.until(rf"service.py\({line}\)who\(\)")
            terminal.prompt()
            assert "'ann'" in terminal.type("p name")
            terminal.enter("c")
            assert request.result()["greeting"] == "hello ann"
            terminal.send("\x03")
            terminal.prompt()
            assert terminal.leave() == 0
        requests = service.getting(*(f"/who/{number}" for number in range(8)))
        assert walk(editor, requests, lambda _: None) == 8, "nothing of that pause is left"


def test_what_a_request_fails_with_is_stopped_at_and_told_as_python_does(
    newest_python: Path, folder: Path
) -> None:
    with Service(newest_python, folder) as service:
        service.line("hatchway: ready on")
        with Terminal(folder, "--post-mortem") as terminal:
            terminal.until("waiting for a stop")
            assert service.get("/price/tea") == {"price": 3}
            request = service.getting("/price/rum")[0]
            said = terminal.prompt()
            first, second = "KeyError: 'rum'", "LookupError: rum"
            assert said.index(first) < said.index("direct cause of the following") < said.index(second)
            assert "-> raise LookupError(name) from error" in said
            assert "LookupError('rum')" in terminal.type("p $_exception")
            assert "0 KeyError('rum')" in terminal.type("exceptions")
            assert "price={" in terminal.type("exceptions 0")
            assert "'rum'" in terminal.type("p name")
            assert terminal.leave() == 0
            assert isinstance(request.exception(), urllib.error.HTTPError), "Flask answers for it"


def test_a_hub_that_goes_is_said_in_one_line(newest_python: Path, folder: Path) -> None:
    with Service(newest_python, folder) as service:
        service.line("hatchway: ready on")
        with Terminal(folder) as terminal:
            terminal.until("waiting for a stop")
            service.end()
            terminal.until("hatchway: the hub is gone")
            assert terminal.end() == 1


def test_the_first_line_is_stopped_at_once_under_a_reloader(newest_python: Path, folder: Path) -> None:
    port = free_port()
    (folder / "app.py").write_text(RELOADED.format(port=port))
    with Terminal(folder, "--", str(newest_python), "app.py") as terminal:
        assert "app.py(1)<module>()" in terminal.prompt()
        assert "Breakpoint 1" in terminal.type("b 9")
        terminal.send("c\r")
        said = terminal.until("Debugger PIN")
        with Running(["curl", "-s", f"http://127.0.0.1:{port}/message"], folder) as curl:
            said += terminal.until(r"app.py\(9\)message\(\)")
            assert "<module>()" not in said, "the reloader's child begins without a stop"
            terminal.prompt()
            assert "b'from the child'" in terminal.type("p output")
            terminal.enter("c")
            curl.line("from the child")
        terminal.send("\x03")
        terminal.prompt()
        assert terminal.leave("q!") == 0


def test_a_script_of_commands_has_the_programs_exit_code_and_its_own(folder: Path) -> None:
    (folder / "broken.py").write_text(BROKEN)
    program = ("--", sys.executable, "broken.py")

    done = scripted(
        folder,
        "-c",
        "b divide",
        "-c",
        "c",
        "-c",
        "p left, right",
        "-c",
        "cl 1",
        "-c",
        "c",
        "-c",
        "w",
        *program,
    )
    assert "(4, 2)" in done.stdout
    assert "ZeroDivisionError: division by zero" in done.stdout
    assert re.search(r"> \S+broken.py\(2\)divide\(\)\n-> return left / right\n\(Pdb\) w", done.stdout)
    assert done.returncode == 1, "the program's own"

    done = scripted(folder, "-c", "p nowhere", "--", sys.executable, "-c", "print('no script')")
    assert done.returncode == 0, "the program ended before there was a stop"
    (folder / "fine.py").write_text("print('fine')\n")
    assert scripted(folder, "-c", "p 1", "--", sys.executable, "fine.py").returncode == 0
    assert scripted(folder, "-c", "p nowhere", "--", sys.executable, "fine.py").returncode == 1
    ended = scripted(folder, "--", sys.executable, "fine.py", commands="n\nn\n")
    assert "fine" in ended.stdout


def test_aliases_are_those_of_pdb(folder: Path) -> None:
    home = folder.parent / "home"
    for place, text in ((home, "# mine\n\nalias two p %1 + %1\nimport os\n"), (folder, "alias one p 1\n")):
        place.mkdir(exist_ok=True)
        (place / ".pdbrc").write_text(text)
    (folder / "app.py").write_text("x = 1\n")
    argv = [*HATCHWAY, "pdb", "-c", "two 'x'", "-c", "one", "-c", "q", "--", sys.executable, "app.py"]
    with Running(argv, folder, HOME=str(home)) as running:
        running.line("hatchway: of .*/home/.pdbrc, the aliases are known here, and nothing else")
        running.line("^'xx'$")
        running.line("^1$")
        assert running.process.wait(30) == 0


def test_stdin_is_the_programs_where_the_commands_are_given(folder: Path) -> None:
    (folder / "asks.py").write_text("name = input('who? ')\nprint('hello', name)\n")
    program = ("--", sys.executable, "asks.py")
    done = scripted(folder, "-c", "n", "-c", "p name", "-c", "c", *program, commands="ann\n")
    assert "'ann'" in done.stdout
    assert "hello ann" in done.stdout
    assert done.returncode == 0
    done = scripted(folder, *program, commands="c\nq\n")
    assert "EOFError: EOF when reading a line\nhatchway: the debugger reads its commands" in done.stdout
    assert done.returncode == 1, "the program's own"


def test_wrong_use_says_what_to_do(folder: Path) -> None:
    for words, said in (
        ([], "nothing runs under hatchway in this folder"),
        (["--"], "there is no command to run"),
        (["-b", "nowhere.py:1", "--", "true"], "there can be no breakpoint at nowhere.py:1"),
    ):
        done = scripted(folder, *words)
        assert f"hatchway: error: {said}" in done.stderr
        assert "hint: " in done.stderr
        assert done.returncode in (1, 2)
