"""The applications of examples/, as their case.toml tells of them."""

import contextlib
import json
import struct
import time
import tomllib
import urllib.request
import zlib
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import IncompleteRead
from pathlib import Path
from typing import Any

from e2e.running import Editor

from hatchway.terminal.case import Case, load_case
from hatchway.terminal.client import RequestError

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(file.parent.name for file in EXAMPLES.glob("*/case.toml"))
GROUPS = {"geoip": "geoip", "segmentation": "segmentation", "uwsgi": "uwsgi"}
"""The environments of the examples that need more than requirements/apps.txt."""
PATIENCE = 30.0
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Edit:
    """What is changed in a source while it runs, and what is seen of it then."""

    environ: dict[str, str]
    """What makes the server look for changes."""
    source: Path
    text: str
    becomes: str
    value: str
    answer: Any

    def make(self) -> None:
        """Change the source in one piece, as editors do."""
        text = self.source.read_text()
        assert text.count(self.text) == 1, self.text
        changed = self.source.with_suffix(".new")
        changed.write_text(text.replace(self.text, self.becomes))
        changed.replace(self.source)


@dataclass(frozen=True)
class Example:
    """One example in a folder where it may be changed."""

    case: Case
    edit: Edit
    service: str
    """The service of the compose project that answers the case's request."""
    port: str
    """The variable that says where it is published."""


def load_example(folder: Path) -> Example:
    """Read what the case.toml says beyond what the demo needs."""
    told = tomllib.loads((folder / "case.toml").read_text())
    edit = told["edit"]
    return Example(
        case=load_case(folder),
        edit=Edit(source=folder / edit.pop("file"), **edit),
        **told["compose"],
    )


def debug_and_edit(example: Example, hub: int, base: str) -> None:
    """Stop, read the local, edit the source, request again, see the edit, continue."""
    case, edit = example.case, example.edit
    for exchange in case.prepare:
        exchange.send(base)
    with Editor(hub) as editor, ThreadPoolExecutor(1) as crowd:
        editor.armed(case.source, case.line)

        def ask(look: Callable[[str], None]) -> Any:
            answer = crowd.submit(case.request.send, base)
            thread = editor.stopped(timeout=PATIENCE)
            frame = editor.top(thread)
            seen = (frame["source"]["path"], frame["line"], frame["name"])
            assert seen == (str(case.source), case.line, case.function)
            look(editor.locals_of(frame)[1][case.local])
            editor.resume(thread)
            return read(answer.result(PATIENCE))

        def ask_again(look: Callable[[str], None]) -> Any:
            # The reload may take away the process that has just stopped, or that is answering.
            with contextlib.suppress(RequestError, ConnectionError, IncompleteRead):
                return ask(look)
            return case.request.answer

        def look_and_edit(value: str) -> None:
            assert value == case.value
            edit.make()

        values: list[str] = []
        assert ask(look_and_edit) == case.request.answer, "what was paused goes on with what was loaded"
        deadline = time.monotonic() + PATIENCE
        while (answer := ask_again(values.append)) == case.request.answer:
            assert time.monotonic() < deadline, "the edit was never seen"
            edit.source.touch()  # a reloader that has just begun takes an edit for what was there
            time.sleep(0.1)
        assert (values[-1], answer) == (edit.value, edit.answer)
        editor.request("disconnect")
    assert read(case.request.send(base)) == edit.answer, "and nobody stops any more"


def read(body: bytes) -> Any:
    """Return the JSON of an answer, or the size of a picture and which numbers its pixels have."""
    return read_png(body) if body.startswith(SIGNATURE) else json.loads(body)


def read_png(body: bytes) -> dict[str, list[int]]:
    """Look at a PNG of eight bits a pixel, with a palette, whose rows are as they are."""
    chunks, at = defaultdict(bytes), len(SIGNATURE)
    while at < len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        chunks[kind] += body[at + 8 : at + 8 + length]
        at += length + 12
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 3, 0, 0, 0], form
    pixels = zlib.decompress(chunks[b"IDAT"])
    rows = [pixels[start : start + width + 1] for start in range(0, height * (width + 1), width + 1)]
    assert {row[0] for row in rows} == {0}, "no row is told as a difference from another"
    return {"size": [width, height], "pixels": sorted({pixel for row in rows for pixel in row[1:]})}


def wait_until_healthy(base: str) -> None:
    """Wait until the service says so: a port is open before anybody answers there."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{base}/health", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, f"{base}/health is not served"
            time.sleep(0.05)
