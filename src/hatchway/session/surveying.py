"""Requests that ask every worker and merge the answers: threads and modules."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from hatchway.dap.messages import is_id
from hatchway.model import WorkerKey
from hatchway.session.editor import Request
from hatchway.session.gather import Gather
from hatchway.session.state import State
from hatchway.session.workers import Reply, WorkerLink

LOOK_AGAIN: Final = 0.05
"""Seconds between looks whether all workers are there."""


class Surveying:
    """Serves what is answered by all workers together."""

    def __init__(self, state: State) -> None:
        """Work on the session's state."""
        self._state = state

    def threads(self, request: Request) -> None:
        """List every worker's threads; of a worker that does not answer, those known.

        Some clients ask once, right after they attached: workers on their way are waited for, not long.
        """
        self._list_threads(request, self._state.agenda.now + self._state.settings.gather_patience)

    def _list_threads(self, request: Request, deadline: float) -> None:
        state = self._state
        coming = any(link.is_coming and not link.is_serving for link in state.roster)
        if state.attach is not None and (state.awaited or coming) and state.agenda.now < deadline:
            state.agenda.after(LOOK_AGAIN, lambda: self._list_threads(request, deadline))
        else:
            self._gather(request, self._note_threads, self._merged_threads)

    def modules(self, request: Request) -> None:
        """List every worker's modules, each file once, and cut the page out of that."""
        self._gather(
            request, lambda _link, _reply: None, lambda replies: self._merged_modules(request, replies)
        )

    def _gather(
        self,
        request: Request,
        note: Callable[[WorkerLink, Reply], None],
        merge: Callable[[Mapping[WorkerKey, Reply]], dict[str, Any]],
    ) -> None:
        state = self._state
        asked = state.roster.serving()
        patience = state.settings.gather_patience
        gather = Gather(
            # VS Code asks for threads after each event: a worker that hangs delays but one answer.
            (link.key for link in asked if not link.is_behind(request.command, patience)),
            lambda replies: state.editor.answer(request, merge(replies)),
            state.agenda,
            patience,
        )
        for link in asked:
            self._ask(request.command, link, gather, note)
        gather.start()

    def _ask(
        self, command: str, link: WorkerLink, gather: Gather, note: Callable[[WorkerLink, Reply], None]
    ) -> None:
        def then(reply: Reply) -> None:
            if reply.success:
                note(link, reply)
            gather.take(link.key, reply)

        link.ask(command, {}, then, self._state.settings.quick_patience)

    def _note_threads(self, link: WorkerLink, reply: Reply) -> None:
        for item in _objects(reply.body.get("threads")):
            if is_id(item.get("id")):
                self._state.thread(link, item["id"]).name = str(item.get("name", ""))

    def _merged_threads(self, _: Mapping[WorkerKey, Reply]) -> dict[str, Any]:
        threads = [
            {"id": thread.handle, "name": f"{link.label} {thread.name or f'thread {thread.native}'}"}
            for link in self._state.roster.serving()
            for thread in link.threads.values()
        ]
        return {"threads": threads}

    def _merged_modules(self, request: Request, replies: Mapping[WorkerKey, Reply]) -> dict[str, Any]:
        modules: dict[str, dict[str, Any]] = {}
        for key, reply in replies.items():
            link = self._state.roster.get(key)
            if link is None:
                continue
            body = self._state.outward(link).body("modules", reply.body)
            for module in _objects(body.get("modules")):
                path = module.get("path")
                if isinstance(path, str):
                    module["path"] = self._state.paths_of(link).to_editor(path)
                modules.setdefault(str(module.get("path") or module.get("name")), module)
        start, count = request.arguments.get("startModule", 0), request.arguments.get("moduleCount", 0)
        start = start if is_id(start) and start > 0 else 0
        end = start + count if is_id(count) and count > 0 else None
        return {"modules": list(modules.values())[start:end], "totalModules": len(modules)}


def _objects(items: object) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
