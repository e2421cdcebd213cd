"""The commands of a README, run as they stand there, and what they are said to print.

In a block marked `console` a line that begins with `$ ` is a command; the lines below it must come, in this
order, among what it prints, where `...` stands for anything. `^C` at the end is what ends the command.
"""

import os
import re
import shlex
import signal
import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e.running import Running

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
    # A session of its own, as in a terminal of its own: Ctrl-C is for all that was started there.
    argv = ["setsid", "bash", "-c", f"exec {command.text}"]
    with Running(argv, folder, **environ) as running:
        for wanted in command.printed:
            running.line(f"{_pattern(wanted)}\\s*$", PATIENCE)
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.process.wait(PATIENCE) in (0, 130), shlex.join(argv) + "\n" + "\n".join(running.lines)


def _pattern(wanted: str) -> str:
    """Return what matches a line: numbers after 127.0.0.1 and in brackets are of that run."""
    escaped = ".*".join(map(re.escape, wanted.split("...")))
    return re.sub(r"(127\\\.0\\\.0\\\.1:)\d+", r"\1\\d+", escaped)
