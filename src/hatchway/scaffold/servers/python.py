"""Python itself: `python app.py`, `python -m shop`, `python manage.py runserver`."""

from hatchway.scaffold.servers import AppServer, Options, Run, port_in

_LASTING = ("runserver", "runserver_plus", "process_tasks", "qcluster", "rqworker", "runworker", "consume")


def _read(options: Options) -> Run | None:
    words = list(options.words)
    while words and words[0].startswith("-") and words[0] not in ("-m", "-c"):
        words = words[2 if words[0] in ("-W", "-X") else 1 :]
    if not words or words[0] == "-c":
        return None
    if words[0] == "-m":
        return Run("python", module=words[1], flags=tuple(words[2:])) if len(words) > 1 else None
    file, *rest = words
    if not file.endswith(".py"):
        return None
    if file.rpartition("/")[2] == "manage.py":
        verb = rest[0] if rest else ""
        is_server = verb.startswith("runserver")
        port = port_in(next((one for one in rest[1:] if port_in(one)), "")) if is_server else None
        return Run(
            "django" if is_server else "python",
            file=file,
            port=port,
            flags=tuple(rest),
            is_development=is_server,
            is_done_soon=verb not in _LASTING,
        )
    return Run("python", file=file, flags=tuple(rest))


SERVER = AppServer(("python", "python3", "pypy3"), _read)
