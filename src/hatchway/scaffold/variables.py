"""The variables of the environment that the code reads, with the defaults it has for them."""

import ast
import re
from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place, Variable
from hatchway.scaffold.project import is_within
from hatchway.scaffold.source import Source, argument, keyword

_READS = ("os.environ.get", "os.getenv", "os.environ.pop")
_ENVIRONMENT = "os.environ"
"""By whatever name it was imported; an `environ` that was not is what a WSGI application is given."""
_READERS = {
    "decouple.config": "",
    "environ.Env": "",
    "environs.Env": "",
    "starlette.config.Config": "",
    "decouple.AutoConfig": "",
    "environ.FileAwareEnv": "",
}
"""What is, or makes, a callable that reads a variable by its name."""
_IMPLIED = {"db": "DATABASE_URL", "cache": "CACHE_URL", "email_url": "EMAIL_URL", "db_url": "DATABASE_URL"}
_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(
    r"SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE|CREDENTIAL|_KEY$|^KEY$|_PASS$|DSN$", re.IGNORECASE
)
_SYSTEM = frozenset(
    [
        "PATH",
        "HOME",
        "USER",
        "PWD",
        "LANG",
        "SHELL",
        "TMPDIR",
        "TEMP",
        "HOSTNAME",
        "PYTHONPATH",
        "DJANGO_SETTINGS_MODULE",
        "VIRTUAL_ENV",
        "TERM",
        "LOGNAME",
        "USERNAME",
        "APPDATA",
        "USERPROFILE",
        "FLASK_APP",
        "CI",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
    ]
)


def find_variables(code: Code, folder: str) -> list[Variable]:
    """Return the variables that the code of a folder reads, each once, by name."""
    found: dict[str, Variable] = {}
    for source in code.sources.values():
        if not is_within(source.file, folder):
            continue
        for one in [*_of_calls(code, source), *_of_subscripts(source), *_of_settings(code, source)]:
            known = found.get(one.name)
            if (
                one.name not in _SYSTEM
                and not one.name.startswith("PYTHON")
                and (known is None or (known.default is None and one.default is not None))
            ):
                found[one.name] = one
    return [found[name] for name in sorted(found)]


def _variable(
    name: str | None, default: str | None, place: Place, *, is_required: bool
) -> Iterator[Variable]:
    if name and _NAME.fullmatch(name):
        yield Variable(name, default, is_required, bool(_SECRET.search(name)), place)


def _of_calls(code: Code, source: Source) -> Iterator[Variable]:
    readers = _readers(source)
    for call in source.calls:
        node = call.node
        dotted = source.dotted(node.func)
        place = Place(source.file, node.lineno)
        if dotted in _READS:
            default = text_of(source, argument(node, 1, "default"))
            name = source.text(argument(node, 0, "key"))
            yield from _variable(name, default, place, is_required=False)
        elif dotted == "dj_database_url.config":
            name = source.text(keyword(node, "env")) or "DATABASE_URL"
            default = text_of(source, argument(node, 0, "default"))
            yield from _variable(name, default, place, is_required=False)
        elif readers or "." in dotted:
            yield from _of_reader(code, source, node, dotted, readers)


def _readers(source: Source) -> set[str]:
    """Return the names in a file that read a variable when they are called."""
    found = {name for name, dotted in source.names.items() if dotted == "decouple.config"}
    for call in source.calls:
        if call.target and call.name in _READERS:
            found.add(call.target)
    return found


