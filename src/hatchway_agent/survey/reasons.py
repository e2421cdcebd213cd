"""Why a Python process has no beacon, as far as can be seen from outside: facts in, reason out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PYTHON = re.compile(r"python([0-9][0-9.]*)?[a-z-]*")
_OTHERS = re.compile(r"(pypy|graalpy|micropython)[0-9.]*")
_UWSGI = re.compile(r"(py)?uwsgi[\w.-]*")
_OLDEST = (3, 10)
_TAKES_VALUE = "WX"
_BEGINS_PROGRAM = "cm"
_FALSE = ("false", "off", "no", "0")
_NEEDED = ("PYTHONPATH", "HATCHWAY_RUN")
_FORK_HOOKS = "py-call-uwsgi-fork-hooks"

ENVIRON = frozenset({"HATCHWAY_RUN", "PYTHONPATH", "UWSGI_INI", "UWSGI_PY_CALL_UWSGI_FORK_HOOKS"})
"""The variables that tell something."""


class Cause(str, Enum):
    """What came between a Python process and us."""

    IMPLEMENTATION = "implementation"
    OLD = "old"
    NO_SITE = "no-site"
    ISOLATED = "isolated"
    USER = "user"
    CLEARED = "cleared"
    REPLACED = "replaced"
    HIDDEN = "hidden"
    OPTION = "option"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        """Print as the word itself."""
        return self.value


@dataclass(frozen=True)
class Facts:
    """What can be seen of a process from outside."""

    program: str
    """The base name of the file that it executes."""
    argv: tuple[str, ...] = ()
    """Its command line; empty if it has written a title over it."""
    environ: Mapping[str, str] | None = None
    """Of the variables in `ENVIRON`, those it was started with; None where nobody may see them."""
    has_ours: bool = False
    """Its `PYTHONPATH` leads to our `sitecustomize`."""
    hiding: str = ""
    """The `sitecustomize` that is found there before ours."""
    options: tuple[tuple[str, str], ...] = ()
    """uWSGI's, from its command line and its ini files, in their order."""
    forked: bool = False
    """Its parent runs the same program, and has a beacon."""
    is_shut_out: bool = False
    """It runs as a user who may not write to the rendezvous directory."""


@dataclass(frozen=True)
class Reason:
    """A cause and what exactly it is: the flag, the file, the option, the version."""

    cause: Cause
    detail: str = ""


def is_python(program: str) -> bool:
    """Tell whether a program of this name is Python, or has it embedded."""
    return any(kind.fullmatch(program) for kind in (_PYTHON, _OTHERS, _UWSGI))


def is_embedding(program: str) -> bool:
    """Tell whether a program of this name has Python embedded, and options of its own."""
    return _UWSGI.fullmatch(program) is not None


def reason_of(facts: Facts) -> Reason:
    """Say why the process has no beacon; what is certain goes before what is likely."""
    return next(_reasons(facts), Reason(Cause.UNKNOWN))


def _reasons(facts: Facts) -> Iterator[Reason]:
    if _OTHERS.fullmatch(facts.program):
        yield Reason(Cause.IMPLEMENTATION, facts.program)
    if (version := _version_of(facts.program)) and version < _OLDEST:
        yield Reason(Cause.OLD, ".".join(map(str, version)))
    if is_embedding(facts.program):
        yield from _reasons_of_options(facts)
    else:
        yield from _reasons_of_flags(facts.argv)
    if facts.is_shut_out:
        yield Reason(Cause.USER)
    if facts.environ is not None:
        yield from _reasons_of_environ(facts, facts.environ)


def _version_of(program: str) -> tuple[int, ...]:
    """Return the version that a name such as `python3.9` tells; empty if it tells none or not all."""
    found = re.fullmatch(r"python(\d+)\.(\d+)[a-z-]*", program)
    return (int(found[1]), int(found[2])) if found else ()


def _reasons_of_flags(argv: tuple[str, ...]) -> Iterator[Reason]:
    flags = set(_flags_of(argv))
    # -S switches a .pth off, too: it is named before those that a .pth gets round.
    for flag in "SIE":
        if flag in flags:
            yield Reason(Cause.NO_SITE if flag == "S" else Cause.ISOLATED, f"-{flag}")


def _flags_of(argv: tuple[str, ...]) -> Iterator[str]:
    """Yield the interpreter's own one-letter options, before those of the program it runs."""
    words = iter(argv[1:])
    for word in words:
        if word == "--check-hash-based-pycs":
            next(words, None)
        elif word.startswith("-") and word not in ("-", "--"):
            for number, letter in enumerate(word[1:], start=2):
                if letter in _BEGINS_PROGRAM:
                    return
                yield letter
                if letter in _TAKES_VALUE:
                    if not word[number:]:
                        next(words, None)
                    break
        else:
            return


def _reasons_of_environ(facts: Facts, environ: Mapping[str, str]) -> Iterator[Reason]:
    if not environ.get("HATCHWAY_RUN"):
        yield Reason(Cause.CLEARED)
    elif not facts.has_ours:
        yield Reason(Cause.REPLACED, environ.get("PYTHONPATH", ""))
    elif facts.hiding:
        yield Reason(Cause.HIDDEN, facts.hiding)


def _reasons_of_options(facts: Facts) -> Iterator[Reason]:
    """Yield what uWSGI was told that defeats us; the last word on an option counts, and ini wins over us."""
    said = dict(facts.options)
    if facts.forked:
        hooks = said.get(_FORK_HOOKS, (facts.environ or {}).get("UWSGI_PY_CALL_UWSGI_FORK_HOOKS", "true"))
        if hooks.lower() in _FALSE:
            yield Reason(Cause.OPTION, f"{_FORK_HOOKS} = {hooks}")
        return
    for name, value in facts.options:
        if name in ("env", "unenv") and value.partition("=")[0].strip() in _NEEDED:
            yield Reason(Cause.OPTION, f"{name} = {value}")
    if said.get("no-site", "false").lower() not in _FALSE:
        yield Reason(Cause.OPTION, "no-site = true")
