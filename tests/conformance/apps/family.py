"""The conformance suite's application in child processes: `python family.py HOW PORT`.

HOW is a start method of multiprocessing, `subprocess`, or `pool`: then a parent that serves has a pool work.
"""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from answering import server
from leftovers import traces

VERSION = "0"
CHILDREN = int(os.environ.get("CHILDREN", "2"))
LOADED = True  # stop: import


def who(name: str) -> dict[str, Any]:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return {"greeting": greeting, "pid": os.getpid(), "version": VERSION}  # stop: who


def version() -> dict[str, Any]:
    """Answer which text of this file runs, and where."""
    return {"pid": os.getpid(), "version": VERSION}


ANSWERS: dict[str, Callable[..., Any]] = {"who": who, "version": version, "traces": traces}


def answer(route: str, *rest: str) -> Any:
    """Answer one request here."""
    return ANSWERS[route](*rest)


def serve(listener: socket.socket, answer: Callable[..., Any] = answer) -> None:
    """Serve on a socket that other processes serve on too."""
    serving = server(answer, ("127.0.0.1", 0), binds=False)
    serving.socket.close()
    serving.socket = listener
    serving.serve_forever()


def serve_by_pool(listener: socket.socket) -> None:
    """Serve here, and have a pool of processes do the work."""
    with ProcessPoolExecutor(CHILDREN, multiprocessing.get_context("spawn")) as pool:
        serve(listener, lambda *words: pool.submit(answer, *words).result())


def main(how: str, port: int) -> None:
    """Start the children and wait for them."""
    if how == "serve":
        serve(socket.socket(fileno=port))
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    if how == "pool":
        serve_by_pool(listener)
    elif how == "subprocess":
        argv = [sys.executable, __file__, "serve", str(listener.fileno())]
        children = [subprocess.Popen(argv, pass_fds=[listener.fileno()]) for _ in range(CHILDREN)]
        try:
            for child in children:
                child.wait()
        finally:
            for child in children:
                child.terminate()
    else:
        context: Any = multiprocessing.get_context(how)
        processes = [context.Process(target=serve, args=(listener,), daemon=True) for _ in range(CHILDREN)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
