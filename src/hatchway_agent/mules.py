"""Tells Python of the birth of uWSGI's mules and spoolers: uWSGI itself tells it of that of workers alone.

Part of the dormant agent, used inside uWSGI only. With `py-call-uwsgi-fork-hooks`, which workers need, a mule
of 2.0.31 runs Python without the interpreter's lock, and crashes; a spooler lives, but no at-fork hook runs.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MEMBERS = 48
"""Pointers in uWSGI's `struct uwsgi_plugin`."""
_OPTIONS = 200
"""More than the Python plugin has."""
_HOOKS = b"py-call-uwsgi-fork-hooks"

_kept: "list[object]" = []
"""What uWSGI calls, for as long as the process lives."""


def attend(rest: "Callable[[], object]", answer: "Callable[[], object]") -> None:
    """Have uWSGI call us at those births; do nothing where there is no need, or no uWSGI. Never raises.

    In a master with mules or spoolers `rest` is called before the first fork, and `answer` about every second
    from then on: it may have no thread of ours, which could hold the interpreter's lock just as it forks.
    """
    try:
        if not _kept:
            _attend(rest, answer)
    except Exception:
        pass


def _attend(rest: "Callable[[], object]", answer: "Callable[[], object]") -> None:
    import ctypes

    loaded = sys.modules.get("pyuwsgi")
    program = ctypes.CDLL(None if loaded is None else loaded.__file__)
    if not _calls_hooks(ctypes, program):
        return
    post_fork = _slot(ctypes, program, "post_fork")
    fixup = _slot(ctypes, program, "master_fixup")
    cycle = ctypes.c_void_p.from_address(ctypes.addressof(fixup) + ctypes.sizeof(fixup))
    spooler_init = _slot(ctypes, program, "spooler_init")
    if cycle.value is not None:
        return  # it is not the member of that place

    # With the hooks on, uWSGI's own does nothing. It is called in the master, in workers and in mules.
    def on_fixup(in_child: int) -> None:
        if not in_child and _has_others():
            _attempt(rest)
            cycle.value = ctypes.cast(on_cycle, ctypes.c_void_p).value
        elif in_child and sys.modules["uwsgi"].mule_id():
            post_fork.value = None  # in this mule: it would crash, and what it does is done here
            _attempt(_be_born)
            _attempt(_seed)
            _attempt(_call_hook)

    def on_spooler_init() -> None:
        _attempt(_keep_stdin)
        _attempt(_be_born)
        program.uwsgi_python_spooler_init()

    on_cycle = ctypes.CFUNCTYPE(None)(lambda: _attempt(answer))
    if loaded is not None:  # it is late: the master's own call is over
        on_fixup(0)
    for slot, callback in (
        (fixup, ctypes.CFUNCTYPE(None, ctypes.c_int)(on_fixup)),
        (spooler_init, ctypes.CFUNCTYPE(None)(on_spooler_init)),
    ):
        _kept.append(callback)
        slot.value = ctypes.cast(callback, ctypes.c_void_p).value


def _calls_hooks(ctypes: "Any", program: "Any") -> bool:
    """Tell whether the option is on, by uWSGI's own table of options: it says where each one's value lies."""

    class Option(ctypes.Structure):  # type: ignore[misc]
        _fields_ = (
            ("name", ctypes.c_char_p),
            ("type", ctypes.c_int),
            ("shortcut", ctypes.c_int),
            ("help", ctypes.c_char_p),
            ("set", ctypes.c_void_p),
            ("data", ctypes.c_void_p),
            ("flags", ctypes.c_uint64),
        )

    table: Any = Option * _OPTIONS  # type: ignore[operator]
    for option in table.in_dll(program, "uwsgi_python_options"):
        if option.name is None:
            break
        if option.name == _HOOKS:
            return bool(ctypes.c_int.from_address(option.data).value)
    return False


def _slot(ctypes: "Any", program: "Any", name: str) -> "Any":
    """Return the place in the Python plugin's table that holds its function of this name."""
    function = ctypes.cast(getattr(program, f"uwsgi_python_{name}"), ctypes.c_void_p).value
    table = (ctypes.c_void_p * _MEMBERS).in_dll(program, "python_plugin")
    place = list(table).index(function) * ctypes.sizeof(ctypes.c_void_p)
    return ctypes.c_void_p.from_address(ctypes.addressof(table) + place)


def _has_others() -> bool:
    """Tell whether this master forks others than workers."""
    uwsgi = sys.modules["uwsgi"]
    return "mule" in uwsgi.opt or "mules" in uwsgi.opt or hasattr(uwsgi, "spoolers")


def _be_born() -> None:
    """Do what Python does in a child after `os.fork`: locks, dead threads, the at-fork hooks, ours too."""
    import _imp
    import ctypes

    _imp.acquire_lock()  # as before every fork: from 3.13 on it is released in there, and has to be held
    ctypes.PyDLL(None).PyOS_AfterFork_Child()


def _keep_stdin() -> None:
    """Have descriptor 0 taken: uWSGI has closed it, and will soon put /dev/null in its place, or in ours."""
    import os

    try:
        os.fstat(0)
    except OSError:
        os.open("/dev/null", os.O_RDONLY)


def _seed() -> None:
    import random

    random.seed()


def _call_hook() -> None:
    hook = getattr(sys.modules["uwsgi"], "post_fork_hook", None)
    if hook is not None:
        hook()


def _attempt(step: "Callable[[], object]") -> None:
    try:
        step()
    except Exception:
        pass
