"""`hatchway pdb` in containers: `docker compose run` and pdb in one command, and on gunicorn's workers."""

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docker.stack import Stack, docker
from e2e.examples import EXAMPLES, wait_until_healthy
from e2e.terminal import Terminal

OVERRIDE = """\
services:
  svc1:
    volumes: [".:/usr/src/app:ro"]
    environment: { HOST: 0.0.0.0 }
"""
LINE = "message = store().get(KEY)"
MESSAGE = "Žofie ☕ 日本"
SHY = """\
class Shy:
    def __repr__(self):
        raise RuntimeError("do not look")

shy = Shy()
print("pasted")"""
WHAT_IS_SAID = {
    "w": "read_message()",
    "p message": MESSAGE,
    "pp [message]": MESSAGE,
    "whatis message": "class 'str'",
    "a": "(",
    "l": "pdb.set_trace()",
    "ll": "def read_message",
    "u": "flask/app.py",
    "d": "read_message()",
    "source store": "def store()",
    "display message": MESSAGE,
    "undisplay": "(",
    "b 34": "Breakpoint 1 at",
    "condition 1 message == 0": "New condition",
    "ignore 1 1": "Will ignore",
    "b": "stop only if message == 0",
    "disable 1": "Disabled",
    "enable 1": "Enabled",
    "cl 1": "Deleted breakpoint 1",
    "tbreak 34": "Breakpoint 2 at",
    "cl 2": "Deleted breakpoint 2",
    "alias pm p message": "(",
    "pm": MESSAGE,
    "h unt": "unt(il)",
    "p 'x' * 10_000_000": "10,000,002 letters",
    "p shy": "*** RuntimeError: do not look",
    "nowhere": "*** NameError",
}


