"""The line by which a process introduces itself to the relay: read without trust."""

from __future__ import annotations

import hmac
import json
import platform
import re
import socket
import struct
from dataclasses import dataclass
from typing import Any

from hatchway_agent import WIRE_VERSION
from hatchway_agent.survey.traces import Trace

_LONGEST_TITLE = 200
_BIRTH = re.compile(r"[0-9a-f]{12}")


class DialError(ValueError):
    """Not a line that a process of ours would send with this token."""


@dataclass(frozen=True)
class Dial:
    """Who dials, and what the hub is told of it."""

    trace: Trace
    why: str
    title: str
    server_version: str

    def as_json(self) -> dict[str, Any]:
        """Return the dial line without its token."""
        rest = {"why": self.why, "title": self.title, "server_version": self.server_version}
        return {"wire": WIRE_VERSION, **self.trace.as_json(), **rest}


def parse_dial(line: bytes, token: str) -> Dial:
    """Return what a dial line says. Raises `DialError`."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        msg = "the dial line is no JSON"
        raise DialError(msg) from error
    if not isinstance(said, dict) or said.get("wire") != WIRE_VERSION:
        msg = f"the dial line is not of version {WIRE_VERSION}"
        raise DialError(msg)
    given = said.get("token")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
        msg = "the dial line has a wrong token"
        raise DialError(msg)
    argv = said.get("argv")
    if not isinstance(argv, list) or not all(isinstance(word, str) for word in argv):
        msg = "the dial line has no argv"
        raise DialError(msg)
    birth = _text(said, "birth")
    if not _BIRTH.fullmatch(birth):  # it becomes part of a path
        msg = "the dial line has no birth"
        raise DialError(msg)
    trace = Trace(
        pid=_whole_number(said, "pid"),
        birth=birth,
        ppid=_whole_number(said, "ppid"),
        start=_whole_number(said, "start"),
        forked=said.get("forked") is True,
        python=_text(said, "python"),
        executable=_text(said, "executable"),
        argv=tuple(argv),
        forker=_text(said, "forker"),
    )
    return Dial(
        trace, _text(said, "why"), _text(said, "title")[:_LONGEST_TITLE], _text(said, "server_version")
    )


def peer_uid(connection: socket.socket) -> int | None:
    """Return the user at the other end of a Unix socket, as the kernel knows it; None if it does not say."""
    # Both are missing in some stub or other: on Linux there is no LOCAL_PEERCRED, on macOS no SO_PEERCRED.
    level, option, layout, at = (
        (0, 1, struct.Struct("2Ih16I"), 1)  # xucred: version, uid, number of groups, groups
        if platform.system() == "Darwin"
        else (socket.SOL_SOCKET, getattr(socket, "SO_PEERCRED", -1), struct.Struct("3i"), 1)  # pid, uid, gid
    )
    try:
        return int(layout.unpack(connection.getsockopt(level, option, layout.size))[at])
    except (OSError, struct.error):
        return None


def _whole_number(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        msg = f"the dial line has no {name}"
        raise DialError(msg)
    return value


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        msg = f"the dial line's {name} is no text"
        raise DialError(msg)
    return value
