"""Waitress: `waitress-serve --listen=*:8000 shop:app`, `waitress-serve --call shop:create_app`."""

from hatchway.scaffold.servers import AppServer, Options, Run, Usual, read_usual

_USUAL = Usual(
    bind=("--listen",),
    port=("--port",),
    host=("--host",),
    chdir=(),
    config=(),
    factory=("--call",),
    plain_flags=frozenset(("--expose-tracebacks", "--ipv4", "--ipv6")),
)


def _read(options: Options) -> Run:
    return read_usual("waitress-serve", options, _USUAL)


SERVER = AppServer(("waitress-serve", "waitress"), _read)
