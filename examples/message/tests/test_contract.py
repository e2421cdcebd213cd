"""The service keeps its contract, row by row, over each kind of store."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Service


def test_hello(service: "Service") -> None:  # S0.1
    answer = service.ask("GET", "/")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.text.strip() == '"hello world"'


def test_nothing_stored(service: "Service") -> None:  # S0.2
    assert service.ask("GET", "/message").text.strip() == '{"message":"no output found for new_message"}'


def test_what_was_posted_is_read_from_either_worker(  # S0.3, S0.4
    service: "Service",
    eventually: Callable[..., bool],
    frozen: Callable[[int], AbstractContextManager[None]],
) -> None:
    answer = service.ask("POST", "/message/newmessage")
    assert (answer.status, answer.text.strip()) == (200, '{"message":"set new_message"}')
    assert eventually(lambda: len(service.workers) == 2)
    for other in service.workers:
        with frozen(other):
            assert service.ask("GET", "/message").text.strip() == '{"message":"newmessage"}'


def test_text_survives_and_leaves_as_ascii(service: "Service") -> None:  # S0.5
    service.ask("POST", "/message/h%C3%A9llo%20w%0A%F0%9F%90%8D")
    text = service.ask("GET", "/message").text
    assert json.loads(text) == {"message": "héllo w\n🐍"}
    assert "h\\u00e9llo w\\n" in text


def test_wrong_methods(service: "Service") -> None:  # S0.6
    for method, path, allowed in [
        ("POST", "/message", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/message", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/message/x", {"POST", "OPTIONS"}),
        ("PUT", "/message/x", {"POST", "OPTIONS"}),
    ]:
        answer = service.ask(method, path)
        assert (answer.status, answer.allowed) == (405, allowed)
        assert answer.headers["Content-Type"].startswith("text/html")


def test_unknown_paths(service: "Service") -> None:  # S0.7
    for method, path in [
        ("POST", "/message/"),
        ("POST", "/message/a/b"),
        ("POST", "/message/a%2Fb"),
        ("GET", "/message/"),
        ("GET", "/nowhere"),
    ]:
        answer = service.ask(method, path)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_options(service: "Service") -> None:  # S0.8
    answer = service.ask("OPTIONS", "/message")
    assert (answer.status, answer.text, answer.allowed) == (200, "", {"GET", "HEAD", "OPTIONS"})


def test_head_reads_and_never_writes(service: "Service") -> None:  # S0.W1, S0.M1
    service.ask("POST", "/message/kept")
    answer = service.ask("HEAD", "/message")
    assert (answer.status, answer.text) == (200, "")
    assert service.ask("GET", "/message").text.strip() == '{"message":"kept"}'


def test_a_message_has_a_length_limit(service: "Service") -> None:  # S0.W4
    longest = "%C3%A9" * 512
    assert service.ask("POST", f"/message/{longest}").status == 200
    answer = service.ask("POST", f"/message/{longest}x")
    assert (answer.status, json.loads(answer.text)) == (414, {"error": "a message has at most 1024 bytes"})
    assert json.loads(service.ask("GET", "/message").text) == {"message": "é" * 512}
