"""uWSGI: `uwsgi --module shop:app --http :8000`, `uwsgi --ini uwsgi.ini`."""

from dataclasses import replace

from hatchway.formats import ini
from hatchway.scaffold.code import Code
from hatchway.scaffold.servers import AppServer, Options, Run, port_in

_MODULE = ("-w", "--module", "--wsgi")
_FILE = ("--wsgi-file", "--file")
_CALLABLE = ("--callable",)
_ADDRESS = ("--http", "--http-socket", "--http11-socket")
_SOCKET = ("--socket", "-s", "--uwsgi-socket")
"""What speaks uWSGI's own protocol: a proxy stands before it, and its port is none for browsers."""
_CHDIR = ("--chdir",)


def _read(options: Options) -> Run:
    given = next((word for word in options.words if word.endswith(".ini") and not word.startswith("-")), "")
    module, _, attribute = options.value(*_MODULE).partition(":")
    return Run(
        "uwsgi",
        module=module,
        attribute=(options.value(*_CALLABLE) or attribute).removesuffix("()"),
        is_factory=attribute.endswith("()"),
        file=options.value(*_FILE),
        chdir=options.value(*_CHDIR),
        port=port_in(options.value(*_ADDRESS)),
        config=options.value("--ini", "-i") or given,
        flags=options.without((*_MODULE, *_FILE, *_CALLABLE, *_ADDRESS, *_SOCKET), ()),
    )


def _configured(code: Code, folder: str, run: Run) -> Run:
    config = code.project.near(folder, run.config) if run.config else ""
    if not config:
        return replace(run, config="")
    said = {one.name: one.value for one in ini.parse(code.project.text(config)) if one.section == "uwsgi"}
    module, _, attribute = (said.get("module") or said.get("wsgi") or "").partition(":")
    address = next((said[name.lstrip("-")] for name in _ADDRESS if name.lstrip("-") in said), "")
    return replace(
        run,
        config=config,
        module=run.module or module,
        attribute=run.attribute or (said.get("callable") or attribute).removesuffix("()"),
        is_factory=run.is_factory or attribute.endswith("()"),
        file=run.file or said.get("wsgi-file", "") or said.get("file", ""),
        chdir=run.chdir or said.get("chdir", ""),
        port=run.port or port_in(address),
    )


SERVER = AppServer(("uwsgi",), _read, _configured)
