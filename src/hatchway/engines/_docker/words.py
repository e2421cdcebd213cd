"""Reads a `docker run` as its client does, so that options can be put in: pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OPTION = re.compile(r"^ +(?:-(?P<short>\w), )?--(?P<long>[\w-]+)(?: (?P<type>\S+))?(?= {2}|$)", re.MULTILINE)
_ENGINE = {"context": "DOCKER_CONTEXT", "host": "DOCKER_HOST", "config": "DOCKER_CONFIG"}
"""Options of docker's own that say which engine is meant, each with its variable."""
_HARMLESS = ("debug", "log-level")
_INSTEAD = {
    "compose": "`hatchway up` is `docker compose up` with everything debuggable",
    **dict.fromkeys(
        ("start", "restart", "exec", "attach"), "for a container that runs: hatchway attach NAME"
    ),
}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a command, as its `--help` lists them."""

    long_of: Mapping[str, str]
    """Long names by short ones."""
    switches: frozenset[str]
    """The long names of those that take no value. One that is unknown is taken for one that does."""


@dataclass(frozen=True, slots=True)
class RunCommand:
    """A `docker run`, taken apart."""

    ahead: tuple[str, ...]
    """`docker run` and its options."""
    behind: tuple[str, ...]
    """The image and the command in it."""
    image: str
    given: Mapping[str, tuple[str, ...]]
    """The options' values, all of each, by long name."""
    engine: Mapping[str, str]
    """Variables that mean the same engine as options before `run` do."""

    def last(self, option: str) -> str:
        """Return the value that counts; empty if the option is not given."""
        return self.given.get(option, ("",))[-1]

    def is_on(self, switch: str) -> bool:
        """Tell whether a switch is set."""
        return self.last(switch).lower() in {"true", "t", "1"}

    def with_options(self, options: Sequence[str]) -> list[str]:
        """Return the command with more options; where one can be given once, these count."""
        return [*self.ahead, *options, *self.behind]


def options_of(text: str) -> Options:
    """Return the options that a `--help` of docker's lists."""
    found = list(_OPTION.finditer(text))
    return Options(
        {one["short"]: one["long"] for one in found if one["short"]},
        frozenset(one["long"] for one in found if not one["type"]),
    )


def run_command(words: Sequence[str], docker: Options, run: Options) -> RunCommand:
    """Take a `docker run` apart. Raises `UsageError` if it is none, or names no image."""
    before, at = _read(words, 1, docker)
    at += list(words[at : at + 1]) == ["container"]
    verb = words[at] if at < len(words) else ""
    if verb != "run":
        msg = f"`docker {verb}`".replace(" `", "`") + " starts no container that could be debugged"
        raise UsageError(msg, _INSTEAD.get(verb, "write: hatchway run -- docker run [options] IMAGE"))
    strange = sorted(before.keys() - _ENGINE.keys() - {*_HARMLESS})
    if strange:
        msg = f"docker's own option --{strange[0]} is not understood here"
        raise UsageError(msg, "say which engine is meant by DOCKER_HOST or `docker context use`")
    given, at = _read(words, at + 1, run)
    # What stands behind `--` is no option, whatever it looks like.
    image = at + 1 if at < len(words) and words[at] == "--" else at
    if image >= len(words):
        msg = "this `docker run` names no image"
        raise UsageError(msg, "docker run [OPTIONS] IMAGE [COMMAND...]: `docker run --help` says more")
    engine = {_ENGINE[name]: values[-1] for name, values in before.items() if name in _ENGINE}
    return RunCommand(tuple(words[:at]), tuple(words[at:]), words[image], given, engine)


def _read(words: Sequence[str], start: int, options: Options) -> tuple[dict[str, tuple[str, ...]], int]:
    """Read options up to the first word that is none; return their values, and where that word is."""
    given: dict[str, tuple[str, ...]] = {}
    at = start
    while at < len(words) and words[at].startswith("-") and words[at] not in {"-", "--"}:
        following = words[at + 1] if at + 1 < len(words) else ""
        for name, value in _pairs(words[at], options):
            if value is None:
                at += 1
            given[name] = (*given.get(name, ()), following if value is None else value)
        at += 1
    return given, at


def _pairs(word: str, options: Options) -> list[tuple[str, str | None]]:
    """Return the options in one word, each with its value; None if that is the next word."""
    if word.startswith("--"):
        name, equals, value = word[2:].partition("=")
        return [(name, value if equals else "true" if name in options.switches else None)]
    found: list[tuple[str, str | None]] = []
    for place, letter in enumerate(word[1:], 2):
        name = options.long_of.get(letter, letter)
        rest = word[place:]
        if name in options.switches and not rest.startswith("="):
            found.append((name, "true"))
            continue
        return [*found, (name, rest.removeprefix("=") if rest else None)]
    return found
