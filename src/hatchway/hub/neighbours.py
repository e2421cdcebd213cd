"""Who is at the other end of a loopback connection: the port is the user's alone."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def is_ours(peer: tuple[str, int], here: tuple[str, int]) -> bool:
    """Tell whether the process at `peer`, connected to us at `here`, is the user's own (or root's).

    Linux names the owner of each socket in /proc/net/tcp; where there is no such table, loopback alone
    protects.
    A peer in no table lives in another network namespace: nobody we know.
    """
    if not sys.platform.startswith("linux"):
        return True
    return any(uid in (0, os.getuid()) for uid in _owners(peer, here))


def _owners(peer: tuple[str, int], here: tuple[str, int]) -> Iterator[int]:
    wanted = (_spelled(peer), _spelled(here))
    for table in _TABLES:
        try:
            lines = table.read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            _, local, remote, *rest = line.split()
            # An IPv4 address in the IPv6 table is mapped: the same eight digits at its end.
            if (local[-13:], remote[-13:]) == wanted:
                yield int(rest[4])


def _spelled(address: tuple[str, int]) -> str:
    """Return an IPv4 address as the kernel's table spells it: the bytes as one host-order word."""
    word = int.from_bytes(socket.inet_aton(address[0]), sys.byteorder)
    return f"{word:08X}:{address[1]:04X}"
