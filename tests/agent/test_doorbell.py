"""What the doorbell makes of bad callers: it closes on them, within bounds, and lives on."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.playing import Debuggee, Relay


def test_nonsense_is_closed_without_an_answer(debuggee: Debuggee, relay: Relay) -> None:
    for line in (
        b"\xff\x00garbage\n",
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"[1, 2]\n",
        b'"attach"\n',
        b'{"token": \n',
        b"{" * 3000 + b"\n",
        b'{"a":' * 1500 + b"\n",
        b'{"token": "' + b"x" * (1 << 20) + b'"}\n',
        json.dumps({"token": "a-token", "verb": "dance"}).encode() + b"\n",
        json.dumps({"token": "a-token", "verb": "attach", "relay": "../relay.1.sock"}).encode() + b"\n",
        json.dumps({"token": "a-token", "verb": "attach", "relay": 7}).encode() + b"\n",
    ):
        assert relay.say(debuggee.pid, line) == b"", line[:40]
    assert relay.ring(debuggee.pid, "ping") == b"ok\n"
    assert debuggee.ask("1 + 1") == 2


def test_refusals_say_why(debuggee: Debuggee, relay: Relay) -> None:
    assert relay.ring(debuggee.pid, token="another") == b"no the token is not this session's\n"
    worker = relay.summon(debuggee.pid)
    worker.attach({})
    assert relay.ring(debuggee.pid) == b"no this process is attached already\n"
    relay.close_session()
    assert relay.ring(debuggee.pid, "ping") == b"no there is no session\n"


def test_what_is_in_flight_is_told_by_the_attached_alone(beating: Debuggee, relay: Relay) -> None:
    loaded = "[name for name in __import__('sys').modules if name.startswith('hatchway_agent.servers')]"
    relay.open_session()
    assert relay.ring(beating.pid, "busy") == b""
    assert beating.ask(loaded) == [], "dormant, it would have to import what can tell"
    worker = relay.summon(beating.pid)
    worker.attach({})
    for said, answer in (("7", b"7\n"), ("0", b"0\n"), ("None", b""), ("[]", b"")):
        beating.do(f"in_flight = {said}")
        assert relay.ring(beating.pid, "busy") == answer
    beating.do("del in_flight")
    assert relay.ring(beating.pid, "busy") == b"", "a server's file that fails tells nothing"
    assert relay.ring(beating.pid, "busy", token="another") == b"no the token is not this session's\n"


def test_a_staller_is_closed_and_the_next_caller_served(debuggee: Debuggee, relay: Relay) -> None:
    begin = time.monotonic()
    with socket.socket(socket.AF_UNIX) as staller:
        staller.connect(str(relay.doorbell(debuggee.pid)))
        staller.sendall(b'{"token":')
        assert relay.ring(debuggee.pid, "ping") == b"ok\n"
        assert time.monotonic() - begin < 10
        staller.settimeout(1)
        assert staller.recv(10) == b""


def test_a_fork_does_not_wait_for_a_staller(debuggee: Debuggee, relay: Relay) -> None:
    with socket.socket(socket.AF_UNIX) as staller:
        staller.connect(str(relay.doorbell(debuggee.pid)))
        relay.close_session()
        debuggee.do("import os, time")
        took = debuggee.ask("[time.monotonic(), os.fork() or os._exit(0), time.monotonic()]")
        assert took[2] - took[0] < 1.0
    relay.open_session()
    assert relay.ring(debuggee.pid, "ping") == b"ok\n"


def test_a_session_file_of_a_stranger_is_not_obeyed(debuggee: Debuggee, relay: Relay) -> None:
    # Not as another user, which a test cannot be sure to have: a link could point to anybody's file.
    (relay.run / "session.json").rename(relay.run / "elsewhere.json")
    (relay.run / "session.json").symlink_to(relay.run / "elsewhere.json")
    assert relay.ring(debuggee.pid) == b"no there is no session\n"
