"""How a sleeping process is woken: a raw thread polls a Unix socket, and imports the debugger on ring only.

Part of the dormant agent: C modules only. What gevent may patch later is taken here, while it is real.
"""

import _socket
import _thread
import os
import select
import sys
import time

from hatchway_agent import beacon

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hatchway_agent.debugger.dial import Call

# Before anything of the application ran, hence unpatched for ever.
start_thread = _thread.start_new_thread
new_lock = _thread.allocate_lock
_poll = select.poll
_sleep = time.sleep
_monotonic = time.monotonic

MAX_LINE = 4096
PATIENCE = 2.0
"""Seconds in which a caller must have said its line."""
_BRIEFLY = 0.05  # the same, while a program's own loop waits for us
_GRACE = 0.5
"""Seconds in which the end of a session may still be on its way to us when another is wanted."""
_BACKLOG = 16
_SOON = 50
"""Milliseconds between two looks at whether an embedding program has read its options, as it starts."""


class Doorbell:
    """The socket, and the thread that waits on it. Can be stopped and started round a fork."""

    def __init__(self, run: str, identity: beacon.Identity, line: "Line") -> None:
        """Take where to live, as whom, and who answers when somebody rings."""
        self._path = identity.path(run, "sock")
        self._line = line
        self._socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self._inode = os.fstat(self._socket.fileno()).st_ino
        self._stop: tuple[int, int] | None = None
        self._gone = new_lock()
        self._native_id = 0

    def open(self) -> None:
        """Bind the socket, for every user, and wait."""
        self._socket.bind(self._path)
        os.chmod(self._path, 0o666)  # noqa: S103 (the directory and the peer check keep strangers out)
        self._socket.listen(_BACKLOG)
        self._socket.settimeout(0)
        self.start()

    def start(self) -> None:
        """Start the waiting thread."""
        self._stop = _new_stop()
        self._gone = new_lock()
        self._gone.acquire()
        start_thread(self._wait, (self._stop[0], self._gone))

    def stop(self) -> None:
        """Stop the waiting thread and see it really gone, also from the kernel's count of threads."""
        if self._stop is None:
            return
        stop, self._stop = self._stop, None
        os.write(stop[1], b"\x01\0\0\0\0\0\0\0")
        if self._gone.acquire(timeout=1.0):
            _see_gone(self._native_id)
            _close_stop(stop)

    def forget(self) -> None:
        """In a forked child: give up the parent's socket and thread, and its sessions."""
        if self._is_ours():
            self._socket.close()
        else:
            self._socket.detach()
        if self._stop is not None:
            _close_stop(self._stop)
            self._stop = None

    def answer_waiting(self) -> None:
        """Answer who rings at a process that has no waiting thread."""
        while self._is_ours() and self._admit(None):
            pass

    def _is_ours(self) -> bool:
        """Tell whether our descriptor still is our socket: daemons close what they do not know of."""
        try:
            return os.fstat(self._socket.fileno()).st_ino == self._inode
        except OSError:
            return False

    def _wait(self, stop: int, gone: "_thread.LockType") -> None:
        self._native_id = _thread.get_native_id()
        try:
            poll = _poll()
            poll.register(self._socket.fileno(), select.POLLIN)
            poll.register(stop, select.POLLIN)
            while True:
                ready = poll.poll(None if self._line.is_told_whole() else _SOON)
                if any(fd == stop for fd, _ in ready) or not self._is_ours():
                    break
                if ready:
                    self._admit(stop)
        except Exception:
            pass
        finally:
            gone.release()

    def _admit(self, stop: "int | None") -> bool:
        """Let one caller in, hear it, answer it; tell whether there was one. Whatever it does, we live on."""
        try:
            fd, _ = self._socket._accept()  # type: ignore[attr-defined]
        except OSError:
            return False
        caller = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fileno=fd)
        try:
            caller.settimeout(0)
            if peer_uid(caller) in (0, os.geteuid()):
                answer = self._line.answer(_hear(caller, stop))
                if answer:
                    caller.send(answer)
        except Exception:
            pass
        finally:
            caller.close()
        return True


