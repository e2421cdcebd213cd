"""The browser of the tests waits for what comes late, reaches this machine alone, and keeps what it saw."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.browser import Browser

PAGE = """<!doctype html><title>late</title><link rel="icon" href="data:,">
<p>early</p><button disabled>go</button>
<script>setTimeout(() => {
  document.body.append("late");
  document.querySelector("button").disabled = false;
  document.querySelector("button").onclick = () => document.querySelector("p").remove();
}, 300)</script>"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve the page on this machine."""
    (tmp_path / "index.html").write_text(PAGE)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_it_waits_for_what_comes_late(browser: Browser, address: str) -> None:
    browser.open(address).one("p", "early")
    browser.button("go").click()
    browser.gone("p", "early")
    browser.one("body", "late")
    assert browser.complaints() == []
    assert browser.shot("browser").read_bytes().startswith(b"\x89PNG")


def test_nobody_outside_is_asked(browser: Browser, address: str) -> None:
    script = "return fetch('http://192.0.2.1/', {mode: 'no-cors'}).then(() => 'answered', () => 'refused')"
    assert browser.open(address).evaluate(script.replace("192.0.2.1", "shop.example")) == "refused"
    assert any("ERR_NAME_NOT_RESOLVED" in line for line in browser.complaints())
