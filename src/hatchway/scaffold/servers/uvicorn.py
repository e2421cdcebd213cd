"""Uvicorn: `uvicorn --host 0.0.0.0 --port 8000 shop.main:app`."""

from hatchway.scaffold.servers import AppServer, Options, Run, Usual, read_usual

_USUAL = Usual(
    bind=("--uds",),
    port=("--port",),
    host=("--host",),
    chdir=("--app-dir",),
    config=("--env-file",),
    factory=("--factory",),
    plain_flags=frozenset(("--proxy-headers", "--no-access-log", "--access-log", "--no-server-header")),
)


def _read(options: Options) -> Run:
    return read_usual("uvicorn", options, _USUAL)


SERVER = AppServer(("uvicorn",), _read)