class Line:
    """From the ring to the session: checks who rings, and begins sessions, one at a time."""

    new_lock = staticmethod(new_lock)
    monotonic = staticmethod(_monotonic)

    def __init__(self, payload: str, run: str, identity: beacon.Identity) -> None:
        """Begin without a session, on the thread that is the main thread."""
        self._payload = payload
        self._run = run
        self._identity = identity
        self._main_ident = _thread.get_ident()
        self._session: Session | None = None
        self._dialling = new_lock()

    def answer(self, line: bytes) -> bytes:  # noqa: PLR0911 (each answer of the contract is one line)
        """Return what to answer to a caller's line; nothing if it makes no sense."""
        if not line.startswith(b"{"):
            return b""
        import json

        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            return b""
        if asked.get("verb") in ("park", "release"):
            # Without a token: a child that waits at `breakpoint()` waits for the session that has one.
            return _aside(asked, self._main_ident)
        session = read_session(self._run)
        if session is None:
            return b"no there is no session\n"
        if asked.get("token") != session["token"]:
            return b"no the token is not this session's\n"
        if asked.get("verb") == "ping":
            return b"ok\n"
        if asked.get("verb") == "busy" and self._session is not None and self._session.over.locked():
            return _aside(asked, self._main_ident)  # dormant, it would have to import what can tell
        relay = asked.get("relay")
        if asked.get("verb") != "attach" or not is_plain_name(relay):
            return b""
        refused = self.dial("rung", relay, asked["token"])
        return f"no {refused}\n".encode() if refused else b"ok\n"

    def dial(self, why: str, relay: str, token: str) -> str:
        """Begin a session on a thread of its own; return why not, if not."""
        with self._dialling:  # two may want to: who rings, and a thread at `breakpoint()`
            earlier = self._session
            if earlier is not None and earlier.over.locked() and earlier.outlasts(_GRACE):
                return "this process is attached already"
            pydevd = sys.modules.get("pydevd")
            if pydevd is not None and not str(pydevd.__file__).startswith(self._payload):
                return "another pydevd is loaded in this process"
            self._session = session = Session()
            start_thread(self._attend, (session, earlier, why, relay, token))
        return ""

    def join(self) -> bool:
        """Dial the session there is, at `breakpoint()`; tell if there is one. Nobody rings a supervisor."""
        try:
            session = read_session(self._run)
            if session is not None and (self._session is None or not self._session.over.locked()):
                self.dial("breakpoint", str(session["relay"]), str(session["token"]))
        except Exception:
            return False
        return session is not None

    def call(self, why: str, relay: str = "", token: str = "") -> "Call":
        """Return who we are, for whom we call, or only for the rendezvous directory."""
        from hatchway_agent.debugger import dial

        return dial.Call(
            payload=self._payload,
            relay=f"{self._run}/{relay}",
            token=token,
            why=why,
            identity=self._identity,
            main_ident=self._main_ident,
        )

    def _attend(
        self, session: "Session", earlier: "Session | None", why: str, relay: str, token: str
    ) -> None:
        try:
            if earlier is not None:
                earlier.over.acquire(timeout=10.0)
            from hatchway_agent.debugger import imports

            imports.outwait(session.outlasts, self._main_ident, why)
            from hatchway_agent.debugger import activate

            activate.attend(self.call(why, relay, token), session)
        except Exception:
            pass
        finally:
            session.end()

    def hold(self, limit: float, *, without_limit: bool) -> None:
        """Hold the calling thread until the session is armed and configured, refused, or over."""
        session = self._session
        if session is not None and not session.held.acquire(timeout=limit) and without_limit:
            session.held.acquire()

    def settle(self, limit: float) -> None:
        """Wait until no session is being set up: a fork amid its imports leaves their locks held for ever."""
        session = self._session
        if session is not None and session.settling.acquire(timeout=limit):
            session.settling.release()

    def is_told_whole(self) -> bool:
        """Tell whether the beacon says all, and see to it that it does as soon as it can."""
        return beacon.write_whole(self._run, self._identity)

    def forget(self) -> None:
        """In a forked child: shed what a session of the parent left in our memory."""
        session = self._session
        activate = sys.modules.get("hatchway_agent.debugger.deactivate")
        if session is not None and activate is not None:
            activate.forget_inherited()


