"""FastAPI's own command: `fastapi run app/main.py`."""

from hatchway.scaffold.servers import AppServer, Options, Run, port_in

_ADDRESS = ("--port", "--host")


def _read(options: Options) -> Run | None:
    if not {"run", "dev"}.intersection(options.words):
        return None
    file = next((word for word in options.words if word.endswith(".py")), "")
    return Run(
        "fastapi",
        file=file,
        attribute=options.value("--app"),
        port=port_in(options.value("--port")) or 8000,
        flags=options.without((*_ADDRESS, "--app"), ("run", "dev", file)),
        is_development="dev" in options.words,
    )


SERVER = AppServer(("fastapi",), _read)
