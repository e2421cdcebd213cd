"""Sanic: `sanic shop.server:app --host=0.0.0.0 --port=8000`."""

from hatchway.scaffold.servers import AppServer, Options, Run, Usual, read_usual

_USUAL = Usual(
    bind=("--unix", "-u"),
    port=("--port", "-p"),
    host=("--host", "-H"),
    chdir=(),
    config=(),
    factory=("--factory",),
    reload=("--dev", "-d", "--reload", "-r", "--auto-reload"),
    plain_flags=frozenset(("--fast", "--single-process")),
)


def _read(options: Options) -> Run:
    return read_usual("sanic", options, _USUAL)


SERVER = AppServer(("sanic",), _read)
