"""A debugging session in the terminal: opened over the hub there is or one of our own, served to its end."""

import contextlib
import os
import queue
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hatchway.cli._containers import require_same
from hatchway.cli._hosting import Beside, hosted
from hatchway.cli.run import GRACE
from hatchway.cli.screen import say
from hatchway.errors import HatchwayError
from hatchway.hub.fleet import Reach
from hatchway.hub.lodging import find
from hatchway.hub.opening import Wishes
from hatchway.model import ProcessState
from hatchway.terminal.client import DapClient
from hatchway.terminal.pdb.breakpoints import Breakpoint, send
from hatchway.terminal.pdb.completing import complete
from hatchway.terminal.pdb.interpreter import execute
from hatchway.terminal.pdb.keyboard import Keyboard
from hatchway.terminal.pdb.plain import PlainConsole
from hatchway.terminal.pdb.shell import Console, Ended, Inbox, Left, Shell
from hatchway.terminal.pdb.state import State

LOOK = 0.05
"""Seconds between two looks whether the workers are armed."""
LOOKS = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What the session begins with."""

    commands: tuple[str, ...]
    breakpoints: tuple[str, ...]
    filters: tuple[str, ...]
    entry: Breakpoint | None = None
    """On the first line of the user's own script."""


@dataclass(frozen=True, slots=True)
class Session:
    """A client of a hub, and the shell that a person types in."""

    client: DapClient
    inbox: Inbox
    shell: Shell
    port: int
    """The hub's."""
    stdin: int | None
    """What a program that is started reads, a file descriptor: None if it has nothing to read."""

    def start(
        self, argv: Sequence[str], environ: Mapping[str, str], stop: Callable[[], None] | None = None
    ) -> Beside:
        """Start a program whose end is that of the session; `stop` as `Beside` has it."""
        return Beside(argv, environ, lambda code: self.inbox.put(Ended(code)), stop, self.stdin)

    def await_workers(self) -> None:
        """Wait until the workers are armed, so that a request sent from now on stops; not for ever."""
        for _ in range(LOOKS):
            processes = self.client.request("hatchwaySnapshot")["processes"]
            states = {process["state"] for process in processes if process["role"] == "worker"}
            if states <= {ProcessState.ATTACHED, ProcessState.STOPPED}:
                return
            self.shell.settle(lambda: False, LOOK)

    def serve(self, beside: Beside | None) -> int:
        """Serve until the end; return the exit code: the program's, or 1 if a scripted command failed."""
        code = 0
        try:
            self.shell.run()
        except Ended as ended:
            code = ended.code
            say(f"the program has ended with exit code {code}")
        except Left as left:
            with contextlib.suppress(HatchwayError, TimeoutError, ConnectionError):
                self.client.request("disconnect")
            if beside is not None:
                code = self._leave(beside, kill=left.kill)
            elif left.kill:
                say("this command has not started the app: it runs on, and `hatchway down` ends it")
        except ConnectionError:
            say("the hub is gone; the app runs on")
            return 1
        except BaseException:
            if beside is not None:
                beside.end(GRACE)
            raise
        return code or int(self.shell.failed and self.shell.is_scripted)

    def _leave(self, beside: Beside, *, kill: bool) -> int:
        if kill:
            beside.end(GRACE)
            return 0
        with self.shell.console.lent():
            return beside.wait()


@contextlib.contextmanager
def session(
    plan: Plan, directory: Path, reach: Callable[[], Reach], port: int | None, *, engine: str = ""
) -> Iterator[Session]:
    """Attach to the hub that runs for a folder, else to one of our own, for as long as the block runs.

    `reach` says what a hub of our own is over; with an `engine`, one that is there must follow that. What a
    program prints that we do not start ourselves is shown. Raises `HatchwayError`.
    """
    lodger = find(directory)
    with contextlib.ExitStack() as stack:
        if lodger is None:
            hub_port = stack.enter_context(hosted(reach(), directory, Wishes(port))).port
        else:
            if engine:
                require_same(lodger, engine)
            hub_port = lodger.port
        inbox: Inbox = queue.SimpleQueue()
        client = stack.enter_context(DapClient(hub_port, listener=inbox.put))
        stdin: int | None = None
        keyboard: Keyboard | None = None
        # Not a terminal's own: out of its foreground, the program would be halted by reading.
        if sys.stdin.isatty():
            if engine and sys.stdout.isatty() and os.name != "nt":
                keyboard = Keyboard(sys.stdin.fileno())
                stdin = keyboard.stdin
        elif plan.commands:
            stdin = sys.stdin.fileno()
        shell = _open(plan, client, inbox, keyboard, echoes=not engine)
        shell.state.has_no_stdin = bool(engine) and stdin is None
        yield Session(client, inbox, shell, hub_port, stdin)


def _open(plan: Plan, client: DapClient, inbox: Inbox, keyboard: Keyboard | None, *, echoes: bool) -> Shell:
    """Attach as a client of the hub, with the breakpoints asked for. Raises `HatchwayError` if refused."""
    client.request("initialize", {"clientID": "hatchway-pdb", "adapterID": "hatchway"})
    client.request("attach", {"justMyCode": False, "stopAtReturn": True})
    state = State(str(Path.cwd()), shutil.get_terminal_size().columns)
    shell = Shell(client, inbox, state, _console(plan, client, state, keyboard), echoes=echoes)
    for line in _habits():
        shell.perform(execute(state, line))
    if plan.entry is not None:
        state.book.entry = plan.entry
        shell.perform(send(state.book, plan.entry.path))
    for place in plan.breakpoints:
        shell.perform(execute(state, f"break {place}"))
        if shell.failed:
            msg = f"there can be no breakpoint at {place}"
            raise HatchwayError(msg, "-b takes FILE:LINE or a function, then a comma and a condition")
    if plan.filters:
        client.request("setExceptionBreakpoints", {"filters": list(plan.filters)})
    client.request("configurationDone")
    state.waits = plan.entry is not None or not (shell.is_scripted or plan.commands)
    return shell


def _habits() -> Iterator[str]:
    """Yield the aliases of pdb's own files; what else is in them may need a program that stands still."""
    for file in (Path.home() / ".pdbrc", Path(".pdbrc")):
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        told = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
        aliases = [line for line in told if line.startswith("alias ")]
        if len(aliases) < len(told):
            say(f"of {file}, the aliases are known here, and nothing else")
        yield from aliases


def _console(plan: Plan, client: DapClient, state: State, keyboard: Keyboard | None) -> Console:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return PlainConsole(plan.commands)
    # Every command of hatchway imports this module, and prompt_toolkit takes a sixth of that time.
    from hatchway.terminal.pdb.prompting import PromptConsole  # noqa: PLC0415

    return PromptConsole(plan.commands, lambda text, place: complete(client, state, text, place), keyboard)
