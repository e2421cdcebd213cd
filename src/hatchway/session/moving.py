"""Requests that let threads run on or park them: continue, the steps, goto, pause.

Theory: a pause of a thread that runs no Python just now, and a step over something long, end in a stop at any
later moment. pydevd drops both at a `continue` of the running thread; a stop that was on its way by then is
told by its reason and let run on unseen. So they are taken back once nobody waits for them: their client let
the thread run on, left, or lost the controls.
"""

from collections.abc import Iterator
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
ASKED_FOR: Final = frozenset({"pause", "step"})
"""Reasons of stops that somebody asked for: at a recalled one, pydevd may call a pause a step."""


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
            thread.recall()
        else:
            thread.await_stop(state.clients.speaker)
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
        """Let a thread run on because nobody is there to do it: a parked one, or one that is to stop."""
        thread.recall()
        thread.expects_continued = thread.stopped
        self._state.run_on(link, thread)
        self._state.stops.left(thread.handle)
        arguments = {"threadId": thread.native, "singleThread": True}
        link.ask("continue", arguments, _ignore, self._state.settings.quick_patience)

    def release_all(self) -> None:
        """Let all run on that is parked or is to stop."""
        for link, thread in self._threads():
            if thread.stopped or thread.awaited_by is not None:
                self.release(link, thread)

    def release_paused(self, client: int) -> None:
        """Let run on what a client paused: it leaves."""
        for link, thread in self._threads():
            if thread.stopped and thread.reason == "pause" and thread.awaited_by == client:
                self.release(link, thread)

    def recall(self) -> None:
        """Take back all pauses and steps that have not ended in a stop yet."""
        for link, thread in self._threads():
            if not thread.stopped and thread.awaited_by is not None:
                self.release(link, thread)

    def _threads(self) -> Iterator[tuple[WorkerLink, Thread]]:
        for link in self._state.roster:
            for thread in list(link.threads.values()):
                yield link, thread

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
        thread = state.thread(link, int(native.id))
        if not thread.stopped:
            thread.await_stop(state.clients.speaker)

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
        for thread in link.threads.values():
            if not thread.stopped:
                thread.await_stop(self._state.clients.speaker)
        patience = self._state.settings.quick_patience
        link.ask("pause", {"threadId": "*"}, lambda reply: gather.take(link.key, reply), patience)


def _ignore(_: Reply) -> None:
    """Nobody waits for this."""
