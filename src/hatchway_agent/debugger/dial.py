"""Dialling the relay: says who we are, hears whether we are wanted; not DAP, which begins after that."""

from __future__ import annotations

import _socket
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import hatchway_agent
from hatchway_agent import beacon, plugins, servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_PATIENCE = 10.0
_PATIENCE_WITH_PARENT = 0.5
_LOOKS = 3
"""At a stack that changes while it is looked at: the main thread does not stand still for us."""


@dataclass(frozen=True)
class Call:
    """Why and where this process dials, and as whom."""

    payload: str
    relay: str
    token: str
    why: str
    identity: beacon.Identity
    main_ident: int

    def main_frame(self) -> FrameType | None:
        """Return the newest frame of the main thread."""
        return sys._current_frames().get(self.main_ident)

    def ask_parent(self, verb: str) -> None:
        """Tell the parent's agent that this process has a thread parked, or has none any more."""
        run = os.path.dirname(self.relay)
        line = json.dumps({"verb": verb, "pid": self.identity.pid}).encode() + b"\n"
        for name in os.listdir(run):
            if name.startswith(f"{self.identity.ppid}.") and name.endswith(".sock"):
                with _socket_to(f"{run}/{name}") as sock:
                    sock.sendall(line)
                    sock.recv(len(b"ok\n"))


class Stream:
    """The connection as pydevd uses it, telling when the other end is gone.

    A raw `_socket.socket`: gevent patches `socket.socket`, and pydevd's threads are real threads.
    """

    def __init__(self, sock: _socket.socket, on_end: Callable[[], None]) -> None:
        """Take the connected socket, and whom to tell of its end."""
        self._sock = sock
        self._on_end = on_end

    def recv(self, size: int) -> bytes:
        """Return what has come; nothing once the other end is gone, however it went."""
        try:
            data = self._sock.recv(size)
        except OSError:
            data = b""
        if not data:
            self._on_end()
        return data

    def send(self, data: bytes) -> int:
        """Send some of it."""
        return self._sock.send(data)

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        self._sock.sendall(data)

    def settimeout(self, timeout: float | None) -> None:
        """Set how long to wait."""
        self._sock.settimeout(timeout)

    def shutdown(self, how: int) -> None:
        """End one direction or both, for every holder of the socket."""
        self._sock.shutdown(how)

    def close(self) -> None:
        """Shut down, then close: a close alone, under a blocked `recv`, tells the other end nothing."""
        try:
            self._sock.shutdown(_socket.SHUT_RDWR)
        except OSError:
            pass
        self._sock.close()

    def abandon(self) -> None:
        """Close our copy alone: in a forked child, the connection is the parent's."""
        self._sock.close()


@contextmanager
def _socket_to(path: str) -> Iterator[_socket.socket]:
    """Connect to a neighbour's doorbell: a C socket, which gevent has no part in."""
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        sock.settimeout(_PATIENCE_WITH_PARENT)
        sock.connect(path)
        yield sock
    finally:
        sock.close()


def dial(call: Call) -> _socket.socket | None:
    """Return the connection to the hub's debugger client; None if this process is not wanted."""
    # Before it connects: this takes a while on a busy machine, and who is silent is sent away.
    line = json.dumps(_introduction(call)).encode() + b"\n"
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        sock.settimeout(_PATIENCE)
        sock.connect(call.relay)
        sock.sendall(line)
        if _answer(sock) == b"attach":
            sock.settimeout(None)
            return sock
    except OSError:
        pass
    sock.close()
    return None


def _answer(sock: _socket.socket) -> bytes:
    """Return the relay's one line, and not a byte of what follows it: that is pydevd's."""
    answer = b""
    while not answer.endswith(b"\n") and len(answer) < len(b"attach\n"):
        byte = sock.recv(1)
        if not byte:
            break
        answer += byte
    return answer.strip()


def _introduction(call: Call) -> dict[str, object]:
    identity = call.identity
    title, version = server_facts(call)
    return {
        "wire": hatchway_agent.WIRE_VERSION,
        "token": call.token,
        "pid": identity.pid,
        "birth": identity.birth,
        "ppid": identity.ppid,
        "start": identity.start,
        "python": beacon.python_version(),
        "executable": sys.executable or "",
        "argv": beacon.command_line(),
        "forked": identity.forked,
        "forker": identity.forker,
        "why": call.why,
        "title": title,
        "server_version": version,
    }


def known_servers() -> Iterator[servers.Server]:
    """Yield what is known of each app server; a broken plugin hides itself, not the others' workers."""
    try:
        found = plugins.discover(servers, "SERVER")
    except Exception:
        return
    yield from found.values()


def server_facts(call: Call) -> tuple[str, str]:
    """Return what the process itself knows best: its name among the workers, its server's version."""
    plain = ""
    for _ in range(_LOOKS):
        frame = call.main_frame()
        for server in known_servers():
            title = _title(server, frame)
            if title and server.name != "python":
                return title, _version(server)
            plain = title or plain
        if plain:
            break
    return plain, ""


def _title(server: servers.Server, frame: FrameType | None) -> str:
    try:
        number = server.worker_number(frame) if server.worker_number else None
        name = server.worker_title(frame) if server.worker_title else None
    except Exception:
        return ""
    return f"{server.name} worker {number}" if number is not None else name or ""


def _version(server: servers.Server) -> str:
    """Return the version of an imported distribution; importlib.metadata is used if it is imported too."""
    module = sys.modules.get(server.distribution or server.name)
    version = vars(module).get("__version__") if module is not None else None
    metadata = sys.modules.get("importlib.metadata")
    if not isinstance(version, str) and metadata is not None:
        try:
            version = metadata.version(server.distribution or server.name)
        except Exception:
            version = None
    return version if isinstance(version, str) else ""