def _of_reader(
    code: Code, source: Source, node: ast.Call, dotted: str, readers: set[str]
) -> Iterator[Variable]:
    """Yield what `env("NAME", default=...)`, `env.bool("NAME")`, `config("NAME", cast=int)` read."""
    function = node.func
    method = function.attr if isinstance(function, ast.Attribute) else ""
    owner = function.value if isinstance(function, ast.Attribute) else function
    if not isinstance(owner, ast.Name) or not (
        owner.id in readers or _is_imported_reader(code, source, owner)
    ):
        return
    if method in ("read_env", "prefixed", "seal", "read_envfile", "path") or dotted.endswith(".Env"):
        return
    place = Place(source.file, node.lineno)
    given = argument(node, 0, "var", "name", "key")
    # What decouple and starlette take as their second is a type; environs has the default there.
    default = keyword(node, "default")
    if default is None and method and len(node.args) > 1:
        default = node.args[1]
    has_default = default is not None
    name = source.text(given) if given is not None else _IMPLIED.get(method)
    yield from _variable(name, text_of(source, default), place, is_required=not has_default)


def _is_imported_reader(code: Code, source: Source, owner: ast.Name) -> bool:
    if owner.id not in source.names:
        return False
    settled = code.settle(source, source.names[owner.id])
    inner = code.sources.get(settled[0]) if settled else None
    return inner is not None and settled is not None and settled[1] in _readers(inner)


def _of_subscripts(source: Source) -> Iterator[Variable]:
    for node in source.subscripts:
        if source.dotted(node.value) == _ENVIRONMENT and isinstance(node.ctx, ast.Load):
            place = Place(source.file, node.lineno)
            yield from _variable(source.text(node.slice), None, place, is_required=True)


def _of_settings(code: Code, source: Source) -> Iterator[Variable]:
    """Yield the fields of pydantic's settings classes."""
    for node in source.classes.values():
        if not _is_settings(code, source, node, 3):
            continue
        prefix = _prefix(source, node)
        for field in node.body:
            if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
                continue
            name = field.target.id
            if name == "model_config" or name.startswith("_") or _is_class_variable(field.annotation):
                continue
            default, alias, has_default = _field(source, field.value)
            place = Place(source.file, field.lineno)
            whole = alias or (prefix + name).upper()
            if not has_default and _may_be_none(field.annotation):
                default = None
            yield from _variable(whole, default, place, is_required=not has_default)


def _is_settings(code: Code, source: Source, node: ast.ClassDef, depth: int) -> bool:
    for base in node.bases:
        dotted = source.dotted(base)
        if dotted in _SETTINGS:
            return True
        settled = code.settle(source, dotted) if dotted and depth else None
        inner = code.sources.get(settled[0]) if settled else None
        above = inner.classes.get(settled[1]) if inner and settled else None
        if inner and above and above is not node and _is_settings(code, inner, above, depth - 1):
            return True
    return False


def _prefix(source: Source, node: ast.ClassDef) -> str:
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and (given := keyword(one, "env_prefix")) is not None:
            return source.text(given) or ""
        if isinstance(one, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "env_prefix" for target in one.targets
        ):
            return source.text(one.value) or ""
    return ""


def _field(source: Source, value: ast.expr | None) -> tuple[str | None, str, bool]:
    """Return the default of a field, the name it has in the environment, and whether it has a default."""
    if not isinstance(value, ast.Call) or not source.dotted(value.func).endswith("Field"):
        return text_of(source, value), "", value is not None
    default = argument(value, 0, "default")
    alias = source.text(keyword(value, "validation_alias", "alias", "env")) or ""
    is_open = isinstance(default, ast.Constant) and default.value is Ellipsis
    has_default = keyword(value, "default_factory") is not None or (default is not None and not is_open)
    return text_of(source, default), alias, has_default


def _is_class_variable(annotation: ast.expr) -> bool:
    inner = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return (isinstance(inner, ast.Name) and inner.id == "ClassVar") or (
        isinstance(inner, ast.Attribute) and inner.attr == "ClassVar"
    )


def _may_be_none(annotation: ast.expr) -> bool:
    return any(isinstance(one, ast.Constant) and one.value is None for one in ast.walk(annotation))


def text_of(source: Source, node: ast.expr | None) -> str | None:
    """Return a default as the environment would have it: `True` is `"True"`; None: it cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float)):
        return str(node.value)
    return source.text(node)
