"""Tunnels: a command's pipes, whatever the command does, and the pair in memory."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from hatchway.errors import HatchwayError
from hatchway.tunnel import CommandTunnel, Tunnel, TunnelError, memory_pair


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 15))


def python(program: str, **options: Any) -> CommandTunnel:
    return CommandTunnel([sys.executable, "-I", "-S", "-u", "-c", program], **options)


async def receive(tunnel: Tunnel, length: int) -> bytes:
    data = b""
    while len(data) < length and (part := await tunnel.receive_some()):
        data += part
    return data


DEAF = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); signal.pause()"


def test_megabytes_go_through_a_command_and_back() -> None:
    async def test() -> None:
        tunnel = CommandTunnel(["cat"])
        payload = os.urandom(1 << 20) * 3
        sending = asyncio.create_task(tunnel.send_all(payload))
        assert await receive(tunnel, len(payload)) == payload
        await sending
        await tunnel.aclose()
        assert tunnel.exit_code == 0

    run(test())


def test_a_command_that_ends_is_an_end_and_tells_why() -> None:
    async def test() -> None:
        tunnel = python("import sys; print('bye'); sys.stderr.write('no such container\\n'); sys.exit(126)")
        assert await receive(tunnel, 100) == b"bye\n"
        assert await tunnel.receive_some() == b""
        assert await tunnel.wait_ended() == (126, "no such container")
        await tunnel.aclose()
        assert tunnel.exit_code == 126

    run(test())


def test_sending_to_a_command_that_has_ended_is_an_error_with_its_words() -> None:
    async def test() -> None:
        tunnel = python("import sys; sys.stderr.write('is paused'); sys.exit(3)")
        await tunnel.wait_ended()
        with pytest.raises(TunnelError, match="has ended with exit code 3") as caught:
            await tunnel.send_all(b"x" * (1 << 20))
        assert caught.value.hint == "is paused"
        await tunnel.aclose()

    run(test())


def test_of_much_stderr_the_last_is_kept() -> None:
    async def test() -> None:
        tunnel = python("import sys; sys.stderr.write('x' * 3_000_000 + 'the end'); print('said')")
        assert await receive(tunnel, 5) == b"said\n"
        _, tail = await tunnel.wait_ended()
        assert tail.endswith("xthe end")
        assert len(tail) <= 4096
        await tunnel.aclose()

    run(test())


def test_a_command_that_does_not_exist_is_an_error_with_a_hint() -> None:
    async def test() -> None:
        tunnel = CommandTunnel(["/nowhere/docker"])
        with pytest.raises(HatchwayError, match="/nowhere/docker cannot be started: No such file") as caught:
            await tunnel.receive_some()
        assert "installed" in caught.value.hint
        await tunnel.aclose()

    run(test())


def test_closing_ends_a_command_by_the_end_of_its_input() -> None:
    async def test() -> None:
        tunnel = CommandTunnel(["cat"], patience=20)
        await tunnel.send_all(b"hello")
        assert await receive(tunnel, 5) == b"hello"
        await tunnel.aclose()
        assert tunnel.exit_code == 0
        assert await tunnel.receive_some() == b""
        with pytest.raises(TunnelError):
            await tunnel.send_all(b"too late")
        await tunnel.aclose()

    run(test())


def test_closing_ends_a_command_that_waits_to_be_read() -> None:
    async def test() -> None:
        tunnel = python("import sys; sys.stdout.write('x' * 10_000_000); sys.stdin.read()", patience=20)
        assert await tunnel.receive_some()
        await tunnel.aclose()
        assert tunnel.exit_code == 0

    run(test())


def test_closing_terminates_a_command_that_does_not_heed_its_input() -> None:
    async def test() -> None:
        tunnel = python("import signal; print('up'); signal.pause()", patience=0.1)
        assert await receive(tunnel, 3) == b"up\n"
        await tunnel.aclose()
        assert tunnel.exit_code == -signal.SIGTERM

    run(test())


def test_closing_kills_a_command_that_heeds_nothing() -> None:
    async def test() -> None:
        tunnel = python(DEAF, patience=0.1)
        assert await receive(tunnel, 3) == b"up\n"
        await tunnel.aclose()
        assert tunnel.exit_code == -signal.SIGKILL

    run(test())


def test_a_cancelled_close_leaves_nothing_running() -> None:
    async def test() -> None:
        tunnel = python(DEAF, patience=20)
        assert await receive(tunnel, 3) == b"up\n"
        closing = asyncio.create_task(tunnel.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        code, _ = await tunnel.wait_ended()
        assert code == -signal.SIGKILL

    run(test())


def test_closing_does_not_wait_for_what_the_command_left_behind(tmp_path: Path) -> None:
    async def test() -> None:
        pid_file = tmp_path / "pid"
        tunnel = CommandTunnel(["sh", "-c", f"sleep 60 & echo $! > {pid_file}; echo up"], patience=20)
        assert await receive(tunnel, 3) == b"up\n"
        try:
            await tunnel.aclose()
            assert tunnel.exit_code == 0
        finally:
            os.kill(int(pid_file.read_text()), signal.SIGKILL)

    run(test())


def test_closing_wakes_who_is_receiving() -> None:
    async def test() -> None:
        tunnel = CommandTunnel(["cat"])
        await tunnel.send_all(b"x")
        assert await tunnel.receive_some() == b"x"
        receiving = asyncio.create_task(tunnel.receive_some())
        await asyncio.sleep(0)
        await tunnel.aclose()
        assert await receiving == b""

    run(test())


def test_a_tunnel_that_was_never_used_starts_nothing() -> None:
    async def test() -> None:
        tunnel = CommandTunnel(["/nowhere"])
        await tunnel.aclose()
        assert await tunnel.receive_some() == b""
        with pytest.raises(TunnelError):
            await tunnel.send_all(b"x")
        assert tunnel.exit_code is None

    run(test())


def test_ctrl_c_in_the_terminal_does_not_reach_the_command() -> None:
    async def test() -> None:
        tunnel = python("import os; print(os.getpgid(0) == os.getpid())")
        assert await receive(tunnel, 5) == b"True\n"
        await tunnel.aclose()

    run(test())


def test_a_pair_in_memory_carries_both_ways() -> None:
    async def test() -> None:
        one, other = memory_pair()
        await one.send_all(b"to ")
        await one.send_all(b"you")
        await other.send_all(b"to me")
        assert await other.receive_some() == b"to you"
        assert await one.receive_some() == b"to me"

    run(test())


def test_a_pair_in_memory_can_be_read_to_the_end_after_a_close() -> None:
    async def test() -> None:
        one, other = memory_pair()
        await one.send_all(b"last words")
        await one.aclose()
        assert await other.receive_some() == b"last words"
        assert await other.receive_some() == b""
        assert await one.receive_some() == b""
        for end in (one, other):
            with pytest.raises(TunnelError, match="closed"):
                await end.send_all(b"x")
        await other.aclose()

    run(test())


def test_a_pair_in_memory_wakes_who_waits() -> None:
    async def test() -> None:
        one, other = memory_pair()
        waiting = asyncio.create_task(other.receive_some())
        await asyncio.sleep(0)
        await one.send_all(b"news")
        assert await waiting == b"news"
        waiting = asyncio.create_task(other.receive_some())
        await asyncio.sleep(0)
        await one.aclose()
        assert await waiting == b""

    run(test())


@pytest.mark.parametrize("moments", range(4))
def test_a_close_that_is_cancelled_just_as_the_command_ends_is_cancelled(moments: int) -> None:
    async def test() -> None:
        tunnel = CommandTunnel(["cat"])
        await tunnel.send_all(b"x")
        assert await tunnel.receive_some() == b"x"
        closing = asyncio.create_task(tunnel.aclose())
        for _ in range(3):  # it has closed stdin, and waits for the end
            await asyncio.sleep(0)
        tunnel._has_exited.set()
        for _ in range(moments):
            await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await tunnel._process.wait()

    run(test())
