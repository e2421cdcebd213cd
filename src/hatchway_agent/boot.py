"""All that a dormant process runs at start-up: beacon, doorbell, hooks; it never raises, never prints.

Part of the dormant agent: C modules only. A process born while a session is open dials at once, and is held
until its breakpoints are in.
"""

import atexit
import os
import sys
import time

from hatchway_agent import beacon, doorbell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

HOLD = 10.0
"""Seconds for which a newborn waits to be armed, unless the session asks to wait without limit."""
_WAITS = "HATCHWAY_WAIT"
"""The variable that says for how many seconds a program waits before its first line for a session to come."""
_SILENT = 2.0
"""Seconds that a program waits without a word: the relay comes a moment after it."""
_ON_BREAKPOINT = "HATCHWAY_ON_BREAKPOINT"
"""The variable that says what `breakpoint()` does without a session: `wait`, `wait:SECONDS` or `skip`."""
_LOOK = 0.05
_PYTHONS_OWN = "PYTHONBREAKPOINT"
_SIGHT = 10.0
"""Seconds after which an interpreter still without a `__main__` is taken for an embedded one."""
_SETTLING = 2.0
"""Seconds for which a fork waits for a session that is just being set up."""
_COUNTS_LATE = sys.version_info[:2] == (3, 13)
"""Python 3.13 counts threads, to warn of a fork, after the hooks have run: one started there would count."""
# Taken before anybody patches them.
_setprofile = sys.setprofile
_getprofile = sys.getprofile
_monotonic = time.monotonic
_sleep = time.sleep


