"""Gunicorn: `gunicorn -b 0.0.0.0:8000 shop.wsgi`, and what `gunicorn.conf.py` says."""

import ast
from dataclasses import replace

from hatchway.scaffold.code import Code
from hatchway.scaffold.parsing import parse
from hatchway.scaffold.project import join
from hatchway.scaffold.servers import AppServer, Options, Run, Usual, port_in, read_usual
from hatchway.scaffold.source import Source

_USUAL = Usual(
    plain_flags=frozenset(
        ("--preload", "--preload-app", "--daemon", "-D", "--capture-output", "--check-config")
    )
)


def _read(options: Options) -> Run:
    return read_usual("gunicorn", options, _USUAL)


def _configured(code: Code, folder: str, run: Run) -> Run:
    given = run.config.removeprefix("python:")
    config = code.project.near(folder, given) if given else join(folder, "gunicorn.conf.py")
    source = parse(config, code.project.content(config))
    if source is None or not source.tree.body:
        return replace(run, config="")
    spec = source.text(source.values.get("wsgi_app")) or ""
    module, _, attribute = spec.partition(":")
    port = port_in(_text(source, source.values.get("bind")))
    return replace(
        run,
        config=config,
        module=run.module or module,
        attribute=run.attribute or attribute.removesuffix("()"),
        is_factory=run.is_factory or (not run.module and attribute.endswith("()")),
        port=run.port or port,
        chdir=run.chdir or source.text(source.values.get("chdir")) or "",
    )


def _text(source: Source, node: ast.expr | None) -> str:  # noqa: PLR0911 - one for each form
    """Return a text, also of `f"0.0.0.0:{os.environ.get('PORT', '8000')}"`, with the defaults put in."""
    match node:
        case ast.List(elts=[first, *_]):
            return _text(source, first)
        case ast.JoinedStr():
            return "".join(_text(source, one) for one in node.values)
        case ast.FormattedValue():
            return _text(source, node.value)
        case ast.BinOp(op=ast.Add()):
            return _text(source, node.left) + _text(source, node.right)
        case ast.Call() if source.dotted(node.func) in ("os.environ.get", "os.getenv") and len(node.args) > 1:
            return _text(source, node.args[1])
        case ast.Call(func=ast.Name(id="str" | "int"), args=[one]):
            return _text(source, one)
        case ast.Constant(value=int() | str()):
            return str(node.value)
        case ast.Name() if node.id in source.values and not isinstance(source.values[node.id], ast.Name):
            return _text(source, source.values[node.id])
        case _:
            return ""


SERVER = AppServer(("gunicorn",), _read, _configured)
