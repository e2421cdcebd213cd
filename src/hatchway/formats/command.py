"""Command lines as they stand in images and scripts: the program behind what only stands before it."""

import re

SHELLS = ("sh", "bash", "ash", "dash", "zsh")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_PLAIN = frozenset(
    [
        *("exec", "nohup", "time", "env", "sudo", "nice", "ionice", "stdbuf", "command", "catchsegv"),
        *("tini", "dumb-init", "xvfb-run"),
        *("ddtrace-run", "opentelemetry-instrument", "newrelic-admin", "run-program"),
    ]
)
_AS_USER = frozenset(["gosu", "su-exec"])
_RUNNERS = frozenset(["poetry", "pipenv", "pdm", "uv", "rye", "hatch", "hatchway"])
_WITH_VALUE = frozenset(
    ["--extra", "--group", "--with", "--env-file", "--package", "--python", "-p", "-u", "-g"]
)


def unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command without what only stands before it: `exec`, `env A=b`, `poetry run`, `gosu app`."""
    while words:
        name, rest = words[0].rpartition("/")[2], words[1:]
        if _ASSIGNMENT.fullmatch(words[0]):
            words = rest
        elif name in _PLAIN:
            words = _after_flags(rest)
        elif name in _AS_USER:
            words = rest[1:]
        elif name in _RUNNERS and rest[:1] == ("run",):
            words = _after_flags(rest[1:])
        else:
            break
    return words


def _after_flags(words: tuple[str, ...]) -> tuple[str, ...]:
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in _WITH_VALUE else 1 :]
    return words
