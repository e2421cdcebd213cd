"""A container whose only thread is paused, its health check, an autohealer: what the developer is told."""

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from docker.stack import Stack, docker
from e2e.running import Editor, Running


@pytest.fixture
def stack(stacks: Callable[[str], Stack]) -> Stack:
    return stacks("checked")


def pause(stack: Stack, editor: Editor) -> Future[Any]:
    """Have the one thread of the service stop at a breakpoint; return the request that waits for it."""
    editor.armed(stack.source("app.py"), stack.line_of("app.py", "who"))
    (request,) = stack.getting("web", "/who/ann")
    editor.stopped()
    return request


def require_told(said: str, running: Running, editor: Editor) -> None:
    """Wait until a sentence was told, in the debug console and at the terminal, and once only."""
    told = editor.event("output", lambda body: said in body["output"], timeout=30)
    assert told["category"] == "important"
    running.line(re.escape(f"hatchway: {said}"))
    assert sum(said in line for line in running.lines) == 1


def heal(stack: Stack, status: str) -> None:
    """Do what an autohealer does: restart the container once its state is so."""
    container = stack.containers()["web"]["Id"]
    deadline = time.monotonic() + 30
    while (health := health_of(container))["Status"] != status or not health["FailingStreak"]:
        assert time.monotonic() < deadline, health
        time.sleep(0.1)
    docker("restart", "--time", "1", container)


def health_of(container: str) -> dict[str, Any]:
    health: dict[str, Any] = json.loads(docker("inspect", "--format", "{{json .State.Health}}", container))
    return health


def wait_until_healthy(stack: Stack) -> None:
    container = stack.containers()["web"]["Id"]
    deadline = time.monotonic() + 30
    while health_of(container)["Status"] != "healthy":
        assert time.monotonic() < deadline, health_of(container)
        time.sleep(0.1)


def test_a_check_that_fails_for_a_pause_is_told_and_so_is_who_restarts_the_container(stack: Stack) -> None:
    with stack.running("up") as running, Editor(running.hub_port) as editor:
        wait_until_healthy(stack)
        request = pause(stack, editor)
        require_told("web-1 fails its health check while web/1 is paused: Docker lets it be", running, editor)
        heal(stack, "healthy")  # for Docker it still is; this one has its own opinion
        require_told("web-1 was sent SIGTERM from outside while web/1 is paused", running, editor)
        require_told("web-1 was ended from outside (SIGKILL) while web/1 was paused", running, editor)
        with pytest.raises(OSError, match=r"."):
            request.result(20)
        wait_until_healthy(stack)
        (request,) = stack.getting("web", "/who/bob")
        editor.resume(editor.stopped())
        assert request.result(20)["greeting"] == "hello bob from web", "it waited for the next one"


def test_docker_itself_counts_a_paused_container_as_unhealthy_and_restarts_nothing(stack: Stack) -> None:
    stack.compose("up", "--detach")
    wait_until_healthy(stack)
    with stack.running("attach", "web") as running, Editor(running.hub_port) as editor:
        request = pause(stack, editor)
        require_told("web-1 is unhealthy for Docker while web/1 is paused", running, editor)
        assert not request.done()
        assert stack.containers()["web"]["RestartCount"] == 0
        heal(stack, "unhealthy")
        require_told("web-1 was sent SIGTERM from outside while web/1 is paused", running, editor)
        with pytest.raises(OSError, match=r"."):
            request.result(20)