class Config:
    """What we were told at the start; read once, never changed."""

    __slots__ = ("on_breakpoint", "payload", "run")

    payload: str
    run: str
    on_breakpoint: str

    def __init__(self, payload: str, run: str, on_breakpoint: str) -> None:
        """Take the directory we were delivered to, the rendezvous directory, what `breakpoint()` does."""
        object.__setattr__(self, "payload", payload)
        object.__setattr__(self, "run", run)
        object.__setattr__(self, "on_breakpoint", on_breakpoint)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: the environment was read once."""
        raise AttributeError(name)


class Life:
    """A process between its exec or fork and its next: who it is, and its doorbell."""

    def __init__(self, config: Config, *, forked: bool, forker: str = "") -> None:
        """Begin, on the thread that is the main thread."""
        self.config = config
        self.identity = beacon.Identity(forked=forked, forker=forker)
        self.line = doorbell.Line(config.payload, config.run, self.identity)
        self.doorbell = doorbell.Doorbell(config.run, self.identity, self.line)
        self.visible = False
        self.patience = 0.0
        """Seconds for which it waits for a session, counted from the start of the program."""
        self.waits_until = 0.0
        self._forks = 0
        self._forks_lock = doorbell.new_lock()

    def show(self) -> None:
        """Hang up the doorbell, then light the beacon: who sees the light can ring."""
        try:
            beacon.sweep(self.config.run, self.identity)
            self.doorbell.open()
            beacon.write(self.config.run, self.identity)
            self.visible = True
        except Exception:
            self.hide()

    def hide(self) -> None:
        """Take both away again."""
        if self.identity.pid == os.getpid():
            beacon.remove(self.config.run, self.identity)

    def hush(self) -> None:
        """Before a fork: no import half done, no thread of ours running."""
        with self._forks_lock:
            self._forks += 1
            if self._forks == 1:
                self.line.settle(_SETTLING)
                self.doorbell.stop()

    def wake(self) -> None:
        """After a fork, in the parent: listen again."""
        with self._forks_lock:
            self._forks -= 1
            if self._forks == 0 and self.visible:
                self.doorbell.start()

    def rest(self) -> None:
        """Have no thread any more: this process forks where no hook tells us."""
        self.hush()
        self.line.is_told_whole()

    def join_session(self) -> None:
        """Dial the session that is open, if one is, and hold this thread until it is armed or refused."""
        session = doorbell.read_session(self.config.run)
        speaks_at = _monotonic() + _SILENT
        while session is None and (left := self.waits_until - _monotonic()) > 0:
            if _monotonic() > speaks_at:
                speaks_at = self.waits_until
                _say(f"pid {self.identity.pid} waits {self.patience:g} s for an editor, then starts")
            _sleep(min(_LOOK, left))
            session = doorbell.read_session(self.config.run)
        limit = max(HOLD, self.waits_until - _monotonic())
        self.waits_until = 0.0
        if session is not None:
            self.line.dial("newborn", str(session["relay"]), str(session["token"]))
            self.line.hold(limit, without_limit=session.get("wait") is True)


_life: "Life | None" = None
_joins_late = False


def boot(payload: str, *, forked: bool = False) -> None:
    """Start the dormant agent, if a rendezvous directory is named.

    `forked` says of a process that runs already, and is told to boot, how it came to be.
    """
    global _life  # noqa: PLW0603 (a process has one life, and fork hooks take no arguments)
    run = os.environ.get("HATCHWAY_RUN")
    if not run or _life is not None:
        return
    config = Config(payload, os.path.abspath(run), os.environ.get(_ON_BREAKPOINT, ""))
    _life = Life(config, forked=forked)
    _life.show()
    if not _life.visible:
        return
    os.register_at_fork(before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
    atexit.register(_leave)
    if sys.breakpointhook is sys.__breakpointhook__ and not os.environ.get(_PYTHONS_OWN):
        sys.breakpointhook = _on_breakpoint
    if beacon.is_embedded():
        from hatchway_agent import mules

        mules.attend(_life.rest, _life.doorbell.answer_waiting)
    _life.patience = _patience(run)
    _life.waits_until = _monotonic() + _life.patience
    if _is_session_open(run) or _life.patience:
        _watch_for_main()


def _patience(run: str) -> float:
    """Return for how many seconds to wait for a session: only a container's own programs do.

    Not a child of a process that has waited, nor what is run by exec, such as a health check.
    """
    asked, parent = os.environ.get(_WAITS, ""), os.getppid()
    if not asked.isdigit() or (parent == 0 and os.getpid() != 1):
        return 0.0
    beacons = (name for name in os.listdir(run) if name.endswith(".beacon"))
    return 0.0 if any(name.startswith(f"{parent}.") for name in beacons) else float(asked)


def _say(what: str) -> None:
    try:
        sys.stderr.write(f"hatchway: {what} (no hub here yet: hatchway attach)\n")
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        pass


def _is_session_open(run: str) -> bool:
    try:
        os.stat(f"{run}/session.json")
    except OSError:
        return False
    return True


def _watch_for_main() -> None:
    """Join the session when `__main__` begins.

    Not here: we are inside `site`, and a debugger armed from another thread would wait for our import locks.
    """
    deadline = _monotonic() + _SIGHT
    is_first = _is_of_application if beacon.is_embedded() else _is_main

    def look(frame: "FrameType", event: str, _: object) -> None:
        begins = event == "call" and frame.f_code.co_name == "<module>" and is_first(frame)
        if begins or _monotonic() > deadline:
            _setprofile(None)
        if begins:
            _join()

    _setprofile(look)


def _is_main(frame: "FrameType") -> bool:
    return frame.f_globals.get("__name__") == "__main__"


def _is_of_application(frame: "FrameType") -> bool:
    """Tell whether this is a module of the application: an embedded interpreter (uWSGI) has no `__main__`."""
    name = frame.f_code.co_filename
    library = os.__file__.rpartition("/")[0]
    is_library = name.startswith((library, "<frozen")) and "/site-packages/" not in name
    below = frame.f_back
    while below is not None and not is_library:
        is_library = below.f_globals.get("__name__") == "site"
        below = below.f_back
    return not is_library


def _join() -> None:
    try:
        if _life is not None:
            _life.join_session()
    except Exception:
        pass


def _on_breakpoint(*arguments: object, **options: object) -> object:
    """Be what `breakpoint()` calls for as long as this process lives, if nobody has chosen another hook.

    Python's own wants a terminal: a worker that has none dies of it.
    """
    life = _life
    if life is None or os.environ.get(_PYTHONS_OWN):  # set by the application, after we have looked
        return sys.__breakpointhook__(*arguments, **options)  # noqa: T100 (it was asked for)
    try:
        from hatchway_agent.debugger import breakhook

        frame, call = sys._getframe(1), life.line.call("breakpoint")
    except Exception:
        return None  # our files are gone, or no Python is below
    breakhook.reached(frame, call, life.config.on_breakpoint, life.line)
    return None


def _leave() -> None:
    if _life is not None:
        _life.hide()


def _before_fork() -> None:
    global _joins_late  # noqa: PLW0603
    try:
        if not _joins_late and "threading" in sys.modules:
            # After threading's own hook, which would take a thread started before it for the parent's.
            _joins_late = True
            os.register_at_fork(after_in_child=_after_all_in_child)
        if _life is not None:
            if "pyuwsgi" in sys.modules:  # its first fork: only now has it read its options
                from hatchway_agent import mules

                mules.attend(_life.rest, _life.doorbell.answer_waiting)
            _life.hush()
    except Exception:
        pass


def _after_in_parent() -> None:
    try:
        if _COUNTS_LATE and _getprofile() is None:
            _wake_once_past(sys._getframe(1))
            return
    except ValueError:
        pass  # forked by C, with no Python below
    _wake()


def _wake_once_past(forking: "FrameType") -> None:
    """Start the thread when the forking frame has gone on: other hooks still run at the same instruction."""
    instruction = forking.f_lasti

    def look(frame: "FrameType", _event: str, _: object) -> None:
        if frame is forking or forking.f_lasti != instruction:
            _setprofile(None)
            _wake()

    _setprofile(look)


def _wake() -> None:
    try:
        if _life is not None:
            _life.wake()
    except Exception:
        pass


def _forking_frame() -> "FrameType | None":
    try:
        return sys._getframe(2)
    except ValueError:
        return None  # forked by C, with no Python below


def _after_in_child() -> None:
    global _life  # noqa: PLW0603
    try:
        parent = _life
        if parent is None:
            return
        if getattr(_getprofile(), "__module__", "") == __name__:
            _setprofile(None)
        parent.doorbell.forget()
        parent.line.forget()
        forking = _forking_frame()
        forker = str(forking.f_globals.get("__name__", "")) if forking is not None else ""
        _life = Life(parent.config, forked=True, forker=forker)
        # uWSGI may load the application in its workers only.
        _life.patience, _life.waits_until = parent.patience, parent.waits_until
        # A child forked for `preexec_fn` is an exec away from its end: not worth a light.
        if forking is None or forking.f_code.co_name != "_execute_child":
            _life.show()
            if not _joins_late:
                _join()
    except Exception:
        pass


def _after_all_in_child() -> None:
    if _life is not None and _life.visible:
        _join()
