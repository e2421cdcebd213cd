"""Where on this host a service answers: by its processes' sockets, or by what its containers publish."""

import contextlib
import http.client
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_LISTENS = "0A"
_PATIENCE = 10.0


def addresses(processes: Sequence[Mapping[str, Any]], *, is_local: bool) -> list[str]:
    """Return the addresses on which these processes may answer, as `http://127.0.0.1:8000`."""
    if is_local:
        ports = sorted({port for one in processes for port in _listening(int(one["pid"]))})
        return [f"http://127.0.0.1:{port}" for port in ports]
    names = sorted({str(one["container"]) for one in processes})
    return list(dict.fromkeys(address for name in names for address in _published(name)))


def status(address: str, timeout: float, method: str = "GET", body: str = "") -> int:
    """Return the status of the answer to a request. Raises `OSError` if there is none, or not in HTTP.

    A body is said to be JSON if it is, else a form's.
    """
    request = urllib.request.Request(address, body.encode() or None, method=method)  # noqa: S310 - the user's own service
    if body:
        request.add_header("Content-Type", _content_type(body))
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except http.client.HTTPException as error:
        msg = f"what answers on {address} does not speak HTTP"
        raise OSError(msg) from error


def _content_type(body: str) -> str:
    try:
        json.loads(body)
    except ValueError:
        return "application/x-www-form-urlencoded"
    return "application/json"


def _published(container: str) -> Iterator[str]:
    docker = shutil.which("docker")
    if docker is None:
        return
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(  # noqa: S603 - Docker's own command
            [docker, "port", container], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        for line in done.stdout.splitlines():
            host = line.rpartition(" ")[2]
            if "/tcp" in line and not host.startswith("["):
                yield f"http://{host.replace('0.0.0.0', '127.0.0.1')}"  # noqa: S104 - what Docker says


def _listening(pid: int) -> Iterator[int]:
    """Yield the TCP ports that a process of this host listens on; none where that is not to be seen."""
    mine = set()
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                mine.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == _LISTENS and rest[5] in mine:
                    yield int(local.rpartition(":")[2], 16)
