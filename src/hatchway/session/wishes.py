"""What the editor wishes of all workers (breakpoints and settings): passed on, kept, merged, replayed."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from hatchway.model import WorkerKey
from hatchway.session.breakpoints import Entry
from hatchway.session.capabilities import FILTERS
from hatchway.session.editor import Request
from hatchway.session.events import CompareAgain, FilesFound
from hatchway.session.gather import Gather
from hatchway.session.paths import PathMap, Roots
from hatchway.session.state import State
from hatchway.session.translate import Outward
from hatchway.session.workers import Reply, WorkerLink

BY_FILE = frozenset({"setBreakpoints", "setPydevdSourceMap"})
HAS_BREAKPOINTS = frozenset({"setBreakpoints", "setFunctionBreakpoints"})
_NO_FILE = "Breakpoint in file that does not exist."
"""What pydevd says of each breakpoint in it."""


class Wishes:
    """Serves the requests that the ledger keeps."""

    def __init__(self, state: State) -> None:
        """Work on the session's state."""
        self._state = state

    def serve(self, request: Request) -> None:
        """Keep a wish, pass it on, and answer when the workers have, or soon enough."""
        state = self._state
        entry = state.ledger.replace(request.command, request.arguments)
        asked = state.roster.serving()
        command, path = entry.slot
        state.explaining.ask_again(path)
        if command == "setBreakpoints" and path and any(link.worker.is_foreign for link in asked):
            state.outputs.append(CompareAgain(path))
        gather = Gather(
            (link.key for link in asked),
            lambda replies: self._answer(request, entry, replies),
            state.agenda,
            state.settings.gather_patience,
        )
        for link in asked:
            self._send(link, entry, gather)
        gather.start()

    def replay(self, link: WorkerLink) -> None:
        """Tell a worker born later all that the others know."""
        for entry in self._state.ledger.replay():
            self._send(link, entry)

    def clear_unsent(self) -> None:
        """Take back what an earlier editor wished for and the present one did not repeat."""
        for entry in self._state.ledger.unsent():
            for link in self._state.roster.serving():
                self._send(link, entry)

    def hear(self, link: WorkerLink, item: Mapping[str, Any]) -> None:
        """Take a worker's word that one of its breakpoints changed."""
        body = self._keeping_ids(link).event("breakpoint", {"breakpoint": item})
        self._state.ledger.update(link.key, body["breakpoint"])
        self._state.tell_breakpoints()

    def take_files(self, found: FilesFound) -> None:
        """Learn which files of a service are which, and send its workers what was kept for that."""
        state = self._state
        state.found[found.service] = PathMap(itertools.starmap(Roots, found.roots), found.files)
        known = state.differing.get(found.service, {})
        state.differing[found.service] = dict(found.differing)
        for link in state.roster.serving():
            if link.worker.service == found.service:
                for entry in state.ledger.replay():
                    if entry.slot[0] in BY_FILE:
                        self._send(link, entry, is_news=False)
        self._say(remark for path, remark in found.differing if known.get(path) != remark)
        state.tell_breakpoints()

    def tell_differences(self) -> None:
        """Say in the editor's console which of its files are not what runs."""
        self._say(remark for files in self._state.differing.values() for remark in files.values())

    def _say(self, remarks: Iterable[str]) -> None:
        if self._state.editor.is_listening:
            for remark in remarks:
                self._state.editor.say(f"hatchway: {remark}", "important")

    def _send(
        self, link: WorkerLink, entry: Entry, gather: Gather | None = None, *, is_news: bool = True
    ) -> None:
        if reason := self._why_not_there(link, entry):
            if entry.slot[0] in HAS_BREAKPOINTS:
                self._state.ledger.fail(entry, link.key, reason)
            if gather is not None:
                gather.take(link.key, Reply(success=True, body={}))
            return

        arguments = self._arguments(link, entry)
        # pydevd first forgets what it had of the file: a request that comes by in that moment is not stopped.
        if not is_news and link.told.get(entry.slot) == arguments:
            return
        link.told[entry.slot] = arguments

        def then(reply: Reply) -> None:
            if not reply.success:
                link.told.pop(entry.slot, None)
            self._bind(link, entry, reply)
            if gather is not None:
                gather.take(link.key, reply)
            # Later than the editor was answered, or unasked: the change is news.
            self._state.tell_breakpoints()

        command, _ = entry.slot
        link.ask(command, arguments, then, self._state.settings.quick_patience)

    def _why_not_there(self, link: WorkerLink, entry: Entry) -> str:
        """Say why a worker is not told of a file: if it has none such, pydevd writes in the app's log."""
        path = entry.slot[1]
        source = entry.arguments.get("source")
        if isinstance(source, Mapping) and source.get("sourceReference"):
            return ""  # a library's file, which the editor got from a container
        if not (link.worker.is_foreign and path) or self._state.paths_of(link).holds_local(path):
            return ""
        if link.worker.service not in self._state.found:
            return f"the files of {link.worker.service} are being compared with yours"
        return f"{link.worker.service} has no such file"

    def _arguments(self, link: WorkerLink, entry: Entry) -> dict[str, Any]:
        command, path = entry.slot
        arguments = dict(entry.arguments)
        if command in HAS_BREAKPOINTS:
            arguments["breakpoints"] = [wish.spec for wish in entry.wishes]
            arguments.pop("lines", None)
        if command == "setExceptionBreakpoints":
            arguments["filters"] = [name for name in arguments["filters"] if name in FILTERS]
        if command == "setBreakpoints":
            arguments["source"] = {"path": path}
        return self._state.inward(link).wish(command, arguments)

    def _bind(self, link: WorkerLink, entry: Entry, reply: Reply) -> None:
        if reply.lost or entry.slot[0] not in HAS_BREAKPOINTS:
            return
        if reply.success:
            body = self._keeping_ids(link).body(entry.slot[0], reply.body)
            self._state.ledger.bind(entry, link.key, body.get("breakpoints"))
            there = self._state.paths.to_worker(entry.slot[1])
            if there != entry.slot[1] and _lacks_the_file(body):
                why = f"`pathMappings` lead to {there}, which {link.worker.service} has not: leave them out"
                self._state.ledger.fail(entry, link.key, why)
        else:
            self._state.ledger.fail(entry, link.key, reply.message)

    def _keeping_ids(self, link: WorkerLink) -> Outward:
        state = self._state
        return Outward(
            state.handles, link.key, state.paths_of(link).to_editor, breakpoint=lambda native: native
        )

    def _answer(self, request: Request, entry: Entry, replies: Mapping[WorkerKey, Reply]) -> None:
        if request.command in HAS_BREAKPOINTS:
            body = {"breakpoints": self._state.ledger.tell(entry)}
            self._state.editor.answer(request, body)
            self._state.seek_reasons()
            return
        failures = [reply for reply in replies.values() if not reply.success]
        if replies and len(failures) == len(replies):
            self._state.editor.refuse(request, failures[0].message or "no worker accepted it")
        else:
            self._state.editor.answer(request)


def _lacks_the_file(body: Mapping[str, Any]) -> bool:
    told = body.get("breakpoints")
    return isinstance(told, list) and any(
        isinstance(item, Mapping) and item.get("message") == _NO_FILE for item in told
    )
