"""Shell text as plain commands: wrappers, assignments and what stands before the real program taken away."""

import re
import shlex
from collections.abc import Iterator

from hatchway.formats.command import SHELLS, unwrapped
from hatchway.formats.dockerfile import expand

_SEPARATORS = frozenset(("&&", "||", ";", "|", "&", "(", ")", "{", "}", "then", "else", "do", "\n"))
_DEEPEST = 5
_LONGEST = 20_000


def commands(text: str) -> list[tuple[str, ...]]:
    """Return the plain commands of a shell text, in its order."""
    return [found for words in _split(text[:_LONGEST]) if (found := strip(words))]


def strip(words: tuple[str, ...], depth: int = _DEEPEST) -> tuple[str, ...]:
    """Return the program that a command comes to, behind wrappers, shells and `wait-for-it db:5432 --`."""
    while words := unwrapped(words):
        name, rest = words[0].rpartition("/")[2], words[1:]
        if not depth:
            break
        depth -= 1
        if name in SHELLS and rest and re.fullmatch(r"-\w*c", rest[0]) and len(rest) > 1:
            inner = commands(rest[1])
            return inner[-1] if inner else ()
        if name == "coverage" and rest[:1] == ("run",):
            words = ("python", *rest[1:])
        elif "--" in rest and rest[-1] != "--" and not name.startswith("python"):
            words = rest[rest.index("--") + 1 :]
        else:
            return (name if "/" in words[0] and not name.endswith(".py") else words[0], *rest)
    return words


_COMPUTED = re.compile(r"\$\([^()]*\)|\$?\(\([^()]*\)\)|`[^`\n]*`")
_NOBODY_KNOWS = "$_"


def _computed(text: str) -> str:
    """Return a text with a variable that nobody knows for what the shell works out: `$(nproc)`."""
    for _ in range(_DEEPEST):
        text, count = _COMPUTED.subn(_NOBODY_KNOWS, text)
        if not count:
            break
    return text


def _split(text: str) -> Iterator[tuple[str, ...]]:
    joined = _computed(re.sub(r"\\\n", " ", text))
    for line in joined.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        reader = shlex.shlex(expand(stripped, {}), posix=True, punctuation_chars="();|&")
        reader.whitespace_split = True
        try:
            words = list(reader)
        except ValueError:
            words = stripped.split()
        command: list[str] = []
        for word in [*words, ";"]:
            if word in _SEPARATORS or not word.strip(";|&()"):
                if command:
                    yield tuple(command)
                command = []
            else:
                command.append(word)
