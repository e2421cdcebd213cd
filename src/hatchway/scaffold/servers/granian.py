"""Granian: `granian --interface asgi --host 0.0.0.0 --port 8000 shop:app`."""

from hatchway.scaffold.servers import AppServer, Options, Run, Usual, read_usual

_USUAL = Usual(
    bind=("--uds",),
    port=("--port",),
    host=("--host",),
    chdir=("--working-dir",),
    config=(),
    factory=("--factory",),
)


def _read(options: Options) -> Run:
    return read_usual("granian", options, _USUAL)


SERVER = AppServer(("granian",), _read)
