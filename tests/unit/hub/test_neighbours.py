"""The owner of a loopback connection is read from the kernel's own table."""

import os
import socket
import subprocess
import sys

import pytest

from hatchway.hub.neighbours import is_ours

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux names a socket's owner")
as_root = pytest.mark.skipif(
    os.name != "posix" or os.getuid() != 0, reason="only root can become another user"
)


@linux
def test_our_own_connection_is_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())
        accepted, peer = server.accept()
        with accepted:
            assert is_ours(peer, server.getsockname())


@linux
def test_a_connection_in_no_table_is_nobodys() -> None:
    assert not is_ours(("127.0.0.1", 1), ("127.0.0.1", 2))


@linux
@as_root
def test_a_connection_of_another_user_is_not_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        dial = f"import socket, sys; s = socket.create_connection(('127.0.0.1', {port})); sys.stdin.read()"
        stranger = subprocess.Popen(
            ["/usr/bin/env", "python3", "-c", dial], stdin=subprocess.PIPE, user=65534
        )
        try:
            server.settimeout(20)
            accepted, peer = server.accept()
            with accepted:
                assert not is_ours(peer, server.getsockname())
        finally:
            stranger.communicate()
