"""The shell round the interpreter: performs its effects over a connection to a hub, and waits for stops."""

import contextlib
import queue
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from hatchway.errors import HatchwayError
from hatchway.terminal.client import DapClient
from hatchway.terminal.pdb.arriving import arrive
from hatchway.terminal.pdb.crew import label_for
from hatchway.terminal.pdb.effects import Ask, Complain, Effect, Go, Quit, Read, Say, Script, Snapshot, Source
from hatchway.terminal.pdb.interpreter import execute, needs_stop
from hatchway.terminal.pdb.language import parse
from hatchway.terminal.pdb.state import State

LONG: Final = 24 * 3600.0
"""Seconds to wait for what runs the user's code; Ctrl-C is quicker."""
STEP_PATIENCE: Final = 0.5
"""Seconds that a step may take before another stop that waits is shown."""
PAUSE_PATIENCE: Final = 1.0
"""Seconds that a paused thread may take to come to a line of Python."""
LOOK: Final = 0.05
"""Seconds between two looks whether the hub knows of a worker."""
LOOKS: Final = 60
WAITING: Final = "waiting for a stop, Ctrl-C for a prompt"


class Ended(Exception):  # noqa: N818 - the program's end is no error
    """The program that was started has ended."""

    def __init__(self, code: int) -> None:
        """Take its exit code."""
        super().__init__(code)
        self.code = code


class Left(Exception):  # noqa: N818 - as is leaving
    """The person leaves."""

    def __init__(self, *, kill: bool) -> None:
        """Say whether what was started shall end, too."""
        super().__init__(kill)
        self.kill = kill


class Console(Protocol):
    """Where lines come from and go to."""

    @property
    def is_scripted(self) -> bool:
        """Tell whether nobody types."""

    @property
    def ahead(self) -> str | None:
        """Return the line that `read` returns next, empty if it is not known; None if no more lines come."""

    def read(self, prompt: Callable[[], str]) -> str | None:
        """Return the next line, None at the end. Raises `KeyboardInterrupt`."""

    def watch(self, has_news: Callable[[], bool]) -> None:
        """Have `read` return an empty line where nobody has begun one and there are news."""

    def lent(self) -> contextlib.AbstractContextManager[None]:
        """Have what is typed be the program's for as long as the block runs, if it reads here."""

    def write(self, text: str, code: str = "") -> None:
        """Print a line."""


Inbox = queue.SimpleQueue[Mapping[str, Any] | Ended | None]
"""What happens: events of the hub's, the program's end, None when the connection is gone."""


