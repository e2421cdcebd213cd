"""All that the session knows, in one place, and the few changes that several parts of it make.

Theory: the editor, the workers, the handles between them, the ledger, the stop queue and the agenda each keep
their own rules in their own file. What happens *between* them is here: a thread runs on (its handles die, the
queue moves), a worker is lost (what it was asked is settled, its threads end, its bindings go).
"""

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hatchway.dap.idkind import IdKind as Kind
from hatchway.model import WorkerKey
from hatchway.session.absence import MissingProcesses
from hatchway.session.agenda import Agenda
from hatchway.session.awaiting import Awaiting
from hatchway.session.breakpoints import BreakpointLedger, Sayings
from hatchway.session.clients import Clients
from hatchway.session.editor import Editor
from hatchway.session.events import DropWorker, Summon
from hatchway.session.explaining import Explaining
from hatchway.session.handles import Handles, Native
from hatchway.session.paths import PathMap
from hatchway.session.settings import Settings
from hatchway.session.stops import StopQueue
from hatchway.session.translate import Inward, Outward, RefusalError
from hatchway.session.workers import Life, Move, Reply, Roster, Thread, WorkerLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hatchway.session.events import Message, Output


class State:
    """The session's parts, wired."""

    def __init__(self, token: str, settings: Settings) -> None:
        """Nobody is there."""
        self.token = token
        self.defaults = settings
        self.settings = settings
        """The defaults with what the present editor's attach said."""
        self.outputs: list[Output] = []
        self.agenda = Agenda()
        self.clients = Clients(self.outputs)
        self.editor = Editor(self.clients.post, self.clients.hang_up)
        self.roster = Roster()
        self.handles = Handles()
        self.awaited = Awaiting(self.agenda, settings.await_patience, self.tell_breakpoints)
        self.missing = MissingProcesses(self.editor)
        self.explaining = Explaining(self.outputs)
        self.ledger = BreakpointLedger(
            self.handles.fresh,
            self.is_live,
            self.is_complete,
            Sayings(self.remark, self.missing.first, self.explaining.of),
        )
        self.stops = StopQueue(self.editor, self.agenda, settings.step_patience)
        self.paths = PathMap()
        """What the present editor's attach said."""
        self.found: dict[str, PathMap] = {}
        """By service: what was found by itself."""
        self._joined: WeakKeyDictionary[PathMap, tuple[PathMap, PathMap]] = WeakKeyDictionary()
        """By what was found: with which of `paths` it was joined last, and the result."""
        self.differing: dict[str, Mapping[str, str]] = {}
        """By service: the editor's files that are otherwise there, each with a sentence about that."""
        self.attach: Message | None = None
        """The editor's attach arguments, from its attach until the workers are dismissed."""
        self.is_released = False
        """An editor said `configurationDone` since: newborns need not wait for another one."""
        self._is_summon_due = False
        self.grace: int | None = None
        """The deadline by which an editor that restarts must be back."""

    def is_live(self, key: WorkerKey) -> bool:
        """Tell whether breakpoints of a worker would stop."""
        link = self.roster.get(key)
        return link is not None and link.life is Life.LIVE

    def is_complete(self) -> bool:
        """Tell whether all workers there are would stop; newborn ones are held until they do."""
        coming = (link for link in self.roster if not link.worker.newborn and link.is_coming)
        return not self._is_summon_due and not self.awaited and not any(coming)

    def summon(self) -> None:
        """Ask for workers once those that are being let go have gone: rung before, they would not come."""
        self._is_summon_due = any(link.life is Life.LEAVING for link in self.roster)
        if not self._is_summon_due:
            self.outputs.append(Summon())

    def inward(self, link: WorkerLink) -> Inward:
        """Give the translation from the editor to a worker."""
        return Inward(self.handles, link.key, self.paths_of(link).to_worker)

    def outward(self, link: WorkerLink, owner: int = 0) -> Outward:
        """Give the translation from a worker to the editor."""
        paths = self.paths_of(link)
        return Outward(
            self.handles,
            link.key,
            paths.to_editor,
            lambda native: self.ledger.editor_id(link.key, native),
            owner,
            paths.holds_remote if link.worker.is_foreign else None,
        )

    def paths_of(self, link: WorkerLink) -> PathMap:
        """Return the path map of a worker: the editor's own word first."""
        found = self.found.get(link.worker.service)
        if found is None:
            return self.paths
        paths, joined = self._joined.get(found, (None, self.paths))
        if paths is not self.paths:
            joined = self.paths.joined(found)
            self._joined[found] = (self.paths, joined)
        return joined

    def remark(self, path: str) -> str:
        """Return what is to be said of breakpoints in a file of the editor's; mostly nothing."""
        return next((files[path] for files in self.differing.values() if path in files), "")

    def miss(self, container: str, sentences: tuple[str, ...]) -> None:
        """Learn who is missing in a container: without any worker, that is what breakpoints wait for."""
        self.missing.replace(container, sentences)
        self.tell_breakpoints()

    def link_of(self, native: Native) -> WorkerLink:
        """Find the worker of a native id; RefusalError if it cannot be asked now."""
        link = self.roster.get(native.worker)
        if link is None or not link.is_serving:
            text = "its worker is gone" if link is None else f"{link.label} is not attached"
            raise RefusalError(text)
        return link

    def thread(self, link: WorkerLink, native: int) -> Thread:
        """Find a worker's thread, or get to know it."""
        thread = link.threads.get(native)
        if thread is None:
            handle = self.handles.issue(Native(link.key, Kind.THREAD, native))
            thread = link.threads[native] = Thread(native, handle)
        return thread

    def thread_of(self, handle: int) -> tuple[WorkerLink, Thread] | None:
        """Find a thread by its handle; None if it or its worker is gone."""
        try:
            native = self.handles.resolve(handle, Kind.THREAD)
        except LookupError:
            return None
        link = self.roster.get(native.worker)
        thread = link.threads.get(int(native.id)) if link is not None else None
        return None if link is None or thread is None else (link, thread)

    def park(self, thread: Thread) -> None:
        """Note that a thread stopped; frames seen while it ran are no more."""
        self._turn(thread)
        thread.stopped = True
        thread.expects_continued = False

    def run_on(self, link: WorkerLink, thread: Thread) -> None:
        """Note that a thread left its stop: what it was still asked there, it will not answer."""
        if thread.stopped:
            self._turn(thread)
            thread.stopped = False
        link.abandon(f"the thread of {link.label} ran on before it answered", thread.native)

    def end_move(self, thread: Thread, move: Move, reply: Reply) -> None:
        """Let the view follow once a continue or step is answered."""
        if thread.move is not move:
            return  # a later move of this thread decides
        thread.move = None
        if move.stop is not None:
            if self.thread_of(thread.handle) is not None:
                self.stops.arrive(move.stop)
        elif reply.success or move.ran:
            if thread.stopped:
                self._turn(thread)
                thread.stopped = False
            self.stops.left(thread.handle, stepping=move.steps)
        else:
            thread.expects_continued = False

    def end_thread(self, link: WorkerLink, thread: Thread) -> None:
        """Note that a thread is over."""
        link.threads.pop(thread.native, None)
        link.abandon(f"the thread of {link.label} ended before it answered", thread.native)
        self.stops.left(thread.handle)
        self.stops.announce(link.key, thread.handle, "exited")
        self.handles.forget_thread(thread.handle)

    def lose(self, key: WorkerKey, why: str) -> None:
        """Take a worker out of the session."""
        link = self.roster.get(key)
        if link is not None:
            self._take_out(link, why)
            self._summon_if_due()

    def drop(self, link: WorkerLink, why: str) -> None:
        """Close a worker's connection; what is said there from now on is nobody's."""
        if self.roster.get(link.key) is link:
            self._take_out(link, why)
            self.outputs.append(DropWorker(link.key))
            self._summon_if_due()

    def _take_out(self, link: WorkerLink, why: str) -> None:
        self.roster.remove(link.key)
        link.abandon(f"{link.label} is gone: {why}")
        self.stops.worker_gone(link.key, [thread.handle for thread in link.threads.values()])
        self.ledger.forget(link.key)
        self.handles.forget_worker(link.key)
        self.tell_breakpoints()

    def _summon_if_due(self) -> None:
        if self._is_summon_due and self.attach is not None:
            self.summon()

    def tell_breakpoints(self) -> None:
        """Tell the editor which breakpoints are not as it was told last."""
        if self.editor.is_listening:
            for merged in self.ledger.changes():
                self.editor.tell("breakpoint", {"reason": "changed", "breakpoint": merged})
            self.seek_reasons()

    def seek_reasons(self) -> None:
        """Ask why breakpoints do not bind, of each file in which the editor was told so."""
        serving = [link.worker for link in self.roster.serving()]
        if any(worker.is_foreign and worker.service not in self.found for worker in serving):
            return  # its files are being compared, which may be all that it takes
        for path in self.ledger.unbound():
            if not self.remark(path):
                self.explaining.seek(path)

    def explain(self, path: str, sentence: str) -> None:
        """Learn why breakpoints of a file do not bind."""
        self.explaining.take(path, sentence)
        self.tell_breakpoints()

    def _turn(self, thread: Thread) -> None:
        thread.turn += 1
        thread.top_frame = None
        self.handles.forget_owned(thread.handle)
