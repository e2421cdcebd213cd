"""The browser of the tests waits for what comes late, reaches this machine alone, and keeps what it saw."""

import functools
import http.server
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.engine import require_engine
from docker.stack import docker
from e2e.browser import ADDRESSES, DROPPED, PATIENCE, Browser

PAGE = """<!doctype html><title>late</title><link rel="icon" href="data:,">
<p>early</p><button disabled>go</button>
<script>setTimeout(() => {
  document.body.append("late");
  document.querySelector("button").disabled = false;
  document.querySelector("button").onclick = () => document.querySelector("p").remove();
}, 300)</script>"""

# Chromium has six requests under way to one host, and drops those that wait for their turn.
LAZY = """<!doctype html><title>lazy</title><link rel="icon" href="data:,"><p>early</p>
<script type="module">
  const another = location.origin.replace("127.0.0.1", "localhost");
  Promise.all([...Array(7).keys()].map(number => import(`/lazy.js?${number}`))).then(
    () => document.querySelector("p").textContent = "all",
    () => fetch(`${another}/dropped`, {mode: "no-cors"}));
</script>"""


class Lazy(http.server.BaseHTTPRequestHandler):
    """Serves a page whose scripts come once one of them was dropped."""

    is_dropped = threading.Event()
    under_way = threading.Semaphore(0)

    def do_GET(self) -> None:
        if self.path == "/dropped":
            self.is_dropped.set()
        elif self.path != "/":
            self.under_way.release()
            self.is_dropped.wait(PATIENCE)
        body = LAZY.encode() if self.path == "/" else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if body else "text/javascript")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


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
    browser.open(address, "p", "early")
    browser.button("go").click()
    browser.gone("p", "early")
    browser.one("body", "late")
    assert browser.complaints() == []
    assert browser.shot("browser").read_bytes().startswith(b"\x89PNG")


def test_nobody_outside_is_asked(browser: Browser, address: str) -> None:
    script = "return fetch('http://192.0.2.1/', {mode: 'no-cors'}).then(() => 'answered', () => 'refused')"
    assert browser.open(address, "p").evaluate(script.replace("192.0.2.1", "shop.example")) == "refused"
    assert any("ERR_NAME_NOT_RESOLVED" in line for line in browser.complaints())


@pytest.mark.docker
@pytest.mark.skipif(not ADDRESSES.exists(), reason="without IPv6 a container changes nothing outside of it")
def test_a_page_is_loaded_again_if_a_container_comes_up_meanwhile(browser: Browser) -> None:
    require_engine()
    name = f"hw-{secrets.token_hex(4)}"

    def start_one() -> None:
        for _ in range(6):
            Lazy.under_way.acquire(timeout=PATIENCE)
        docker("run", "--detach", "--rm", "--name", name, "busybox", "sleep", "60")

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Lazy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        starting = threading.Thread(target=start_one)
        starting.start()
        try:
            browser.open(f"http://127.0.0.1:{server.server_port}/", "p", "all")
        finally:
            starting.join()
            docker("rm", "--force", name)
            server.shutdown()
    assert Lazy.is_dropped.is_set()
    assert browser.complaints() == [], f"{DROPPED} is no fault of the page"
