"""Every workaround that leans on the internals of pydevd (debugpy 1.8.22), one function and one test each.

The names of the traps are those of the project's facts; `docs/facts.md` has what was found here.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.debugger import stepping, threads, unwinding, watching
from hatchway_agent.debugger.identity import IdentityDict

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from hatchway_agent.debugger.dial import Stream

_HAS_MONITORING = sys.version_info >= (3, 12)
SEEKS_THREADS = not _HAS_MONITORING
"""Threads that are not Python's own have to be looked for, as each is traced by itself."""


def load(main_ident: int) -> Any:
    """Import pydevd as debugpy's `force_pydevd` sets it up, with our workarounds; return its main module."""
    fresh = "pydevd" not in sys.modules
    hook = sys.breakpointhook
    if fresh:
        _give_real_threads_under_gevent(main_ident)
        _set_constants()
    import pydevd
    from _pydevd_bundle import pydevd_defaults

    sys.breakpointhook = hook
    if fresh:
        pydevd_defaults.PydevdCustomization.DEBUG_MODE = "debugpy-dap"
        pydevd.INTERACTIVE_MODE_AVAILABLE = False  # no hooks for matplotlib in a web worker
        _be_silent()
        _never_end_the_process()
        _never_wait_for_itself(pydevd)
        _stay_known_to_the_end(pydevd)
        _know_code_by_identity(pydevd)
        stepping.stop_at_returns(pydevd)
        if _HAS_MONITORING:
            watching.note_watched_code()
            stepping.see_resumed_code()
            unwinding.end_steps_by_errors(pydevd)
        else:
            unwinding.tell_errors_from_pauses(pydevd)
            if _is_gevent_about():
                _leave_greenlets_alone_afterwards(pydevd)
    if _HAS_MONITORING:
        watching.begin()
        unwinding.claim()
    return pydevd


def _set_constants() -> None:
    """Set what pydevd reads from the environment, and not by the environment: children would inherit it."""
    from _pydevd_bundle import pydevd_constants as constants

    constants.MAXIMUM_VARIABLE_REPRESENTATION_SIZE = 2**32
    constants.PYDEVD_USE_FRAME_EVAL = "no"
    constants.DISABLE_FILE_VALIDATION = True
    constants.PYDEVD_USE_SYS_MONITORING = _HAS_MONITORING
    constants.PYDEVD_APPLY_PATCHING_TO_HIDE_PYDEVD_THREADS = True
    constants.DebugInfoHolder.DEBUG_TRACE_LEVEL = 0
    # Pure Python over sys.monitoring: only there can code be known by identity, and it is as fast.
    constants.USE_CYTHON_FLAG = "no" if _HAS_MONITORING or not constants.CYTHON_SUPPORTED else None
    constants.SUPPORT_GEVENT = _is_gevent_about()


def _is_gevent_about() -> bool:
    """Tell whether gevent has patched the standard library, or may: gunicorn's worker does so after birth."""
    return "gevent" in sys.modules


def _give_real_threads_under_gevent(main_ident: int) -> None:
    """Give pydevd unpatched copies of what gevent patched (TRAP 5): it must run while gevent does not."""
    if not _is_gevent_about():
        return
    from _pydev_bundle import _pydev_saved_modules as saved

    names = ("_thread", "threading", "time", "select", "socket", "queue")
    patched = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    try:
        fresh = {name: __import__(name) for name in names}
    finally:
        sys.modules.update(patched)
    threading = fresh["threading"]
    threads.adopt_main(main_ident, threading)
    saved.threading = threading
    saved.ThreadingEvent = threading.Event
    saved.ThreadingLock = threading.Lock
    saved.threading_current_thread = threading.current_thread
    saved.thread = fresh["_thread"]
    saved.time = fresh["time"]
    saved.select = fresh["select"]
    saved.socket = fresh["socket"]
    saved._queue = fresh["queue"]


def _leave_greenlets_alone_afterwards(pydevd: Any) -> None:
    """Have the callback that sets the tracer at each switch of greenlets end with the session (3.10, 3.11).

    It is one of its thread's, where alone it can be taken off: by itself, at the first switch afterwards.
    """
    import pydevd_tracing
    from _pydevd_bundle import pydevd_gevent_integration as integration

    greenlet = integration.greenlet
    here = threads.in_use().local()

    def on_switch(_event: str, _args: object) -> None:
        if pydevd.get_global_debugger() is not None:
            pydevd_tracing.reapply_settrace()
        if pydevd.get_global_debugger() is None:  # or has gone meanwhile
            pydevd_tracing.SetTrace(None)
            greenlet.settrace(here.earlier)

    def watch_switches() -> None:
        earlier = greenlet.settrace(on_switch)
        if earlier is not on_switch:
            here.earlier = earlier

    integration.enable_gevent_integration = watch_switches


