"""The commands of a README, run as they stand there, and what they are said to print.

In a block marked `console` a line that begins with `$ ` is a command; the lines below it must come, in this
order, among what it prints, where `...` stands for anything. `^C` at the end is what ends the command.
"""

import io
import os
import re
import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pexpect
from e2e.terminal import ESCAPES

PATIENCE = 400.0
"""Seconds for a command that ends by itself: some build images."""


@dataclass(frozen=True)
class Command:
    """One command and what is said of it."""

    text: str
    printed: tuple[str, ...]
    interrupted: bool


def commands(readme: Path) -> Iterator[Command]:
    """Read the commands of a README, in their order."""
    for block in re.findall(r"^ *```console\n(.*?)^ *```$", readme.read_text(), re.MULTILINE | re.DOTALL):
        for told in re.split(r"^\$ ", textwrap.dedent(block), flags=re.MULTILINE)[1:]:
            text, *printed = re.sub(r"\\\n\s*", "", told).splitlines()
            interrupted = printed[-1:] == ["^C"]
            yield Command(
                text.partition("  #")[0].rstrip(), tuple(printed[: -1 if interrupted else None]), interrupted
            )


def run(command: Command, folder: Path, environ: Mapping[str, str]) -> None:
    """Run a command in bash. Fails with what it printed if that is not what was said."""
    if command.interrupted:
        _run_until_interrupted(command, folder, environ)
        return
    done = subprocess.run(
        ["bash", "-c", command.text],
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = f"$ {command.text}\n{done.stdout}"
    lines = iter(done.stdout.splitlines())
    for wanted in command.printed:
        assert any(re.fullmatch(_pattern(wanted), line.rstrip()) for line in lines), (
            f"no {wanted!r} in:\n{said}"
        )
    assert done.returncode == 0 or any("curl: (" in line for line in command.printed), said


def _run_until_interrupted(command: Command, folder: Path, environ: Mapping[str, str]) -> None:
    # A terminal, as people have it: Ctrl-C there is for all that was started. With a pipe in its place
    # Docker's client tells Compose, too, which takes that for the second Ctrl-C and kills the containers.
    said = io.StringIO()
    with pexpect.spawn(
        "bash",
        ["-c", f"exec {command.text}"],
        cwd=str(folder),
        env={**os.environ, **environ, "TERM": "xterm"},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(40, 80),
    ) as child:
        child.logfile_read = said
        for wanted in command.printed:
            while not re.search(rf"{_pattern(wanted)}\s*$", ESCAPES.sub("", said.getvalue()), re.MULTILINE):
                child.expect("\n")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.wait()
    assert child.exitstatus in (0, 130), f"$ {command.text}\n{said.getvalue()}"


def _pattern(wanted: str) -> str:
    """Return what matches a line: numbers after 127.0.0.1 and in brackets are of that run."""
    escaped = ".*".join(map(re.escape, wanted.split("...")))
    return re.sub(r"(127\\\.0\\\.0\\\.1:)\d+", r"\1\\d+", escaped)
