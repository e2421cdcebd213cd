"""What lies between `threading` and pydevd: which thread is the main one, which are ours, what is patched."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType


def adopt_main(main_ident: int, threading: Any = None) -> None:
    """Have `threading` know the main thread although our thread imported it first (docker-proof, trap 4).

    Up to 3.12 whoever imports `threading` is taken for the main thread (bpo-37416; 3.13 asks the runtime).
    pydevd then sees no thread of the user's and ends the session at once; the application's own checks err.
    """
    if threading is None:
        import threading
    main: Any = threading.main_thread()
    if main.ident == main_ident or main.ident != threading.get_ident() or sys.version_info >= (3, 13):
        return
    with threading._active_limbo_lock:
        # The lock is bound to our thread, released when that ends: the shutdown would assert, or wait for us.
        threading._shutdown_locks.discard(main._tstate_lock)
        main._tstate_lock = threading._allocate_lock()
        main._tstate_lock.acquire()
        threading._active.pop(main._ident, None)
        main._ident = main_ident
        main._native_id = None
        threading._active[main_ident] = main


def in_use() -> Any:
    """Return the `threading` that pydevd uses: the application's, unless gevent patched that."""
    saved = sys.modules.get("_pydev_bundle._pydev_saved_modules")
    if saved is not None:
        return saved.threading
    import threading

    return threading


def hide_ours() -> None:
    """Mark this thread and the doorbell's as the debugger's: not traced, not listed, no reason to live on.

    Up to 3.11 pydevd takes every thread it finds in the interpreter for the application's, and lists it.
    """
    threading = in_use()
    hidden = [threading.current_thread()]
    if sys.version_info < (3, 12):
        frames = sys._current_frames().items()
        hidden += [_stand_in(threading, ident) for ident, frame in frames if _is_doorbell(frame)]
    for thread in hidden:
        thread.pydev_do_not_trace = True
        thread.is_pydev_daemon_thread = True


def _is_doorbell(frame: FrameType) -> bool:
    while frame.f_back is not None:
        frame = frame.f_back
    return frame.f_globals.get("__name__") == "hatchway_agent.doorbell" and frame.f_code.co_name == "_wait"


def _stand_in(threading: Any, ident: int) -> Any:
    """Return an entry in `threading`'s list for a raw thread."""

    def take_ident(thread: Any) -> None:
        thread._ident = ident

    entry = type("Doorbell", (threading._DummyThread,), {"_set_ident": take_ident})()
    entry.__class__ = threading._DummyThread
    return entry


_WORDS_SEARCHED = 28
"""Of a thread's state in C; its ident is among the first two dozen on 3.10 and 3.11."""


def states() -> Iterator[int]:
    """Yield the addresses of the C states of this interpreter's threads."""
    api = ctypes_api()
    state = api.PyInterpreterState_ThreadHead(api.PyInterpreterState_Get())
    while state:
        yield state
        state = api.PyThreadState_Next(state)


def ctypes_api() -> Any:
    """Return the C interface, which holds the interpreter's lock while it is called."""
    import ctypes

    api = ctypes.PyDLL(None)
    for function in (api.PyInterpreterState_ThreadHead, api.PyThreadState_Next, api._PyEval_SetTrace):
        function.restype, function.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    api.PyInterpreterState_Get.restype = api.PyThreadState_Get.restype = ctypes.c_void_p
    api._PyEval_SetTrace.argtypes = [ctypes.c_void_p] * 3
    return api


def idents() -> set[int]:
    """Return the idents of all threads with a state, also of those that run no Python now (3.10, 3.11).

    A thread of C or Rust that waits for work has no frame, so `sys._current_frames()` has it not, nor has
    `threading`. Where the ident lies in a state is found by looking for our own.
    """
    import ctypes

    own = (ctypes.c_size_t * _WORDS_SEARCHED).from_address(ctypes_api().PyThreadState_Get())
    ident = in_use().get_ident()
    if ident not in list(own):
        return set()
    at = list(own).index(ident) * ctypes.sizeof(ctypes.c_size_t)
    return {ctypes.c_size_t.from_address(state + at).value for state in states()}


_stand_ins: set[int] = set()


def note_stand_in(ident: int) -> None:
    """Note that this thread got its entry in `threading`'s list from us."""
    _stand_ins.add(ident)


_STARTERS = (
    "start_new_thread",
    "_start_new_thread",
    "start_new",
    "start_joinable_thread",
    "_start_joinable_thread",
    "_original_start_new_thread",
    "_original_start_joinable_thread",
)
_ABSENT = object()


def starters() -> list[tuple[Any, str, Any]]:
    """Return what starts threads, before pydevd wraps it."""
    from _pydev_bundle.pydev_monkey import threading_modules_to_patch as modules

    return [(module, name, getattr(module, name, _ABSENT)) for module in modules for name in _STARTERS]


def restore_starters(starters: list[tuple[Any, str, Any]]) -> None:
    """Put that back to the letter: pydevd's own undoing leaves names in `threading` that never were there."""
    for module, name, starter in starters:
        if starter is _ABSENT:
            vars(module).pop(name, None)
        else:
            setattr(module, name, starter)


_LISTINGS = ("enumerate", "active_count", "_pickSomeNonDaemonThread")


def listing_codes() -> dict[str, CodeType]:
    """Return the code of what lists threads: pydevd replaces it, to hide its own."""
    threading = in_use()
    return {name: getattr(threading, name).__code__ for name in _LISTINGS if hasattr(threading, name)}


def restore_listing(codes: dict[str, CodeType]) -> None:
    """Put that code back, and have pydevd replace it again at the next attachment."""
    from _pydevd_bundle import pydevd_daemon_thread

    for name, code in codes.items():
        getattr(in_use(), name).__code__ = code
    pydevd_daemon_thread._patched_threading_to_hide_pydevd_threads = False


def forget_ours() -> None:
    """Remove what pydevd hung on the application's threads, and our own threads from `threading`'s list."""
    threading = in_use()
    with threading._active_limbo_lock:
        for ident, thread in list(threading._active.items()):
            vars(thread).pop("additional_info", None)
            is_ours = ident in _stand_ins or hasattr(thread, "is_pydev_daemon_thread")
            if is_ours and isinstance(thread, threading._DummyThread):
                del threading._active[ident]
    _stand_ins.clear()
