"""The store: which one is used, what happens without it, and that it ends with the service."""

import importlib.util
import json
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Serve, Service

AWAY = {"error": "the message store does not answer"}


def assert_does_without_a_store(service: "Service") -> None:
    assert service.ask("GET", "/").status == 200
    for method, path in [("GET", "/message"), ("POST", "/message/x"), ("GET", "/health")]:
        before = time.monotonic()
        answer = service.ask(method, path)
        assert time.monotonic() - before < 1
        assert (answer.status, json.loads(answer.text)) == (503, AWAY)


def test_nobody_listens_there(serve: "Serve") -> None:  # S0.9, S0.M1
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with serve(REDIS_URL=f"redis://127.0.0.1:{taken.getsockname()[1]}") as service:
            assert_does_without_a_store(service)
            assert service.says("Connection refused")


def test_somebody_listens_and_says_nothing(serve: "Serve") -> None:  # S0.M1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        with serve(REDIS_URL=url) as service:
            assert_does_without_a_store(service)


def test_the_store_hangs_and_comes_back(  # S0.M1, S0.M2
    service: "Service",
    eventually: Callable[..., bool],
    frozen: Callable[[int], AbstractContextManager[None]],
) -> None:
    service.ask("POST", "/message/kept")
    with frozen(service.store):
        assert_does_without_a_store(service)
    assert eventually(lambda: service.ask("GET", "/message").status == 200)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load the application into this process."""
    monkeypatch.setenv("REDIS_URL", "redis://nobody.invalid:6379")
    spec = importlib.util.spec_from_file_location("message_app", Path(__file__).parent.parent / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def silent_name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every look-up of a name hang until the test is over."""
    over = threading.Event()

    def hang(*_: object) -> None:
        over.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield
    over.set()


@pytest.mark.usefixtures("silent_name_server")
def test_the_name_server_says_nothing(app: ModuleType) -> None:  # S0.M1
    before = time.monotonic()
    answer = app.app.test_client().get("/message")
    assert time.monotonic() - before < 1
    assert (answer.status_code, answer.json) == (503, AWAY)


def test_the_service_says_which_store_it_uses(service: "Service", store_kind: str) -> None:  # S0.M5
    answer = json.loads(service.ask("GET", "/health").text)
    assert answer["status"] == "ok"
    assert store_kind in answer["store"]
    assert "in memory only" in answer["store"]
    assert service.says(f"Messages are kept in {answer['store']}")


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server: only fakeredis was tried")
def test_a_redis_server_on_the_path_is_preferred(serve: "Serve") -> None:  # D4.4
    with serve() as service:
        assert "redis-server" in service.ask("GET", "/health").text


def test_a_configured_store_comes_first(serve: "Serve") -> None:  # S0.M2, D4.4
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        url = f"redis://name:secret@127.0.0.1:{theirs.getsockname()[1]}"
        with serve(REDIS_URL=url) as service:
            assert service.ask("GET", "/message").status == 503
            theirs.accept()[0].close()
            assert service.says("Messages are kept in the configured Redis")
            assert not service.says("secret")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_store_ends_with_the_service(
    service: "Service",
    end: signal.Signals,
    eventually: Callable[..., bool],
    is_running: Callable[[int], bool],
) -> None:
    store = service.store
    assert is_running(store)
    service.process.send_signal(end)
    assert eventually(lambda: not is_running(store))


def test_the_store_survives_a_reload(service: "Service", eventually: Callable[..., bool]) -> None:
    service.ask("POST", "/message/kept")
    before = service.store
    service.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: len(service.workers) == 4)
    assert json.loads(service.ask("GET", "/message").text) == {"message": "kept"}
    assert service.store == before


def test_run_directly_it_serves_on_loopback_without_a_console(  # S0.13, S0.W5, S0.W7
    serve_directly: "Serve",
    eventually: Callable[..., bool],
) -> None:
    with serve_directly() as service:
        assert eventually(lambda: service.says(f"Running on http://127.0.0.1:{service.port}"))
        assert service.says("Messages are kept in", "Debug mode: off")
        assert not service.says("Restarting with")
        assert json.loads(service.ask("GET", "/").text) == "hello world"
        assert service.ask("GET", "/console").status == 404
