"""Requests that let threads run on or park them: continue, the steps, goto, pause."""

from typing import Final

from hatchway.dap.messages import is_id
from hatchway.session.editor import Request
from hatchway.session.gather import Gather
from hatchway.session.handles import Kind, UnknownHandleError
from hatchway.session.state import State
from hatchway.session.translate import resolve
from hatchway.session.workers import Move, Reply, Thread, WorkerLink

STEPS: Final = frozenset({"next", "stepIn", "stepOut", "goto"})
"""What soon ends in a stop again, as a rule."""
MOVES: Final = STEPS | {"continue"}


class Moving:
    """Serves what changes whether a thread runs."""

    def __init__(self, state: State) -> None:
        """Work on the session's state."""
        self._state = state

    def move(self, request: Request) -> None:
        """Continue or step one thread, and no other."""
        state = self._state
        native = resolve(state.handles, Kind.THREAD, "threadId", request.arguments.get("threadId"))
        link = state.link_of(native)
        thread = state.thread(link, int(native.id))
        arguments = state.inward(link).arguments(request.command, request.arguments)
        is_continue = request.command == "continue"
        if is_continue:
            # Without it pydevd resumes every thread of the process.
            arguments["singleThread"] = True
        move = Move(steps=request.command in STEPS)
        thread.move = move
        thread.expects_continued = thread.stopped

        def then(reply: Reply) -> None:
            if reply.success:
                state.editor.answer(request, {"allThreadsContinued": False} if is_continue else None)
            else:
                state.editor.refuse(request, reply.message or f"{link.label} could not do it")
            state.end_move(thread, move, reply)

        link.ask(request.command, arguments, then, state.settings.quick_patience)

    def release(self, link: WorkerLink, thread: Thread) -> None:
        """Let a parked thread run on because nobody is there to do it."""
        thread.expects_continued = True
        self._state.run_on(link, thread)
        self._state.stops.left(thread.handle)
        arguments = {"threadId": thread.native, "singleThread": True}
        link.ask("continue", arguments, _ignore, self._state.settings.quick_patience)

    def pause(self, request: Request) -> None:
        """Park one thread; all of them if the editor names none that ever was."""
        state = self._state
        value = request.arguments.get("threadId", 0)
        if is_id(value):
            try:
                state.handles.resolve(value, Kind.THREAD)
            except UnknownHandleError as unknown:
                if type(unknown) is UnknownHandleError:
                    self._pause_all(request)
                    return
        native = resolve(state.handles, Kind.THREAD, "threadId", value)
        link = state.link_of(native)

        def then(reply: Reply) -> None:
            if reply.success:
                state.editor.answer(request)
            else:
                state.editor.refuse(request, reply.message or f"{link.label} could not do it")

        link.ask("pause", {"threadId": native.id}, then, state.settings.quick_patience)

    def _pause_all(self, request: Request) -> None:
        state = self._state
        asked = state.roster.serving()
        gather = Gather(
            (link.key for link in asked),
            lambda _: state.editor.answer(request),
            state.agenda,
            state.settings.gather_patience,
        )
        for link in asked:
            self._ask_pause(link, gather)
        gather.start()

    def _ask_pause(self, link: WorkerLink, gather: Gather) -> None:
        patience = self._state.settings.quick_patience
        link.ask("pause", {"threadId": "*"}, lambda reply: gather.take(link.key, reply), patience)


def _ignore(_: Reply) -> None:
    """Nobody waits for this."""
