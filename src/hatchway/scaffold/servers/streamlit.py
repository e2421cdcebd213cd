"""Streamlit: `streamlit run app.py --server.port 8501`."""

from hatchway.scaffold.servers import AppServer, Options, Run, port_in

_PORT = ("--server.port", "--server.address")


def _read(options: Options) -> Run | None:
    file = next((word for word in options.words if word.endswith(".py")), "")
    if "run" not in options.words or not file:
        return None
    flags = options.without(_PORT, ("run", file))
    return Run("streamlit", file=file, port=port_in(options.value("--server.port")), flags=flags)


SERVER = AppServer(("streamlit",), _read)
