"""What an example says of itself in its case.toml: what to run, to ask of it, where to stop."""

import secrets
import tomllib
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchway.errors import HatchwayError


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the JSON it is answered with."""

    method: str
    path: str
    answer: Any
    upload: tuple[str, Path] | None = None
    """A field of a form, and the file that it holds."""

    def send(self, base: str, timeout: float = 60.0) -> bytes:
        """Send the request to the service at `base` and return the body of its answer."""
        url = urllib.parse.urljoin(base, self.path)
        data, headers = (None, {}) if self.upload is None else _form(*self.upload)
        request = urllib.request.Request(url, data, headers, method=self.method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310 - a service of ours
            body: bytes = response.read()
            return body


@dataclass(frozen=True, slots=True)
class Case:
    """One example, ready to be run and debugged."""

    folder: Path
    title: str
    server: str
    """The server whose workers answer the request; what else the command starts never sees it."""
    command: tuple[str, ...]
    prepare: tuple[Exchange, ...]
    request: Exchange
    source: Path
    line: int
    function: str
    local: str
    value: str


def load_case(folder: Path) -> Case:
    """Read a folder's case.toml. Raises `HatchwayError` if the line to stop at is not in the source once."""
    told = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    stop = told["stop"]
    source = folder / stop["file"]
    return Case(
        folder=folder,
        title=told["title"],
        server=told["server"],
        command=tuple(told["command"]),
        prepare=tuple(_exchange(folder, exchange) for exchange in told.get("prepare", ())),
        request=_exchange(folder, told["request"]),
        source=source,
        line=_line_of(stop["text"], source),
        function=stop["function"],
        local=stop["local"],
        value=stop["value"],
    )


def _exchange(folder: Path, told: dict[str, Any]) -> Exchange:
    uploads = [(field, folder / file) for field, file in told.pop("upload", {}).items()]
    return Exchange(**told, upload=uploads[0] if uploads else None)


def _form(field: str, file: Path) -> tuple[bytes, dict[str, str]]:
    boundary = secrets.token_hex(16)
    disposition = f'form-data; name="{field}"; filename="{file.name}"'
    head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n"
    body = b"%s%s\r\n--%s--\r\n" % (head.encode(), file.read_bytes(), boundary.encode())
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def _line_of(text: str, source: Path) -> int:
    lines = source.read_text("utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if line.strip() == text]
    if len(found) != 1:
        msg = f"{source} has {len(found)} lines that read `{text}`, not one"
        raise HatchwayError(msg, "name a line of the source that is there once, in case.toml")
    return found[0]
