"""Daphne: `daphne -b 0.0.0.0 -p 8000 shop.asgi:application`."""

from hatchway.scaffold.servers import AppServer, Options, Run, Usual, read_usual

_USUAL = Usual(
    bind=("-u", "-e", "--endpoint"), port=("-p", "--port"), host=("-b", "--bind"), chdir=(), config=()
)


def _read(options: Options) -> Run:
    return read_usual("daphne", options, _USUAL)


SERVER = AppServer(("daphne",), _read)