class Session:
    """A session as the dormant part sees it: locks, each released when a stage is passed."""

    def __init__(self) -> None:
        """Begin before all stages."""
        self.settling = new_lock()
        self.held = new_lock()
        self.over = new_lock()
        self._hub_left = new_lock()
        for lock in (self.settling, self.held, self.over, self._hub_left):
            lock.acquire()
        self.ending = False
        """The hub has gone; another may come."""

    def hub_left(self) -> None:
        """Say that the other end of the connection is gone."""
        self.ending = True
        _release(self._hub_left)

    def outlasts(self, seconds: float) -> bool:
        """Wait so long, or until the hub leaves; tell whether it is still there. Real, also under gevent."""
        if not self.ending and self._hub_left.acquire(timeout=seconds):
            self._hub_left.release()  # for others that wait
        return not self.ending

    def nap(self, seconds: float) -> None:
        """Wait so long, for real."""
        _sleep(seconds)

    def settle(self) -> None:
        """Say that the debugger is loaded and armed."""
        _release(self.settling)

    def let_go(self) -> None:
        """Say that a newborn need wait no longer."""
        _release(self.held)

    def end(self) -> None:
        """Say that all is over."""
        self.settle()
        self.let_go()
        _release(self.over)


def _aside(asked: "dict[str, object]", main_ident: int) -> bytes:
    """Answer what is asked beside a session."""
    from hatchway_agent.debugger import asides

    return asides.answer(asked, main_ident)


def is_plain_name(name: object) -> bool:
    """Tell whether this is the name of a socket in our directory, and no way out of it."""
    return isinstance(name, str) and name.endswith(".sock") and "/" not in name and "\0" not in name


def read_session(run: str) -> "dict[str, object] | None":
    """Return what `session.json` says, if it is whole and its owner may command us."""
    import json

    try:
        fd = os.open(f"{run}/session.json", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        owner = os.fstat(fd).st_uid
        text = os.read(fd, 1 << 16)
    finally:
        os.close(fd)
    try:
        session = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if owner not in (0, os.geteuid()) or not isinstance(session, dict):
        return None
    if not isinstance(session.get("token"), str) or not is_plain_name(session.get("relay")):
        return None
    return session


def peer_uid(caller: _socket.socket) -> int:
    """Return the user at the other end; -1 where the system does not tell."""
    linux = getattr(_socket, "SO_PEERCRED", None)
    # Linux: struct ucred (pid, uid, gid). macOS: SOL_LOCAL, LOCAL_PEERCRED, xucred (version, uid, ...).
    level, option, size = (_socket.SOL_SOCKET, linux, 12) if linux is not None else (0, 1, 76)
    try:
        credentials = caller.getsockopt(level, option, size)
    except OSError:
        return -1
    return int.from_bytes(credentials[4:8], sys.byteorder)


def _hear(caller: _socket.socket, stop: "int | None") -> bytes:
    """Return the one line a caller says; nothing if it is too long, too slow, or we are being stopped."""
    poll = _poll()
    poll.register(caller.fileno(), select.POLLIN)
    if stop is not None:
        poll.register(stop, select.POLLIN)
    deadline = _monotonic() + (_BRIEFLY if stop is None else PATIENCE)
    heard = b""
    while len(heard) <= MAX_LINE:
        left = deadline - _monotonic()
        ready = [fd for fd, _ in poll.poll(max(0, int(left * 1000)))]
        if stop in ready or not ready:
            return b""
        part = caller.recv(MAX_LINE + 1 - len(heard))
        heard += part
        if b"\n" in part:
            return heard.partition(b"\n")[0]
        if not part:
            return b""
    return b""


def _release(lock: "_thread.LockType") -> None:
    if lock.locked():
        lock.release()


def _new_stop() -> tuple[int, int]:
    """Return what to wait on and what to write to, to end the waiting: one eventfd, or a pipe's two ends."""
    eventfd = getattr(os, "eventfd", None)
    if eventfd is None:
        return os.pipe()
    fd = eventfd(0, os.EFD_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]
    return fd, fd


def _close_stop(stop: tuple[int, int]) -> None:
    try:
        for fd in set(stop):
            os.close(fd)
    except OSError:
        pass


def _see_gone(native_id: int) -> None:
    """Wait until the kernel no longer counts this thread: Python's warning on fork goes by that count."""
    task = f"/proc/self/task/{native_id}"
    deadline = _monotonic() + 0.2
    try:
        while _monotonic() < deadline:
            os.stat(task)
            _sleep(0.00002)
    except OSError:
        pass
