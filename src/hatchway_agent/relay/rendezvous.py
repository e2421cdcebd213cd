"""The relay's own files in the rendezvous directory: its socket, and the session file newborns look for."""

from __future__ import annotations

import json
import os
import re
import socket
import stat

from hatchway_agent import WIRE_VERSION
from hatchway_agent.survey.life import is_listening

_RELAY_SOCKET = re.compile(r"relay\.[0-9a-f]{12}\.sock")
_BACKLOG = 128
_SESSION_FILE_READ = 4096
_OTHERS = 0o077


class RendezvousError(Exception):
    """The directory cannot be used; the text says why, for a person."""


class Rendezvous:
    """Makes the relay's files and takes them away again."""

    def __init__(self, directory: str) -> None:
        """Check the directory, and sweep out what killed relays have left. Raises `RendezvousError`."""
        self.directory = directory
        self._name = f"relay.{os.urandom(6).hex()}.sock"
        self._session = f"{directory}/session.json"
        try:
            found = os.lstat(directory)
        except OSError as error:
            msg = f"{directory}: {error.strerror}"
            raise RendezvousError(msg) from error
        if not stat.S_ISDIR(found.st_mode):
            msg = f"{directory} is not a directory"
            raise RendezvousError(msg)
        self._is_private = found.st_uid == os.getuid() and not found.st_mode & _OTHERS
        self._is_announced = False
        self._sweep()

    def listen(self) -> socket.socket:
        """Return the socket where workers dial. Raises `RendezvousError`."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path = f"{self.directory}/{self._name}"
        try:
            listener.bind(path)
            # Only who owns a socket may connect to it by default, and workers may run as anybody.
            os.chmod(path, 0o600 if self._is_private else 0o666)
            listener.listen(_BACKLOG)
        except OSError as error:
            listener.close()
            msg = f"no socket can be made in {self.directory}: {error.strerror or error}"
            raise RendezvousError(msg) from error
        listener.setblocking(False)  # noqa: FBT003 - the socket module's own way
        return listener

    def announce(self, token: str, *, wait: bool) -> None:
        """Tell newborn processes where to dial. Raises `RendezvousError`, also if another relay does."""
        other = self._announced_by()
        if other not in (None, self._name):
            msg = f"another hub has a session in {self.directory} ({other})"
            raise RendezvousError(msg)
        content = {"wire": WIRE_VERSION, "token": token, "relay": self._name, "wait": wait}
        made = f"{self._session}.{self._name}"
        mode = 0o600 if self._is_private else 0o644
        try:
            file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
            try:
                os.fchmod(file, mode)  # whatever our umask is
                os.write(file, json.dumps(content).encode())
            finally:
                os.close(file)
            os.rename(made, self._session)
        except OSError as error:
            _remove(made)
            msg = f"the session cannot be announced in {self.directory}: {error.strerror}"
            raise RendezvousError(msg) from error
        self._is_announced = True

    def ring_line(self, token: str) -> bytes:
        """Return what to send to a doorbell."""
        return json.dumps({"token": token, "relay": self._name, "verb": "attach"}).encode() + b"\n"

    def withdraw(self) -> None:
        """Take the announcement back, if it is ours."""
        if self._is_announced and self._announced_by() == self._name:
            _remove(self._session)
        self._is_announced = False

    def close(self) -> None:
        """Remove all our files."""
        self.withdraw()
        _remove(f"{self.directory}/{self._name}")

    def changed_at(self) -> int:
        """Return when a file last came or went, in nanoseconds."""
        try:
            return os.stat(self.directory).st_mtime_ns
        except OSError:
            return 0

    def _announced_by(self) -> str | None:
        """Return the name of the relay whose session is announced, if it still listens."""
        try:
            file = os.open(self._session, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            said = json.loads(os.read(file, _SESSION_FILE_READ))
            name = said["relay"]
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        finally:
            os.close(file)
        if not isinstance(name, str) or not _RELAY_SOCKET.fullmatch(name):
            return None
        return name if name == self._name or is_listening(f"{self.directory}/{name}") else None

    def _sweep(self) -> None:
        if os.path.lexists(self._session) and self._announced_by() is None:
            _remove(self._session)
        try:
            names = os.listdir(self.directory)
        except OSError as error:
            msg = f"{self.directory} cannot be read: {error.strerror}"
            raise RendezvousError(msg) from error
        for name in names:
            if _RELAY_SOCKET.fullmatch(name) and not is_listening(f"{self.directory}/{name}"):
                _remove(f"{self.directory}/{name}")


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
