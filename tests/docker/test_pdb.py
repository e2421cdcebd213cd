"""`hatchway pdb SERVICE -- COMMAND`: what people do with `docker compose run` and pdb, in one command."""

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docker.stack import Stack, docker
from e2e.examples import EXAMPLES
from e2e.terminal import Terminal

OVERRIDE = """\
services:
  svc1:
    volumes: [".:/usr/src/app:ro"]
    environment: { HOST: 0.0.0.0 }
"""
LINE = "message = store().get(KEY)"


def test_a_script_stops_on_its_first_line_and_in_a_request_of_a_container_of_its_own(
    runtime: Path, tmp_path: Path
) -> None:
    assert runtime.is_dir()
    with Stack("message", tmp_path, stacks=EXAMPLES, ports=("MESSAGE_PORT",)) as stack:
        stack.source("compose.override.yaml").write_text(OVERRIDE)
        app = stack.source("app.py")
        app.write_text(app.read_text().replace(LINE, f"{LINE}\n    import pdb; pdb.set_trace()"))
        url = f"http://127.0.0.1:{stack.ports['MESSAGE_PORT']}/message"
        words = ("svc1", "--", "python", "app.py")
        with Terminal(stack.folder, *words, patience=100, **stack.environ) as terminal:
            said = terminal.prompt()
            assert "app.py(1)<module>()" in said
            assert "redis-1  Started" in said.replace("\r", ""), "what it depends on is up"
            assert str(app) in said, "the file is the one here"
            assert "NameError" not in terminal.type("import os; os.getpid()")
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
                terminal.send("c\r")
                assert json.loads(answer.result()) == {"message": "from a container"}
            terminal.send("\x03")
            terminal.prompt()
            assert terminal.leave("q!") == 0
        ours = f"label=com.docker.compose.project={stack.project}"
        one_off = "label=com.docker.compose.oneoff=True"
        left = docker("ps", "--all", "--quiet", "--filter", ours, "--filter", one_off)
        assert not left.strip(), "it is gone"