@pytest.fixture(scope="module")
def message(runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The message service, its code mounted and with a call of pdb in it."""
    assert runtime.is_dir()
    folder = tmp_path_factory.mktemp("project")
    with Stack("message", folder, stacks=EXAMPLES, ports=("MESSAGE_PORT",)) as stack:
        stack.source("compose.override.yaml").write_text(OVERRIDE)
        app = stack.source("app.py")
        app.write_text(app.read_text().replace(LINE, f"{LINE}\n    import pdb; pdb.set_trace()"))
        yield stack


def move_about(terminal: Terminal, stack: Stack) -> None:
    """Go through the function that two workers are stopped in, and back to where the other one stands."""
    lines = stack.source("app.py").read_text().splitlines()
    returned = 1 + lines.index("    return jsonify(message=message)")
    for command, wanted in {
        "n": f"app.py({returned})read_message()",
        f"j {returned - 2}": "-> if message is None:",
        "unt": f"app.py({returned})read_message()",
        "s": "--Call--",
        "r": "--Return--",
        "u": f"app.py({returned})read_message()",
    }.items():
        said = re.sub(r"\r|\n", "", terminal.type(command))
        assert wanted in said, (command, said)
    terminal.enter("interact")
    terminal.until(">>>")
    terminal.send("[len(message)]\r")
    terminal.until(rf"\[{len(MESSAGE)}\]")
    terminal.until(">>>")
    terminal.send("\x04")
    terminal.prompt()
    first, second = terminal.type("worker 1"), terminal.type("worker 2")
    assert "-> if message is None:" in first + second, "the other one stands where it stood"
    if "-> if message is None:" not in second:
        assert "-> if message is None:" in terminal.type("worker 1")


def test_every_command_on_the_workers_of_gunicorn_in_a_container(message: Stack) -> None:
    message.up("svc1")
    base = f"http://127.0.0.1:{message.ports['MESSAGE_PORT']}"
    wait_until_healthy(base)
    message.wait_for_workers(svc1=2)
    url = f"{base}/message"

    def ask(method: str, path: str = "") -> bytes:
        with urllib.request.urlopen(urllib.request.Request(url + path, method=method), timeout=100) as answer:
            return bytes(answer.read())

    ask("POST", f"/{urllib.parse.quote(MESSAGE)}")
    with (
        Terminal(message.folder, columns=50, patience=100, **message.environ) as terminal,
        ThreadPoolExecutor(3) as crowd,
    ):
        terminal.until("waiting for a stop")
        asked = [crowd.submit(ask, "GET") for _ in range(2)]
        terminal.prompt()
        standing = (terminal.type("workers") for _ in range(300))
        assert "1 more waiting" in next(said for said in standing if said.count("stopped") == 2)

        terminal.send(f"\x1b[200~{SHY}\x1b[201~\r")
        terminal.until("pasted\r?\n")
        terminal.prompt()
        for command, wanted in WHAT_IS_SAID.items():
            said = re.sub(r"\r|\n", "", terminal.type(command))
            assert wanted in said, (command, said)
        move_about(terminal, message)
        terminal.resize(160)
        terminal.send("p message + '!'\r")  # the prompt may be drawn anew, at any time
        terminal.until(f"'{MESSAGE}!'")
        terminal.prompt()
        assert terminal.type("where all").count("read_message()") == 2
        assert "--Return--" in terminal.type("r")
        assert "Response" in terminal.type("retval")
        terminal.enter("continue all")
        assert [json.loads(one.result()) for one in asked] == [{"message": MESSAGE}] * 2

        lost = crowd.submit(ask, "GET")
        terminal.until(r"read_message\(\)")
        terminal.prompt()
        message.compose("kill", "svc1")
        assert lost.exception() is not None
        terminal.until(r"hatchway: [^\n]*svc1[^\n]*\n")
        terminal.enter("n")
        terminal.until("nothing is stopped")
        terminal.until("waiting for a stop")
        terminal.send("\x03")
        terminal.prompt()
        assert terminal.leave() == 0
    message.hatchway("down")


def test_a_script_stops_on_its_first_line_and_in_a_request_of_a_container_of_its_own(message: Stack) -> None:
    stack = message
    app = stack.source("app.py")
    url = f"http://127.0.0.1:{stack.ports['MESSAGE_PORT']}/message"
    words = ("svc1", "--", "python", "app.py")
    with Terminal(stack.folder, *words, patience=100, **stack.environ) as terminal:
        said = terminal.prompt()
        assert "app.py(1)<module>()" in said
        assert "redis-1  Started" in said.replace("\r", ""), "what it depends on is up"
        assert str(app) in said, "the file is the one here"
        assert "NameError" not in terminal.type("import os; os.getpid()")
        terminal.enter("name = input('who? ')")
        terminal.until(r"who\? ")
        terminal.send("Žofie\r")
        terminal.prompt()
        assert "'Žofie'" in terminal.type("p name"), "it reads what is typed"
        terminal.send("c\r")
        assert "<module>()" not in terminal.until("Running on http"), "once"

        with ThreadPoolExecutor(2) as crowd:

            def ask(method: str, path: str = "") -> bytes:
                request = urllib.request.Request(url + path, method=method)
                with urllib.request.urlopen(request, timeout=100) as answer:
                    return bytes(answer.read())

            crowd.submit(ask, "POST", "/from%20a%20container").result()
            answer = crowd.submit(ask, "GET")
            said = terminal.prompt()
            assert "read_message()" in said
            assert "-> if message is None:" in said
            assert "'from a container'" in terminal.type("p message")
            assert not answer.done()
            terminal.enter("c")
            assert json.loads(answer.result()) == {"message": "from a container"}
        terminal.send("\x03")
        terminal.prompt()
        assert terminal.leave("q!") == 0
        assert "left running, for the next time: redis; `hatchway down` ends" in " ".join(
            terminal.said.split()
        )
    ours = f"label=com.docker.compose.project={stack.project}"
    one_off = "label=com.docker.compose.oneoff=True"
    left = docker("ps", "--all", "--quiet", "--filter", ours, "--filter", one_off)
    assert not left.strip(), "it is gone"