class Shell:
    """One debugging session in a terminal."""

    def __init__(
        self, client: DapClient, inbox: Inbox, state: State, console: Console, *, echoes: bool
    ) -> None:
        """Take a client that is attached. `echoes`: what the program prints is not seen here otherwise."""
        self._client = client
        self._inbox = inbox
        self.state = state
        self.console = console
        console.watch(self._has_news)
        self._echoes = echoes
        self._pending: str | None = None
        self._gone: set[int] = set()
        """Threads that have ended since the step that is under way."""
        self.failed = False
        """A command failed."""

    @property
    def is_scripted(self) -> bool:
        """Tell whether nobody types."""
        return self.console.is_scripted

    def run(self) -> None:
        """Serve until the program ends or the person leaves, which is raised: `Ended`, `Left`."""
        is_interrupted = False
        while True:
            try:
                if is_interrupted:
                    is_interrupted = False
                    self._pause()
                self._take_turn()
            except KeyboardInterrupt:  # at any moment: it means the thread that runs, if none stands here
                is_interrupted = self.state.here is None

    def _take_turn(self) -> None:
        self._take(0)
        if self.state.here is None and (stop := self.state.crew.next()) is not None:
            self.perform(arrive(self.state, stop))
        elif self.state.here is None and self.state.waits:
            with self.console.lent():
                self._take(None)
        else:
            self._serve_line()

    def _has_news(self) -> bool:
        """Take what has happened; tell whether there is a stop to show now."""
        self._take(0)
        return self.state.here is None and bool(self.state.crew.waiting)

    def settle(self, wanted: Callable[[], bool], patience: float) -> bool:
        """Take what happens until something is so; tell whether it came to that in so many seconds."""
        deadline = time.monotonic() + patience
        while not wanted():
            if (left := deadline - time.monotonic()) <= 0:
                return False
            self._take(left)
        return True

    def _serve_line(self) -> None:
        state = self.state
        is_given = self.console.is_scripted or bool(self.console.ahead)
        line = self._next_line(is_given=is_given)
        was_stopped = state.here is not None
        state.width = shutil.get_terminal_size().columns
        if line is None or (not was_stopped and not line.strip()):
            return
        is_done = self.perform(execute(state, line))
        if state.here is None and was_stopped:
            state.waits = is_done
            if not is_done:  # by a Ctrl-C that was quicker than the answer: it means the thread
                self._pause()
            elif self._is_last():
                raise Left(kill=False)
        elif state.here is None and not self.console.is_scripted:
            state.waits = state.waits or (is_given and not self.console.ahead)
            if state.waits:
                self.console.write(f"hatchway: {WAITING}")

    def _next_line(self, *, is_given: bool) -> str | None:
        """Return the next line; None if there is none now. Raises `Left` at the end of the input."""
        state = self.state
        if self._pending is not None:
            line, self._pending = self._pending, None
            return line
        if state.ahead:
            return state.ahead.pop(0)
        try:
            read = self.console.read(lambda: state.crew.prompt(state.label if state.here else ""))
        except KeyboardInterrupt:
            return None
        if read is None:
            raise Left(kill=False)
        if state.here is None and is_given and needs_stop(read, state.aliases):
            self._pending, state.waits = read, True
            return None
        return read

    def _is_last(self) -> bool:
        """Tell whether nobody waits for the next stop: the script is over, or only leaves what it came to."""
        has_commands = any(one.commands for one in self.state.book.all())
        if not self.console.is_scripted or self.state.crew.waiting or has_commands:
            return False
        ahead = self.console.ahead
        return ahead is None or (self._echoes and parse(ahead).command in ("quit", "quit!"))

    def _pause(self) -> None:
        """Pause the worker shown last."""
        state = self.state
        state.waits = False
        self.console.write("")
        try:
            thread = state.thread or self._main_thread(state.label)
            if not thread:
                return
            self._ask_pause(thread)
            if not self.settle(lambda: bool(state.crew.waiting), PAUSE_PATIENCE):
                self.console.write("hatchway: no line of Python runs there now; it will stop at its next one")
        except HatchwayError as error:
            self.console.write(f"*** {error.message}")
        except (TimeoutError, KeyboardInterrupt):
            return

    def _ask_pause(self, thread: int) -> None:
        self.state.crew.pausing.add(thread)
        self._client.request("pause", {"threadId": thread})

    def _main_thread(self, label: str) -> int:
        """Find the main thread of a worker; 0 if there is no such."""
        if not label:
            return 0
        known = self._client.request("threads")["threads"]
        names = [thread for thread in known if str(thread["name"]).startswith(f"{label} ")]
        main = [thread for thread in names if str(thread["name"]).endswith("MainThread")]
        return int((main or names)[0]["id"]) if names else 0

    def perform(self, script: Script) -> bool:
        """Run a script to its end, or until Ctrl-C; tell whether it came to its end."""
        answer: Any = None
        error: HatchwayError | None = None
        while True:
            try:
                effect = script.throw(error) if error is not None else script.send(answer)
            except StopIteration:
                return True
            except HatchwayError as raised:
                self._complain(raised.message)
                return True
            answer, error = None, None
            try:
                answer = self._do(effect)
            except HatchwayError as raised:
                error = raised
            except TimeoutError as raised:
                error = HatchwayError(str(raised))
            except KeyboardInterrupt:
                script.close()
                self.console.write("\n*** interrupted; what was begun in the program may still run")
                return False

    def _do(self, effect: Effect) -> Any:
        match effect:
            case Ask(command, arguments):
                with self.console.lent() if command == "evaluate" else contextlib.nullcontext():
                    body = self._client.request(command, dict(arguments), LONG)
                self._take(0)  # what it printed came before its answer
                return body
            case Go(command, arguments):
                return self._go(command, arguments)
            case Say(text, code):
                self.console.write(text, code)
            case Complain(text):
                self._complain(text)
            case Read(prompt):
                return self.console.read(lambda: prompt)
            case Source(source):
                return self._source(source)
            case Snapshot(label):
                return self._snapshot(label)
            case Quit(kill):
                raise Left(kill=kill)
        return None

    def _snapshot(self, label: str) -> Mapping[str, Any]:
        told: dict[str, Any] = {}
        for _ in range(LOOKS):
            told = self._client.request("hatchwaySnapshot")
            if not label or any(label_for(process) == label for process in told["processes"]):
                break
            self.settle(lambda: False, LOOK)
        return told

    def _complain(self, text: str) -> None:
        self.failed = True
        self.console.write(f"*** {text}")

    def _source(self, source: Mapping[str, Any]) -> list[str]:
        if source.get("sourceReference"):
            with contextlib.suppress(HatchwayError):
                body = self._client.request(
                    "source", {"source": dict(source), "sourceReference": source["sourceReference"]}
                )
                return str(body.get("content", "")).splitlines()
        try:
            return Path(str(source.get("path", ""))).read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return []

    def _go(self, command: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Step, and return the body of the thread's next stop; None if another one is shown meanwhile."""
        thread = arguments["threadId"]
        waiting = self.state.crew.waiting
        self.state.crew.left(thread)
        self._gone.clear()
        self._client.request(command, dict(arguments), LONG)
        has_paused = False
        started = time.monotonic()
        while thread not in waiting:
            others = bool(waiting)
            if thread in self._gone or (others and time.monotonic() - started > STEP_PATIENCE):
                return None
            try:
                with self.console.lent():
                    self._take(STEP_PATIENCE if others else None)
            except KeyboardInterrupt:
                if has_paused:
                    self.state.waits = False
                    return None
                has_paused = True
                self._ask_pause(thread)
        return waiting.pop(thread).body

    def _take(self, patience: float | None) -> None:
        """Take all that has happened; if nothing has, wait so many seconds for it (None: for ever)."""
        try:
            if patience != 0:
                self._hear(self._inbox.get(timeout=patience))
            while True:
                self._hear(self._inbox.get_nowait())
        except queue.Empty:
            return

    def _hear(self, message: Mapping[str, Any] | Ended | None) -> None:
        if message is None:
            msg = "the hub is gone"
            raise ConnectionError(msg)
        if isinstance(message, Ended):
            raise message
        body = message.get("body") or {}
        match message.get("event"):
            case "stopped":
                self.state.crew.arrive(body)
            case "continued":
                self._ran_on(body.get("threadId"))
            case "thread" if body.get("reason") == "exited":
                self._gone.add(body.get("threadId", 0))
                self._ran_on(body.get("threadId"))
            case "breakpoint":
                self.state.book.update(body.get("breakpoint") or {})
            case "output":
                self._print(body)

    def _ran_on(self, thread: Any) -> None:
        self.state.crew.left(thread)
        if self.state.here is not None and self.state.here.thread == thread:
            self.state.leave()
            self.state.waits = True

    def _print(self, body: Mapping[str, Any]) -> None:
        category, text = body.get("category"), str(body.get("output", ""))
        is_ours = category == "console" and text.startswith("hatchway: ")
        if is_ours or category == "important" or (self._echoes and category in ("stdout", "stderr")):
            here = self.state.here
            mark = f"[{here.stop.label}] " if here is not None else ""
            for line in text.splitlines():
                self.console.write(line.removeprefix(mark))
