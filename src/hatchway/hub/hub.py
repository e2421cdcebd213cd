"""The hub: feeds inputs to the session and performs its outputs, and decides nothing."""

import asyncio
import functools
import logging
import math
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

from hatchway.hub.clock import Clock
from hatchway.hub.editor_port import EditorConnection
from hatchway.hub.fleet import Fleet, Reach
from hatchway.hub.journal import Journal
from hatchway.hub.roster import listing
from hatchway.session.core import DebugSession
from hatchway.session.events import (
    Announce,
    CloseEditor,
    CompareAgain,
    Dismiss,
    DropWorker,
    EditorLeft,
    Explain,
    Explained,
    FromEditor,
    Input,
    Message,
    Output,
    Summon,
    Tick,
    ToEditor,
    ToWorker,
    WakeAt,
)
from hatchway.session.settings import Settings

log = logging.getLogger(__name__)

Explainer: TypeAlias = Callable[[Path, str], str]
"""Given a project and a file of it, returns why breakpoints there do not bind, in a sentence, or nothing."""

MAX_EDITORS = 16
"""Editors and other clients that share the session."""


class Hub:
    """Adapter towards the editor, client towards the workers; outlives both."""

    def __init__(
        self, reach: Reach, settings: Settings, journal: Journal, explain: Explainer | None = None
    ) -> None:
        """Make a session over what is within reach; must be called while the loop runs.

        `explain` may take its time: it is called on a thread of its own.
        """
        self._explain = explain and functools.partial(explain, reach.selector.project)
        self._explaining: set[asyncio.Task[None]] = set()
        token = secrets.token_hex(16)
        self._session = DebugSession(token, settings)
        self._clock = Clock(lambda: self.feed(Tick()))
        self._journal = journal
        self._inputs: deque[Input] = deque()
        self._clients: dict[int, EditorConnection] = {}
        self._came = 0
        self._patience: asyncio.TimerHandle | None = None
        self._is_holding = False
        self.fleet = Fleet(reach, token, self.feed)
        journal.start({"token": token, "settings": asdict(settings)})

    def feed(self, event: Input) -> None:
        """Tell the session what happened, and do what it answers.

        What an output makes happen at once (a dropped worker leaves) waits for the outputs before it.
        """
        self._inputs.append(event)
        if len(self._inputs) > 1:
            return
        while self._inputs:
            now = self._clock.now()
            outputs = self._session.receive(self._inputs[0], now)
            self._journal.note(now, self._inputs[0], outputs)
            for output in outputs:
                self._perform(output)
            self._inputs.popleft()

    def editor_came(self, connection: EditorConnection) -> int | None:
        """Take the connection as an editor's and give it a number, unless there are too many."""
        if len(self._clients) >= MAX_EDITORS:
            log.warning("%s: refused, %d others are attached", connection.name, len(self._clients))
            return None
        self._came += 1
        self._clients[self._came] = connection
        return self._came

    def editor_said(self, number: int, message: Message) -> None:
        """Feed an editor's message."""
        self.feed(FromEditor(message, number))

    def editor_left(self, number: int) -> None:
        """Feed an editor's end."""
        del self._clients[number]
        self.feed(EditorLeft(number))

    def snapshot(self, *, busy: bool = False) -> dict[str, Any]:
        """Return every process within reach and what the session knows of it, as plain JSON.

        With `busy`, also how much each has in flight: who asks again and again has it told.
        """
        counted = self.fleet.busy() if busy else {}
        return listing(self.fleet.roster(), self.fleet.missing(), self._session.snapshot(), counted)

    def hold(self, seconds: float) -> None:
        """Have newborn workers hold until an editor comes, or so many seconds have passed."""
        self.fleet.summon(wait=True)
        self._is_holding = True
        self.hold_at_most(seconds)

    def hold_at_most(self, seconds: float) -> None:
        """Hold them so many seconds from now, if they are held without a limit."""
        if self._is_holding and seconds < math.inf:
            self._patience = asyncio.get_running_loop().call_later(seconds, self._give_up, seconds)

    def release(self) -> None:
        """Let every worker go at once, parked or not: the app is about to end."""
        self.fleet.dismiss()
        for view in self._session.snapshot().workers:
            self.fleet.drop(view.worker.key)

    def close(self) -> None:
        """Stop the timers and finish the journal."""
        self._clock.stop()
        for task in self._explaining:
            task.cancel()
        self._wait_no_longer()
        self._journal.close()

    def _perform(self, output: Output) -> None:
        match output:
            case ToEditor() | CloseEditor():
                self._perform_for_editor(output)
            case ToWorker(key, message):
                self.fleet.send(key, message)
            case DropWorker(key):
                self.fleet.drop(key)
            case Summon():
                self._wait_no_longer()
                self.fleet.summon()
            case Dismiss():
                self.fleet.dismiss()
            case WakeAt(when):
                self._clock.wake_at(when)
            case CompareAgain(path):
                self.fleet.atlas.look_at(path)
            case Explain(path):
                self._find_reason(path)
            case Announce(text):
                log.warning("%s", text)

    def _find_reason(self, path: str) -> None:
        if self._explain is not None:
            task = asyncio.ensure_future(self._reason(self._explain, path))
            self._explaining.add(task)
            task.add_done_callback(self._explaining.discard)

    async def _reason(self, explain: Callable[[str], str], path: str) -> None:
        try:
            sentence = await asyncio.to_thread(explain, path)
        except Exception:
            log.exception("why %s has no breakpoint was not found out", path)
            return
        self.feed(Explained(path, sentence))

    def _give_up(self, seconds: float) -> None:
        self._is_holding = False
        log.warning("no editor has come within %g s: the app runs without one", seconds)
        self.release()

    def _wait_no_longer(self) -> None:
        self._is_holding = False
        if self._patience is not None:
            self._patience.cancel()

    def _perform_for_editor(self, output: ToEditor | CloseEditor) -> None:
        connection = self._clients.get(output.client)
        if connection is None:
            return
        if isinstance(output, ToEditor):
            connection.send(output.message)
        else:
            connection.close_soon()
