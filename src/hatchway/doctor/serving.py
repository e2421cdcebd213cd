"""Which app server a command starts, with how many workers and which options."""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hatchway.doctor.commands import commands, process_of
from hatchway.doctor.facts import Ini, Program, Serving, Source
from hatchway_agent import servers
from hatchway_agent.plugins import discover
from hatchway_agent.servers import Process, Server

Options = dict[str, tuple[str, str, int]]

_SHORT: Mapping[str, Mapping[str, str]] = {
    "gunicorn": {"w": "workers", "k": "worker-class", "t": "timeout", "c": "config", "b": "bind"},
    "uwsgi": {"p": "processes", "M": "master", "T": "enable-threads", "t": "harakiri", "w": "module"},
    "celery": {"c": "concurrency", "P": "pool", "A": "app", "B": "beat"},
    "hypercorn": {"w": "workers", "b": "bind", "c": "config"},
    "flask": {"h": "host", "p": "port"},
}
_OFF = ("false", "no", "off", "0")
_LONG = {"workers": "processes"}
"""uWSGI's other word."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What besides its command line a server may read."""

    environ: Mapping[str, str]
    inis: Sequence[Ini] = ()
    sources: Sequence[Source] = ()
    """Configurations in Python, such as `gunicorn.conf.py`."""


def serving_of(programs: Iterable[Program], around: Surroundings) -> Iterator[Serving]:
    """Yield each app server that the programs start."""
    known: dict[str, Server] = discover(servers, "SERVER")
    for program in programs:
        for command in commands(program):
            process = process_of(_undebugged(command))
            name = _claimed(process, known) or _by_word(process)
            if name:
                yield _serving(name, command, process, around)


def _undebugged(command: Program) -> Program:
    """Return the command without the `python -m debugpy` in front of it."""
    words = [*command.words]
    for tool in ("debugpy", "ptvsd", "pdb"):
        for at, word in enumerate(words[:6]):
            if word.rpartition("/")[2] != tool or (at and words[at - 1] not in ("-m", "python", "python3")):
                continue
            rest = words[at + 1 :]
            while rest and rest[0].startswith("-") and rest[0] not in ("-m", "-c"):
                has_value = rest[0] in (
                    "--listen",
                    "--connect",
                    "--host",
                    "--port",
                    "--log-to",
                    "--adapter-access-token",
                )
                rest = rest[3 if rest[0].startswith("--configure") else 2 if has_value else 1 :]
            return Program(("python", *rest), command.path, command.line, command.column, command.is_shell)
    return command


def _claimed(process: Process, known: Mapping[str, Server]) -> str:
    claims = {name: server.claim(process) for name, server in known.items() if name != "python"}
    scored = [(claim.score, name) for name, claim in claims.items() if claim is not None]
    return max(scored)[1] if scored else ""


def _by_word(process: Process) -> str:
    """Return the server of a command that only a shell or an option file makes one."""
    words = process.words
    if words[:1] and words[0].rpartition("/")[2] in ("uwsgi", "gunicorn", "uvicorn", "celery", "hypercorn"):
        return words[0].rpartition("/")[2]
    return ""


def _serving(name: str, command: Program, process: Process, around: Surroundings) -> Serving:
    options = _read(name, process.words, command.path, command.line)
    if name == "gunicorn":
        settings = _settings(around.sources, options.get("config", ("", "", 0))[0])
        by_environ = _read(
            name,
            ("gunicorn", *_words(around.environ.get("GUNICORN_CMD_ARGS", ""))),
            command.path,
            command.line,
        )
        options = {**settings, **by_environ, **options}
    elif name == "uwsgi":
        by_environ = _of_environment(around.environ, command)
        options = {**_uwsgi(process.words, around.inis), **by_environ, **options}
    number = _number(name, options, around.environ)
    is_debug = around.environ.get("FLASK_DEBUG", "0") not in ("", "0") or "debug" in options
    reloads = (
        "reload" in options
        or "py-autoreload" in options
        or (name == "werkzeug" and is_debug and "no-reload" not in options)
    )
    reloads = reloads or (name == "django" and "noreload" not in options)
    return Serving(name, command, number, reloads, options)


def _read(name: str, words: Sequence[str], path: str, line: int) -> Options:
    """Return the options of a command line by their long names; a flag has no value."""
    short = _SHORT.get(name, {})
    found: Options = {}
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            option, equals, value = word[2:].partition("=")
        elif re.match(r"-[A-Za-z]", word) and word[1] in short:
            option, value = short[word[1]], word[2:]
            equals = value
        else:
            continue
        if not equals and rest and not rest[0].startswith("-"):
            value = rest[0]
        found[_LONG.get(option, option) if name == "uwsgi" else option] = (value, path, line)
    return found


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _settings(sources: Sequence[Source], named: str) -> Options:
    """Return what a gunicorn.conf.py sets."""
    wanted = named.removeprefix("file:").rpartition("/")[2] or "gunicorn.conf.py"
    for source in sources:
        if source.path.rpartition("/")[2] == wanted:
            return {
                key.replace("_", "-"): (str(value), source.path, line)
                for key, (value, line) in source.settings.items()
                if value is not None and value is not False
            }
    return {}


def _uwsgi(words: Sequence[str], inis: Sequence[Ini]) -> Options:
    files = [word.partition("=")[2] or word for word in words[1:] if word.partition(":")[0].endswith(".ini")]
    files += [value for flag, value in pairwise(words) if flag == "--ini"]
    wanted = {file.partition(":")[0].rpartition("/")[2] for file in files}
    found: Options = {}
    for ini in inis:
        if ini.path.rpartition("/")[2] in wanted:
            for entry in ini.entries:
                if entry.section == "uwsgi":
                    found[_LONG.get(entry.name, entry.name)] = (entry.value, ini.path, entry.line)
    return {name: told for name, told in found.items() if told[0].lower() not in _OFF}


def _of_environment(environ: Mapping[str, str], command: Program) -> Options:
    """Return the options of uWSGI that variables set: `UWSGI_CHEAPER` is its `--cheaper`."""
    names = {name: name[6:].lower().replace("_", "-") for name in environ if name.startswith("UWSGI_")}
    return {
        _LONG.get(option, option): (environ[name], command.path, command.line)
        for name, option in names.items()
        if environ[name] and environ[name].lower() not in _OFF
    }


def _number(name: str, options: Options, environ: Mapping[str, str]) -> int:
    """Return how many processes serve; what is not known to be more is one."""
    told = options.get({"uwsgi": "processes", "celery": "concurrency"}.get(name, "workers"), ("", "", 0))[0]
    if name in ("gunicorn", "uvicorn") and not told:
        told = environ.get("WEB_CONCURRENCY", "")
    if (
        name == "celery"
        and not told
        and options.get("pool", ("prefork", "", 0))[0] in ("prefork", "processes")
    ):
        # As many as there are processors.
        return 2
    # A number that is worked out (`cpu_count() * 2 + 1`) is more than one.
    return int(told) if told.isdecimal() else 2 if told and not told.startswith("$") else 1
