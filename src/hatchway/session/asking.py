"""Requests that one worker answers: found by the id they carry, asked there, the answer translated back."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from hatchway.session.editor import Request
from hatchway.session.handles import Kind
from hatchway.session.routes import Route
from hatchway.session.state import State
from hatchway.session.translate import RefusalError, resolve
from hatchway.session.workers import Reply, Thread, WorkerLink

KEYS: Final[Mapping[Route, tuple[str, Kind]]] = {
    Route.THREAD: ("threadId", Kind.THREAD),
    Route.FRAME: ("frameId", Kind.FRAME),
    Route.VARIABLES: ("variablesReference", Kind.VARIABLES),
    Route.SOURCE: ("sourceReference", Kind.SOURCE),
}
"""Which argument says whose request it is."""

QUICK: Final = frozenset(
    {"stackTrace", "scopes", "source", "gotoTargets", "pydevdSystemInfo", "exceptionInfo"}
)
"""What runs none of the user's code."""
BY_READER: Final = frozenset({"stackTrace", "source", "gotoTargets", "pydevdSystemInfo", "scopes", "goto"})
"""What pydevd answers whether or not the thread is parked; all else the parked thread itself must answer."""
FRAMELESS: Final = frozenset({"evaluate", "completions", "setExpression"})
"""What an editor may ask without a frame."""

_ALL_FRAMES: Final = 2**31 - 1
"""Levels for all that are left: for none pydevd tells all there are, from whichever frame it was asked."""


class Asking:
    """Serves the requests of the routes THREAD, FRAME, VARIABLES, SOURCE and FOCUSED."""

    def __init__(self, state: State) -> None:
        """Work on the session's state."""
        self._state = state

    def serve(self, request: Request, route: Route) -> None:
        """Find the worker, or refuse."""
        if route is Route.FOCUSED:
            link, thread = self._focused()
            self._ask(request, link, thread, request.arguments)
            return
        if route is Route.FRAME and request.command in FRAMELESS and request.arguments.get("frameId") is None:
            self._ask_focused_frame(request)
            return
        field, kind = KEYS[route]
        value: Any = request.arguments.get(field)
        if route is Route.SOURCE and not value:
            value = self._source_reference(request)
        native = resolve(self._state.handles, kind, field, value)
        link = self._state.link_of(native)
        owner = int(value) if kind is Kind.THREAD else self._state.handles.owner(int(value))
        found = self._state.thread_of(owner) if owner else None
        if request.command == "exceptionInfo" and found is not None and found[1].reason != "exception":
            text = "this thread did not stop at an exception"  # asked all the same, pydevd prints a traceback
            raise RefusalError(text)
        self._ask(request, link, found[1] if found else None, request.arguments)

    def focused_thread(self) -> tuple[WorkerLink, Thread] | None:
        """Find the parked thread the user looks at: the focus, else any the editor was shown."""
        state = self._state
        for handle in [state.stops.focus, *(stop.thread for stop in reversed(state.stops.told))]:
            found = state.thread_of(handle)
            if found is not None and found[0].is_serving and found[1].stopped:
                return found
        return None

    def _focused(self) -> tuple[WorkerLink, Thread | None]:
        found = self.focused_thread()
        if found is not None:
            return found
        serving = self._state.roster.serving()
        if not serving:
            text = "no worker is attached yet"
            raise RefusalError(text)
        return serving[0], None

    def _ask_focused_frame(self, request: Request) -> None:
        found = self.focused_thread()
        if found is None:
            text = "no thread is stopped: without one there is no frame to evaluate in"
            raise RefusalError(text)
        link, thread = found
        if thread.top_frame is not None:
            self._ask(request, link, thread, request.arguments, frame=thread.top_frame)
            return
        turn = thread.turn

        def then(reply: Reply) -> None:
            if thread.turn == turn:
                thread.top_frame = _top_frame(reply.body)
            if thread.top_frame is None or thread.turn != turn:
                why = reply.message or f"{link.label} has no frame to evaluate in"
                self._state.editor.refuse(request, why)
            else:
                self._guarded(
                    request, lambda: self._ask(request, link, thread, request.arguments, thread.top_frame)
                )

        arguments = {"threadId": thread.native, "startFrame": 0, "levels": 1}
        link.ask("stackTrace", arguments, then, self._state.settings.quick_patience)

    def _guarded(self, request: Request, act: Callable[[], None]) -> None:
        try:
            act()
        except RefusalError as refusal:
            self._state.editor.refuse(request, refusal.message)

    def _source_reference(self, request: Request) -> Any:
        source = request.arguments.get("source")
        value = source.get("sourceReference") if isinstance(source, Mapping) else None
        if not value:
            text = "the editor can open this file itself: only sources with a sourceReference are served"
            raise RefusalError(text)
        return value

    def _ask(
        self,
        request: Request,
        link: WorkerLink,
        thread: Thread | None,
        arguments: Mapping[str, Any],
        frame: int | None = None,
    ) -> None:
        state = self._state
        inner = state.inward(link).arguments(request.command, arguments)
        if request.command == "source":
            inner["sourceReference"] = inner.get("sourceReference") or inner["source"]["sourceReference"]
        if frame is not None:
            inner["frameId"] = frame
        if request.command == "stackTrace" and inner.get("startFrame") and not inner.get("levels"):
            inner["levels"] = _ALL_FRAMES
        turn = thread.turn if thread else 0

        def then(reply: Reply) -> None:
            if thread is not None and thread.turn != turn and not reply.lost:
                state.editor.refuse(request, f"the thread of {link.label} ran on meanwhile")
            elif reply.success:
                state.editor.answer(request, self._translated(request, link, thread, reply))
            else:
                state.editor.refuse(request, reply.message or f"{link.label} could not do it")

        quick = request.command in QUICK
        patience = state.settings.quick_patience if quick else state.settings.slow_patience
        parked = thread.native if thread is not None and request.command not in BY_READER else 0
        link.ask(request.command, inner, then, patience, parked)

    def _translated(
        self, request: Request, link: WorkerLink, thread: Thread | None, reply: Reply
    ) -> dict[str, Any]:
        state = self._state
        if thread is not None and request.command == "stackTrace":
            state.stops.focus = thread.handle
            if not request.arguments.get("startFrame"):
                thread.top_frame = _top_frame(reply.body)
            if not thread.stopped:
                # Frames of a running thread are good until the next look at best.
                state.handles.forget_owned(thread.handle)
        return state.outward(link, thread.handle if thread else 0).body(request.command, reply.body)


def _top_frame(body: Mapping[str, Any]) -> int | None:
    frames = body.get("stackFrames")
    first = frames[0] if isinstance(frames, list) and frames else None
    frame = first.get("id") if isinstance(first, Mapping) else None
    return frame if isinstance(frame, int) else None
