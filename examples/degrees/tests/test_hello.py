"""The hello service keeps its contract."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

FOLDER = Path(__file__).parent.parent


def test_it_greets_the_world(greeter: FlaskClient) -> None:  # S4.1
    answer = greeter.get("/")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/html", "Hello, world!\n")


def test_it_greets_by_name(greeter: FlaskClient) -> None:  # S4.2
    answer = greeter.get("/Joe")
    assert (answer.status_code, answer.text) == (200, "Hello, Joe!\n")


def test_it_refuses_what_it_does_not_know(greeter: FlaskClient) -> None:  # S4.3
    unknown = greeter.get("/a/b")
    assert (unknown.status_code, unknown.mimetype) == (404, "text/html")
    assert greeter.post("/").status_code == 405


def test_a_name_is_no_html(greeter: FlaskClient) -> None:  # S4.W2, S4.M1
    assert greeter.get("/%3Cb%3Ex").text == "Hello, &lt;b&gt;x!\n"
    assert greeter.get("/favicon.ico").status_code == 404


def test_there_is_no_console(greeter: FlaskClient) -> None:  # S4.W1
    assert greeter.get("/console").text == "Hello, console!\n"


@pytest.mark.timeout(60)
def test_debug_is_a_switch_of_the_run_on_loopback(tmp_path: Path) -> None:  # S4.4, S4.M1, S4.W1
    command = [sys.executable, "-m", "flask", "--app", "hello", "run", "--debug", "--port=0"]
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            command,
            cwd=FOLDER,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            if "Debugger PIN" in line:
                break
        os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()
        log.seek(0)
        said = log.read()
    for sentence in (
        "Serving Flask app 'hello'",
        "Debug mode: on",
        "WARNING: This is a development server.",
        "Restarting with stat",
        "Debugger is active!",
        "Debugger PIN: ",
    ):
        assert sentence in said
    assert re.search(r"Running on http://127\.0\.0\.1:\d+$", said, re.MULTILINE)
