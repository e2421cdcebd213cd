"""Flask's own server: `flask --app shop run`."""

from hatchway.scaffold.servers import AppServer, Options, Run, port_in

_APP = ("-A", "--app")
_ADDRESS = ("-p", "--port", "-h", "--host")


def _read(options: Options) -> Run:
    module, _, attribute = options.value(*_APP).partition(":")
    is_file = module.endswith(".py")
    return Run(
        "flask",
        module="" if is_file else module.replace("/", "."),
        attribute=attribute.partition("(")[0],
        is_factory=attribute.endswith(")"),
        file=module if is_file else "",
        port=port_in(options.value("-p", "--port")),
        flags=options.without((*_APP, *_ADDRESS), ("run",)),
        is_development=True,
        is_done_soon="run" not in options.words,
    )


SERVER = AppServer(("flask", "quart"), _read)
