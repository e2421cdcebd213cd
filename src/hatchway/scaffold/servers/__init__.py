"""One file per app server, each exposing SERVER: what its command line says of application and address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hatchway.scaffold.code import Code


@dataclass(frozen=True, slots=True)
class Run:
    """What a command starts, as its words say it."""

    server: str = ""
    module: str = ""
    attribute: str = ""
    is_factory: bool = False
    file: str = ""
    """A script that is run, instead of a module, as seen from the folder."""
    chdir: str = ""
    """Where the server goes before it imports anything, as seen from where it starts."""
    port: int | None = None
    has_own_port: bool = True
    """The port is one of its words, and not of its configuration."""
    config: str = ""
    flags: tuple[str, ...] = ()
    is_development: bool = False
    """It is meant for the developer's own machine: `flask run`, `--reload`."""
    is_beat: bool = False
    """Of Celery: it sends tasks when they are due."""
    is_done_soon: bool = False
    """It comes to an end by itself: migrations, `collectstatic`."""


@dataclass(frozen=True, slots=True)
class AppServer:
    """How the command line of one app server is read."""

    programs: tuple[str, ...]
    """The names of its command; as `python -m`, those of its module."""
    read: "Callable[[Options], Run | None]"
    configured: "Callable[[Code, str, Run], Run] | None" = None
    """Adds what the server's configuration says, which lies in this folder."""


@dataclass(frozen=True, slots=True)
class Options:
    """The words after a program: options with values, and the rest."""

    program: str
    words: tuple[str, ...]

    def value(self, *names: str) -> str:
        """Return an option's value: `--bind X`, `--bind=X`, `-bX`; the last one counts."""
        return next((value for name, value, _ in reversed(list(self._options(names))) if name), "")

    def has(self, *names: str) -> bool:
        """Tell whether a flag is there."""
        return any(word.partition("=")[0] in names for word in self.words)

    def without(self, taken: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words without these options and words, and without what only a shell knows."""
        gone = {index for _, _, indexes in self._options(taken) for index in indexes}
        for index, word in enumerate(self.words):
            if "$" in word:
                before = self.words[index - 1] if index else ""
                gone |= {index, index - 1} if before.startswith("-") and "=" not in before else {index}
        return tuple(word for index, word in enumerate(self.words) if index not in gone and word not in words)

    def _options(self, names: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        for index, word in enumerate(self.words):
            name, equals, value = word.partition("=")
            if word in names and index + 1 < len(self.words):
                yield word, self.words[index + 1], (index, index + 1)
            elif equals and name in names:
                yield name, value, (index,)
            elif not word.startswith("--") and len(word) > 2 and word[:2] in names:  # noqa: PLR2004 - `-b`
                yield word[:2], word[2:], (index,)


_SPEC = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_][\w.]*)(\(.*\))?")
_MODULE = re.compile(r"[A-Za-z_][\w.]*")


def spec_of(options: Options, *, plain_flags: frozenset[str] = frozenset()) -> tuple[str, Run]:
    """Return the word that names the application, and what it says; empty if there is none."""
    for word in options.words:
        if found := _SPEC.fullmatch(word):
            return word, Run(module=found[1], attribute=found[2], is_factory=found[3] is not None)
    before = ""
    for word in options.words:
        takes_value = before.startswith("-") and "=" not in before and before not in plain_flags
        if _MODULE.fullmatch(word) and not takes_value:
            return word, Run(module=word)
        before = word
    return "", Run()


def port_in(address: str) -> int | None:
    """Return the port of `0.0.0.0:8000`, `:8000`, `[::]:8000`, `8000`, `tcp://127.0.0.1:8000`."""
    found = re.search(r"(?:^|:)(\d{1,5})/?$", address.strip())
    return int(found[1]) if found and 0 < int(found[1]) < PORTS else None


PORTS = 65536


@dataclass(frozen=True, slots=True)
class Usual:
    """The options that most servers have, by the names they have there."""

    bind: tuple[str, ...] = ("-b", "--bind")
    port: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    chdir: tuple[str, ...] = ("--chdir",)
    config: tuple[str, ...] = ("-c", "--config")
    factory: tuple[str, ...] = ()
    reload: tuple[str, ...] = ("--reload",)
    plain_flags: frozenset[str] = frozenset()


def read_usual(server: str, options: Options, usual: Usual) -> Run:
    """Read the command line of a server that is given `module:attribute` and an address."""
    word, run = spec_of(options, plain_flags=usual.plain_flags | {*usual.factory, *usual.reload})
    address = options.value(*usual.bind)
    port = port_in(options.value(*usual.port)) if usual.port else None
    taken = (*usual.bind, *usual.port, *usual.host)
    return replace(
        run,
        server=server,
        is_factory=run.is_factory or options.has(*usual.factory),
        port=port or port_in(address),
        chdir=options.value(*usual.chdir),
        config=options.value(*usual.config).removeprefix("file:"),
        flags=options.without(taken, (word,) if word else ()),
        is_development=options.has(*usual.reload),
    )