def _be_silent() -> None:
    """Keep pydevd's complaints off the application's stderr."""
    from _pydev_bundle import pydev_log
    from _pydevd_bundle import pydevd_utils
    from _pydevd_bundle.pydevd_constants import NULL

    pydevd_utils.SUPPORT_GEVENT = True  # else it tells to set GEVENT_SUPPORT, which we need not
    pydev_log._LoggingGlobals._debug_stream = NULL
    pydev_log._LoggingGlobals._debug_stream_initialized = True


def _never_end_the_process() -> None:
    """Refuse `terminate` and `disconnect {terminateDebuggee: true}`: workers belong to their server."""
    from _pydevd_bundle.pydevd_api import PyDevdAPI

    PyDevdAPI.request_terminate_process = lambda _self, _debugger: None


def _never_wait_for_itself(pydevd: Any) -> None:
    """Have pydevd's threads end at once; at end of file its reader and writer wait 0.5 s for each other.

    `end_threads` joins them instead.
    """
    dispose = pydevd.PyDB.dispose_and_kill_all_pydevd_threads

    def dispose_at_once(debugger: Any, wait: bool = True, timeout: float = 0.5) -> None:  # noqa: ARG001, FBT001, FBT002
        dispose(debugger, wait=False, timeout=timeout)

    pydevd.PyDB.dispose_and_kill_all_pydevd_threads = dispose_at_once


def _stay_known_to_the_end(pydevd: Any) -> None:
    """Leave it to `forget_debugger` to forget the debugger, once no thread is inside.

    pydevd forgets it as it is disposed of: a callback of `sys.monitoring` that was half-way then raised an
    AttributeError in the application's function.
    """
    know = pydevd.set_global_debugger
    pydevd.set_global_debugger = lambda debugger: None if debugger is None else know(debugger)


def _know_code_by_identity(pydevd: Any) -> None:
    """Tell equal code objects of two files apart (docker-proof, trap 3); one's breakpoints never stopped.

    `CodeType.__eq__` ignores `co_filename`. On 3.12+ `hash(code)` walks the bytecode too, on every event:
    24 us a line in long functions. pydevd's Cython build (3.11 with its .so) insists on exact dicts: it keeps
    the trap.
    """
    if _HAS_MONITORING:
        from _pydevd_sys_monitoring import _pydevd_sys_monitoring as monitoring

        monitoring._code_to_func_code_info_cache = IdentityDict()
        monitoring._get_code_line_info.__defaults__ = (IdentityDict(),)
    elif not pydevd.USING_CYTHON:
        from _pydevd_bundle import pydevd_trace_dispatch_regular as tracing

        pydevd.global_cache_skips = tracing.global_cache_skips = IdentityDict()
        pydevd.global_cache_frame_skips = tracing.global_cache_frame_skips = IdentityDict()


def connect_through(pydevd: Any, stream: Stream) -> None:
    """Give pydevd our connection: it knows TCP only, and sleeps 100 ms after `Thread.start`, which waits."""

    def connect(debugger: Any, _host: str, _port: int) -> None:
        debugger._client_socket = stream
        debugger.writer = pydevd.WriterThread(stream, debugger, terminate_on_socket_close=True)
        debugger.reader = pydevd.ReaderThread(
            stream,
            debugger,
            PyDevJsonCommandProcessor=pydevd.PyDevJsonCommandProcessor,
            process_net_command=pydevd.process_net_command,
            terminate_on_socket_close=True,
        )
        debugger.writer.start()
        debugger.reader.start()

    pydevd.PyDB.connect = connect


