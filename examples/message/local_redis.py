"""A Redis for a machine that has none: a child process that ends with the service that started it.

The child waits for the end of its standard input. The other end of that pipe is held by the service
(under gunicorn: by the arbiter and its workers) and by nobody else, so the child goes when the last of
them has gone, however that came about. What it kept is gone with it: this is a store for a demonstration.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

_children: list[subprocess.Popen[bytes]] = []  # held: nobody waits for them, they end with us


def ensure() -> str:
    """Start a local Redis unless one is configured; say which one is used."""
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"], os.environ["REDIS_STORE"] = _start()
    return os.environ.get("REDIS_STORE", "the configured Redis")


def _start() -> tuple[str, str]:
    lifeline, our_end = os.pipe()
    answer, its_end = os.pipe()
    command = [sys.executable, __file__]
    # A session of its own: Ctrl-C is for the service, which may still need its store to end well.
    child = subprocess.Popen(command, stdin=lifeline, stdout=its_end, start_new_session=True)  # noqa: S603 - ourselves
    os.close(lifeline)
    os.close(its_end)
    # Kept over an exec of this very process too: that is how gunicorn upgrades itself (USR2).
    os.set_inheritable(our_end, True)  # noqa: FBT003 - takes no keywords
    _children.append(child)
    with os.fdopen(answer, encoding="utf-8") as lines:
        url, _, name = lines.readline().strip().partition(" ")
    if not url:
        message = "no Redis: set REDIS_URL, or install redis-server, or `pip install fakeredis`"
        raise RuntimeError(message)
    return url, name


def _serve() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what is below is cleared away
    server = shutil.which("redis-server")
    if server is None:
        _serve_fake_redis()
    else:
        _serve_redis(server)


def _serve_redis(server: str) -> None:
    with tempfile.TemporaryDirectory(prefix="message-redis-") as folder:
        socket = Path(folder, "redis.sock")  # rather than a port: the folder is this user's alone
        command = f"{server} --port 0 --unixsocket {socket} --dir {folder} --save '' --loglevel warning"
        with subprocess.Popen(shlex.split(command), stdin=subprocess.DEVNULL, stdout=sys.stderr) as redis:  # noqa: S603
            try:
                while not socket.exists() and redis.poll() is None:
                    time.sleep(0.01)
                if redis.poll() is None:
                    _announce(f"unix://{socket}", f"a local redis-server (pid {redis.pid}), in memory only")
                    sys.stdin.read()
            finally:
                redis.terminate()


def _serve_fake_redis() -> None:
    from fakeredis import TcpFakeServer  # noqa: PLC0415 - needed only where there is no redis-server

    server = TcpFakeServer(("127.0.0.1", 0))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    name = f"an embedded fakeredis (pid {os.getpid()}), in memory only"
    _announce(f"redis://127.0.0.1:{server.server_address[1]}", name)
    sys.stdin.read()


def _announce(url: str, name: str) -> None:
    print(url, name, flush=True)  # noqa: T201 - our answer to `_start`


if __name__ == "__main__":
    _serve()
