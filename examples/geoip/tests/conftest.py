"""The application as a client of Flask's own, and stand-ins for what it asks in the world."""

import hashlib
import http.server
import io
import socket
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from flask.testing import FlaskClient

from easygeoip.app import create_app
from easygeoip.settings import DEMO, EDITION, Settings

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "geoip"
"""MaxMind's own test databases, which are not part of this repository."""

MakeClient = Callable[..., FlaskClient]


@pytest.fixture
def make_client(tmp_path: Path) -> MakeClient:
    """Ask an application with these variables in its environment."""

    def make(**environ: str) -> FlaskClient:
        return create_app(Settings.of({"DATA_FOLDER": str(tmp_path / "data"), **environ})).test_client()

    return make


@pytest.fixture
def client(make_client: MakeClient, name_server: "NameServer") -> FlaskClient:
    """Ask the embedded default; names are looked up in the stand-in."""
    return make_client(DNS_SERVER=name_server.address, DNS_SECONDS="30")


@pytest.fixture(params=["GeoLite2-City-Test.mmdb", "GeoIP2-City-Test.mmdb"])
def maxmind(request: pytest.FixtureRequest) -> Path:
    """Name each of MaxMind's own test databases."""
    path = REAL / str(request.param)
    if not path.exists():
        pytest.skip("MaxMind's test databases lie in ../shared")
    return path


class NameServer:
    """Answers from a table; of a name in `SILENT` it never says anything."""

    KNOWN = {  # noqa: RUF012 - read only
        ("demo.example.", "A"): ["192.0.2.9"],
        ("six.example.", "AAAA"): ["2001:db8::9"],
        ("both.example.", "A"): ["8.8.8.8", "198.51.100.9"],
        ("both.example.", "AAAA"): ["2001:db8::9"],
        ("elsewhere.example.", "A"): ["8.8.8.8"],
        ("second.example.", "A"): ["8.8.8.8"],
        ("second.example.", "AAAA"): ["2001:db8::9"],
        ("xn--bcher-kva.example.", "A"): ["192.0.2.9"],
        ("mail.example.", "MX"): ["10 demo.example."],
    }
    SILENT = ("slow.example.",)
    BROKEN = ("broken.example.",)

    def __init__(self, server: socket.socket) -> None:
        self.asked: list[tuple[str, str]] = []
        self.address = f"127.0.0.1:{server.getsockname()[1]}"
        self._server = server

    def serve(self) -> None:
        """Answer until somebody sends nothing."""
        while True:
            data, client = self._server.recvfrom(4096)
            if not data:
                return
            question = dns.message.from_wire(data)
            (wanted,) = question.question
            name, kind = wanted.name.to_text().lower(), dns.rdatatype.to_text(wanted.rdtype)
            self.asked.append((name, kind))
            if name not in self.SILENT:
                self._server.sendto(self.answer(question, name, kind).to_wire(), client)

    def answer(self, question: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        response = dns.message.make_response(question)
        response.flags |= dns.flags.RA
        if found := self.KNOWN.get((name, kind)):
            response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
        elif name in self.BROKEN:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name not in {known for known, _ in self.KNOWN}:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    """Serve names on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        stand_in = NameServer(server)
        thread = threading.Thread(target=stand_in.serve)
        thread.start()
        try:
            yield stand_in
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
                end.sendto(b"", server.getsockname())
            thread.join()


class MaxMind(http.server.ThreadingHTTPServer):
    """Gives who has the key a redirection to a storage, as MaxMind does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Download)
        self.pack(DEMO.read_bytes())
        self.checksum = ""
        """What is said to be its checksum, if not its own."""
        self.sent: int | None = None
        """How many bytes of it are sent before the connection breaks."""
        self.secrets: dict[str, str | None] = {}
        """The credentials that came with each path."""

    def pack(self, content: bytes, name: str = f"{EDITION}_20261120/{EDITION}.mmdb") -> None:
        """Have this file in the archive."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            members.addfile(member, io.BytesIO(content))
        self.archive = packed.getvalue()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Download(http.server.BaseHTTPRequestHandler):
    server: MaxMind

    def do_GET(self) -> None:
        path, _, suffix = self.path.partition("?suffix=")
        self.server.secrets[path] = self.headers["Authorization"]
        if path == "/storage":
            self.send(suffix)
        elif self.headers["Authorization"] != "Basic MTIzNDU6bGljZW5jZQ==":  # 12345:licence
            self.send_error(401)
        else:
            self.send_response(302)
            self.send_header("Location", f"/storage?suffix={suffix}")
            self.end_headers()

    def send(self, suffix: str) -> None:
        content = self.server.archive
        if suffix.endswith(".sha256"):
            checksum = self.server.checksum or hashlib.sha256(content).hexdigest()
            content = f"{checksum}  {EDITION}_20261120.tar.gz\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if suffix.endswith(".sha256") else content[: self.server.sent])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[MaxMind]:
    """Serve downloads on loopback."""
    with MaxMind() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
