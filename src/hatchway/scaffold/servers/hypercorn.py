"""Hypercorn: `hypercorn --bind 0.0.0.0:8000 shop:app`."""

from hatchway.scaffold.servers import AppServer, Options, Run, Usual, read_usual


def _read(options: Options) -> Run:
    return read_usual("hypercorn", options, Usual())


SERVER = AppServer(("hypercorn",), _read)
