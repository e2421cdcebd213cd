"""What uWSGI runs beside its workers: a mule's program, and the spooler's tasks; and who gives them work."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

import uwsgi


def heard(message: bytes) -> str:
    """Answer a message as a mule does."""
    return message.decode()  # stop: mule


def spooled(task: dict[bytes, bytes]) -> int:
    """Do a task of the spooler's."""
    return int(uwsgi.SPOOL_OK) if task else 0  # stop: spooler


def app(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]) -> Iterable[bytes]:
    """Hand on what is asked for."""
    if environ["PATH_INFO"] == "/mule":
        uwsgi.mule_msg(b"hello mule", 1)
    if environ["PATH_INFO"] == "/spooler":
        uwsgi.spool({b"greeting": b"hello spooler"})
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"pid": os.getpid(), "version": "0"}).encode()]


uwsgi.spooler = spooled
if __name__ == "__main__":
    while True:
        heard(uwsgi.mule_get_msg())
