"""Shell text as plain commands: wrappers, assignments and what stands before the real program taken away."""

import re
import shlex
from collections.abc import Iterator

from hatchway.formats.dockerfile import expand

_SEPARATORS = frozenset(("&&", "||", ";", "|", "&", "(", ")", "{", "}", "then", "else", "do", "\n"))
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_SHELLS = ("sh", "bash", "ash", "dash", "zsh")
_PLAIN = frozenset(
    [
        "exec",
        "nohup",
        "time",
        "env",
        "sudo",
        "nice",
        "ionice",
        "stdbuf",
        "tini",
        "dumb-init",
        "catchsegv",
        "command",
    ]
)
_RUNNERS = frozenset(("poetry", "pipenv", "pdm", "uv", "rye", "hatch", "hatchway"))
_PREFIXES = frozenset(
    ["ddtrace-run", "opentelemetry-instrument", "newrelic-admin", "run-program", "xvfb-run", "coverage"]
)
_DEEPEST = 5
_LONGEST = 20_000


def commands(text: str) -> list[tuple[str, ...]]:
    """Return the plain commands of a shell text, in its order."""
    return [found for words in _split(text[:_LONGEST]) if (found := strip(words))]


def strip(words: tuple[str, ...], depth: int = _DEEPEST) -> tuple[str, ...]:
    """Return a command without what only stands before it: `exec`, `env A=b`, `poetry run`, `sh -c "..."`."""
    while words and depth:
        name = words[0].rpartition("/")[2]
        rest = words[1:]
        if name in _SHELLS and rest and re.fullmatch(r"-\w*c", rest[0]) and len(rest) > 1:
            inner = commands(rest[1])
            return inner[-1] if inner else ()
        if _ASSIGNMENT.fullmatch(words[0]):
            words = rest
        elif name in _PLAIN or name in _PREFIXES:
            words = _after_flags(rest)
        elif name in _RUNNERS and rest and rest[0] == "run":
            words = _after_flags(rest[1:])
        elif "--" in words and words.index("--") + 1 < len(words) and not _is_python(name):
            words = words[words.index("--") + 1 :]
        else:
            return (name if "/" in words[0] and not name.endswith(".py") else words[0], *rest)
        depth -= 0 if _ASSIGNMENT.fullmatch(name) else 1
    return words


def _is_python(name: str) -> bool:
    return name.startswith("python")


_WITH_VALUE = frozenset(
    ("--extra", "--group", "--with", "--env-file", "--package", "--python", "-p", "-u", "-g")
)


def _after_flags(words: tuple[str, ...]) -> tuple[str, ...]:
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in _WITH_VALUE else 1 :]
    return words


def _split(text: str) -> Iterator[tuple[str, ...]]:
    joined = re.sub(r"\\\n", " ", text)
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
