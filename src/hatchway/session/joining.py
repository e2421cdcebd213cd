"""How a worker comes into the session: authorize, greet, attach, hand over the ledger, release, armed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from hatchway.model import Worker, WorkerKey
from hatchway.session.capabilities import worker_attach, worker_initialize
from hatchway.session.events import FilesFound, Message
from hatchway.session.state import State
from hatchway.session.wishes import Wishes
from hatchway.session.workers import Cue, Life, Reply, WorkerLink

FIRST_RETRY: Final = 5.0
"""Seconds after which a worker that did not answer while it was attached is asked for again; doubled up to
`LAST_RETRY` while that happens."""
LAST_RETRY: Final = 60.0


class Joining:
    """Leads each worker through the life-cycle table, from WAITING to LIVE."""

    def __init__(self, state: State, wishes: Wishes) -> None:
        """Work on the session's state."""
        self._state = state
        self._wishes = wishes
        self._pause = FIRST_RETRY
        self._retry: int | None = None

    def join(self, worker: Worker) -> None:
        """Let a worker in that dialled; it waits until an editor attached."""
        state = self._state
        state.awaited.arrived(worker.key)
        state.lose(worker.key, "it dialled again")
        link = WorkerLink(worker, state.outputs, state.agenda)
        state.roster.add(link)
        if state.attach is not None:
            self._authorize(link)

    def await_workers(self, container: str, keys: Iterable[WorkerKey]) -> None:
        """Learn who was rung and has not dialled in yet."""
        self._state.awaited.replace(container, (key for key in keys if self._state.roster.get(key) is None))
        self._state.tell_breakpoints()

    def summon(self) -> None:
        """Ask for workers; begin with all that wait, and tell those that stayed what the editor wants now."""
        self._state.summon()
        for link in self._state.roster:
            arguments = self._attach_arguments(link)
            if link.life is Life.WAITING:
                self._authorize(link)
            elif link.is_serving and link.attached_with != arguments:
                link.attached_with = arguments
                link.ask("attach", arguments, lambda _: None, self._state.settings.quick_patience)

    def release(self) -> None:
        """Let all start that are ready, now that the editor is."""
        for link in self._state.roster:
            self._release(link)

    def take_files(self, found: FilesFound) -> None:
        """Learn which files of a service are which; its workers were held for that."""
        self._wishes.take_files(found)
        if self._state.is_released:
            self.release()

    def hear_armed(self, link: WorkerLink) -> None:
        """Take the agent's word that the tracer is on."""
        link.traced = True
        self._arm(link)

    def _authorize(self, link: WorkerLink) -> None:
        link.move(Cue.SUMMONED)
        arguments = {"debugServerAccessToken": self._state.token}
        self._step(link, "pydevdAuthorize", arguments, self._greet)

    def _greet(self, link: WorkerLink, body: Message) -> None:
        if body.get("clientAccessToken") != self._state.token:
            self._fail(link, "it does not know the session's token")
            return
        link.move(Cue.AUTHORIZED)
        arguments = worker_initialize(self._state.editor.arguments)
        self._step(link, "initialize", arguments, self._attach)

    def _attach(self, link: WorkerLink, _: Message) -> None:
        link.move(Cue.GREETED)
        link.attached_with = self._attach_arguments(link)
        self._step(link, "attach", link.attached_with, self._hand_over)

    def _attach_arguments(self, link: WorkerLink) -> Message:
        state = self._state
        return worker_attach(state.attach or {}, state.paths, is_foreign=link.worker.is_foreign)

    def _hand_over(self, link: WorkerLink, _: Message) -> None:
        link.move(Cue.ATTACHED)
        self._wishes.replay(link)
        if self._state.is_released:
            self._release(link)

    def _release(self, link: WorkerLink) -> None:
        """Let one start that is ready; without its files known, it would run past its first breakpoints."""
        is_known = not link.worker.is_foreign or link.worker.service in self._state.found
        if link.life is not Life.READY or not is_known:
            return
        link.move(Cue.RELEASE)
        self._step(link, "configurationDone", {}, self._configured)

    def _configured(self, link: WorkerLink, _: Message) -> None:
        link.move(Cue.CONFIGURED)
        self._arm(link)

    def _arm(self, link: WorkerLink) -> None:
        if link.traced and link.life is Life.CONFIGURED:
            link.move(Cue.ARMED)
            self._pause = FIRST_RETRY
            self._state.tell_breakpoints()

    def _step(
        self,
        link: WorkerLink,
        command: str,
        arguments: Mapping[str, Any],
        proceed: Callable[[WorkerLink, Message], None],
    ) -> None:
        def then(reply: Reply) -> None:
            if self._state.roster.get(link.key) is not link or link.life is Life.LEAVING:
                return
            if reply.success:
                proceed(link, reply.body)
            elif reply.lost:
                self._postpone(link, reply.message)
            else:
                self._fail(link, reply.message or f"it refused {command}")

        link.ask(command, arguments, then, self._state.settings.quick_patience)

    def _fail(self, link: WorkerLink, why: str) -> None:
        self._state.editor.say(f"hatchway: {link.label} could not be attached: {why}", "important")
        self._state.drop(link, why)

    def _postpone(self, link: WorkerLink, why: str) -> None:
        """Let go of a worker that was too slow, and ask for it again: else it would run through stops."""
        self._state.editor.say(f"hatchway: {why} and is asked again in {self._pause:g} s", "important")
        self._state.drop(link, why)
        if self._retry is None:
            self._retry = self._state.agenda.after(self._pause, self._ask_again)
            self._pause = min(2 * self._pause, LAST_RETRY)

    def _ask_again(self) -> None:
        self._retry = None
        if self._state.attach is not None:
            self._state.summon()
