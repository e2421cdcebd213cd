"""Whose fault a broken message is: ours (local) or the peer's (remote)."""

from hatchway.errors import HatchwayError


class ProtocolError(HatchwayError):
    """What was said is not the Debug Adapter Protocol."""


class LocalProtocolError(ProtocolError):
    """We were about to send what no peer could read: a mistake in our own code."""


class RemoteProtocolError(ProtocolError):
    """The peer sent what we cannot read."""

    def __init__(self, message: str, *, usable: bool, hint: str = "") -> None:
        """Say what is wrong; `usable` tells whether the stream may be read on behind it."""
        super().__init__(message, hint)
        self.usable = usable
