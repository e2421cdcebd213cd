"""Litestar's own command: `litestar --app shop:app run`."""

from hatchway.scaffold.servers import AppServer, Options, Run, port_in


def _read(options: Options) -> Run:
    module, _, attribute = options.value("--app").partition(":")
    return Run(
        "litestar",
        module=module,
        attribute=attribute,
        port=port_in(options.value("--port", "-p")),
        flags=options.without(("--app", "--port", "-p", "--host", "-H"), ("run",)),
        is_development=options.has("--reload", "-r", "--debug", "-d"),
        is_done_soon="run" not in options.words,
    )


SERVER = AppServer(("litestar",), _read)
