"""A Dockerfile as instructions with their places, its stages, and what is wrong with it."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

INSTRUCTIONS = frozenset(
    {
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
        *("MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    }
)
_HEREDOC = re.compile(r"<<-?(['\"]?)([A-Za-z_]\w*)\1")
_TAKES_HEREDOC = ("RUN", "COPY", "ADD")
_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(.*?)\s*$")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; the lines that an escape joins are one."""

    name: str
    """In capitals."""
    value: str
    """All that follows, without flags and comments, on one line."""
    line: int
    last: int
    """The first and the last line of it, from 1."""
    flags: Mapping[str, str] = field(default_factory=dict)
    """`--from=wheels` is `{"from": "wheels"}`; of several `--mount`, the last."""
    heredocs: tuple[str, ...] = ()

    @property
    def form(self) -> tuple[str, ...] | None:
        """The words of its exec form; None if it is in shell form."""
        if not self.value.startswith("["):
            return None
        try:
            words = json.loads(self.value)
        except ValueError:
            return None
        is_form = isinstance(words, list) and all(isinstance(word, str) for word in words)
        return tuple(words) if is_form else None

    @property
    def words(self) -> tuple[str, ...]:
        """Its words, whichever form it is in."""
        return self.form if self.form is not None else split(self.value)


@dataclass(frozen=True, slots=True)
class Stage:
    """One `FROM` and what follows it."""

    image: str
    """With the defaults of `ARG` put in."""
    name: str
    line: int
    instructions: tuple[Instruction, ...]
    """Without the `FROM`."""

    def last(self, name: str) -> Instruction | None:
        """Return the last instruction of a name, which is the one that counts."""
        return next((one for one in reversed(self.instructions) if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the file itself."""

    message: str
    line: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """All of a file."""

    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    faults: tuple[Fault, ...]


def parse(text: str) -> Parsed:
    """Read a Dockerfile; never raises: what cannot be read is a fault."""
    lines = text.removeprefix("\ufeff").splitlines()
    faults: list[Fault] = []
    instructions = tuple(_instructions(lines, _escape_of(lines), faults))
    known = (one for one in instructions if one.name in INSTRUCTIONS)
    first = next((one for one in known if one.name != "ARG"), None)
    if not faults and first is None:
        faults.append(Fault("it has no FROM", 1))
    elif not faults and first is not None and first.name != "FROM":
        faults.append(Fault(f"{first.name} comes before FROM", first.line))
    return Parsed(instructions, tuple(_stages(instructions)), tuple(faults))


def split(text: str) -> tuple[str, ...]:
    """Return the words of a shell command, as well as they can be told."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Put variables in: `$NAME`, `${NAME}`, `${NAME:-default}`; what is unknown stays as it is."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        if found[2] == "+":
            return found[3] if variables.get(name) else ""
        if variables.get(name):
            return variables[name]
        return found[3] if found[2] == "-" else found[0]

    return _VARIABLE.sub(value, text)


def _escape_of(lines: list[str]) -> str:
    for line in lines:
        found = _DIRECTIVE.match(line.strip())
        if not found:
            break
        if found[1].lower() == "escape" and found[2] in ("\\", "`"):
            return found[2]
    return "\\"


def _instructions(lines: list[str], escape: str, faults: list[Fault]) -> Iterator[Instruction]:
    number = 0
    while number < len(lines):
        if not lines[number].strip() or lines[number].lstrip().startswith("#"):
            number += 1
            continue
        first = number
        parts: list[str] = []
        while number < len(lines):
            line = lines[number].strip()
            number += 1
            if parts and (not line or line.startswith("#")):
                continue
            goes_on = line.endswith(escape)
            parts.append(line[:-1].rstrip() if goes_on else line)
            if not goes_on:
                break
        name, _, value = " ".join(parts).strip().partition(" ")
        name, value = name.upper(), value.strip()
        if name not in INSTRUCTIONS:
            faults.append(Fault(f"`{name[:40]}` is no instruction of a Dockerfile", first + 1))
        heredocs = []
        for _, word in _HEREDOC.findall(value) if name in _TAKES_HEREDOC else ():
            body, number = _heredoc(lines, number, word)
            if number > len(lines):
                faults.append(Fault(f"the text that `<<{word}` begins has no end", first + 1))
            heredocs.append(body)
        flags, value = _flags(value)
        last = min(number, len(lines))
        yield Instruction(name, value, first + 1, last, flags, tuple(heredocs))


def _heredoc(lines: list[str], number: int, word: str) -> tuple[str, int]:
    """Return the text up to the line that is the word, and the number of the line behind it."""
    end = next((at for at in range(number, len(lines)) if lines[at].lstrip("\t") == word), len(lines))
    return "\n".join(lines[number:end]), end + 1


def _flags(value: str) -> tuple[dict[str, str], str]:
    flags: dict[str, str] = {}
    while found := re.match(r"--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)", value):
        # `RUN --mount` may be said again and again.
        flags[found[1]] = " ".join(filter(None, (flags.get(found[1]), found[2])))
        value = value[found.end() :]
    return flags, value


def _stages(instructions: tuple[Instruction, ...]) -> Iterator[Stage]:
    starts = [number for number, one in enumerate(instructions) if one.name == "FROM"]
    defaults: dict[str, str] = {}
    for one in instructions[: starts[0]] if starts else ():
        name, _, value = one.value.partition("=")
        defaults[name] = value.strip("'\"")
    for start, end in pairwise([*starts, len(instructions)]):
        words = instructions[start].value.split()
        is_named = len(words) > len(("image", "AS")) and words[1].upper() == "AS"
        image = expand(words[0], defaults) if words else ""
        name = words[2] if is_named else ""
        yield Stage(image, name, instructions[start].line, instructions[start + 1 : end])