def suspend_through(pydevd: Any, parking: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Wrap how pydevd parks a thread; always the original one, however often we attach."""
    original = getattr(pydevd.PyDB._do_wait_suspend, "__wrapped__", pydevd.PyDB._do_wait_suspend)
    wrapped = parking(original)
    wrapped.__wrapped__ = original  # type: ignore[attr-defined]
    pydevd.PyDB._do_wait_suspend = wrapped


def stop_post_mortem(pydevd: Any, debugger: Any, error: tuple[Any, BaseException, TracebackType]) -> None:
    """Stop the calling thread with the frames of a traceback, whatever exceptions the client asked for.

    pydevd shows the frames below them too, those of the test runner, which has caught it long since.
    """
    frame_utils = pydevd.pydevd_frame_utils
    create = frame_utils.create_frames_list_from_traceback

    def create_without_callers(trace: Any, *arguments: Any, **options: Any) -> Any:
        frames = create(trace, *arguments, **options)
        if trace is error[2]:
            kept = set()
            while trace is not None:
                kept.add(id(trace.tb_frame))
                trace = trace.tb_next
            frames._frames[:] = [frame for frame in frames._frames if id(frame) in kept]
        return frames

    frame_utils.create_frames_list_from_traceback = create_without_callers
    try:
        debugger.trigger_exception_handler(error, as_uncaught=False)
    finally:
        frame_utils.create_frames_list_from_traceback = create


def announce(debugger: Any, event: str, body: dict[str, str] | None = None) -> None:
    """Send an event of our own in line with pydevd's (TRAP 4: nothing is armed before `settrace` ends)."""
    from _pydevd_bundle.pydevd_comm_constants import CMD_RETURN
    from _pydevd_bundle.pydevd_net_command import NetCommand

    message = {"type": "event", "event": event, "body": body or {}}
    debugger.writer.add_command(NetCommand(CMD_RETURN, 0, message, is_json=True))


def trace_this_thread(pydevd: Any) -> None:
    """Have the calling thread traced, if a session is on (3.10, 3.11)."""
    import pydevd_tracing

    debugger = pydevd.get_global_debugger()
    if debugger is not None and not debugger.pydb_disposed:
        pydevd_tracing.SetTrace(debugger.trace_dispatch)


def trace_silent_threads(debugger: Any, seen: set[int]) -> None:
    """Trace the threads that pydevd does not find (3.10, 3.11): not Python's own, and idle when it looked.

    Granian's threads are such: they are Rust's, and stand in Python only while they serve a request.
    """
    if not SEEKS_THREADS:
        return
    import pydevd_tracing

    now = threads.idents()
    if threads.in_use()._limbo:
        return  # one that is just being started has a state and no entry yet, and must be let alone
    fresh = now - seen
    if not seen:
        fresh -= set(sys._current_frames())
    fresh -= set(threads.in_use()._active)
    seen.intersection_update(now)
    seen.update(now)
    for ident in fresh:
        # It is given an entry in `threading`, without which pydevd passes it over.
        pydevd_tracing.set_trace_to_threads(debugger.trace_dispatch, thread_idents=[ident])
        threads.note_stand_in(ident)


def end_threads(debugger: Any) -> None:
    """Release all parked threads and end pydevd's own; `PyDB.dispose...` polls, so wake them."""
    own = list(debugger.created_pydb_daemon_threads)
    for thread in threads.in_use().enumerate():
        info = getattr(thread, "additional_info", None)
        if info is not None:
            info.pydev_step_cmd = -1
            info.pydev_step_stop = None
            info.pydev_state = 1
    for event in list(debugger._thread_events.values()):
        event.set()
    debugger.dispose_and_kill_all_pydevd_threads(wait=False)
    for thread in own:
        thread.join(1.0)


def forget_debugger() -> None:
    """Have pydevd know of no debugger any more."""
    from _pydevd_bundle.pydevd_constants import set_global_debugger

    set_global_debugger(None)


def await_no_thread_inside(nap: Callable[[float], object]) -> None:
    """Wait until no thread of the application is inside pydevd: it would switch events on again behind us."""
    own = threads.in_use().get_ident()
    for _ in range(400):
        frames = sys._current_frames()
        frames.pop(own, None)
        if not any(_is_inside(frame) for frame in frames.values()):
            return
        nap(0.005)


def _is_inside(frame: FrameType | None) -> bool:
    directory = str(sys.modules["pydevd"].__file__).rpartition("/")[0]
    while frame is not None:
        name = frame.f_code.co_filename
        # A thread started while attached stands on pydevd's wrapper for life.
        if name.startswith(directory) and not name.endswith("pydev_monkey.py"):
            return True
        frame = frame.f_back
    return False


def untrace(thread_trace: Any) -> None:
    """Take every trace function and monitoring event off again: pydevd leaves most of them (TRAP 3)."""
    import threading

    if _HAS_MONITORING:
        unwinding.give_back()
        watching.end()
        watching.forget_code()
        return
    from pydevd_tracing import restore_sys_set_trace_func

    restore_sys_set_trace_func()
    sys.settrace(None)
    threading.settrace(thread_trace)
    _untrace_every_thread()


def _untrace_every_thread() -> None:
    """Clear the C trace hook of each thread: `sys.settrace(None)` clears the caller's alone (3.10, 3.11)."""
    clear = threads.ctypes_api()._PyEval_SetTrace
    for state in threads.states():
        clear(state, None, None)


def forget_after_fork(pydevd: Any) -> None:
    """In a forked child: no debugger, no lock held by a thread that is not there, our thread not parked."""
    from _pydevd_bundle import pydevd_constants

    pydevd_constants.after_fork()
    pydevd_constants.GlobalDebuggerHolder.global_dbg = None
    pydevd.threadingCurrentThread().additional_info = None
