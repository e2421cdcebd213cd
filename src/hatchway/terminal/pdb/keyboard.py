"""The terminal's keyboard as the stdin of a program, line by line, for as long as no prompt is shown."""

import contextlib
import os
import select
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

LONGEST = 4096
"""Bytes of a line: a terminal keeps no more of one."""
PACE = 0.05
"""Seconds between two looks whether the program has read its line, while another one waits to be."""


class Keyboard:
    """Lends the terminal's lines to a program, and takes back what it has not read.

    A pipe with a name for an instant: our end of it does not block, which must not be so for the program's.
    A terminal of its own would have to be drawn through ours, and what is unread in it is not had back.
    """

    def __init__(self, terminal: int) -> None:
        """Take a file descriptor that lines are read from."""
        self._terminal = terminal
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "stdin")
            os.mkfifo(path, 0o600)
            self._unread = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            self._sending = os.open(path, os.O_WRONLY)
            self.stdin = os.open(path, os.O_RDONLY)
            """The program's end."""
        self._has_ended = False
        self._lent = threading.Event()
        self._lock = threading.Lock()
        threading.Thread(target=self._feed, name="hatchway-keyboard", daemon=True).start()

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Have what is typed be the program's for as long as the block runs."""
        self._lent.set()
        try:
            yield
        finally:
            with self._lock:
                self._lent.clear()

    def take_back(self) -> str:
        """Return what was typed and not read: it was meant for the prompt."""
        try:
            return os.read(self._unread, LONGEST).decode(errors="replace")
        except BlockingIOError:
            return ""

    def _feed(self) -> None:
        while not self._has_ended:
            self._lent.wait()
            select.select([self._terminal], [], [])
            if not self._pass_on():
                time.sleep(PACE)

    def _pass_on(self) -> bool:
        """Pass one line on, unless the one before is unread: a program takes all that there is at once."""
        with self._lock:
            if not self._lent.is_set():
                return True
            if _is_readable(self._unread):
                return False
            # Another may have read the line: then there is nothing, and a read would wait with the lock held.
            if not _is_readable(self._terminal):
                return True
            try:
                line = os.read(self._terminal, LONGEST)
            except OSError:  # the terminal is gone
                line = b""
            if line:
                os.write(self._sending, line)
            else:
                self._has_ended = True
                os.close(self._sending)
            return True


def _is_readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])
