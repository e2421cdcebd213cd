"""The URL map of an application, as a worker of it tells, and the route that is fit for a proof."""

import ast
import inspect
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.proof import _inside

_HELPERS: Final = inspect.getsource(_inside)
_WITHOUT_US: Final = ("/site-packages/", "/dist-packages/", "/lib/python", "<frozen")


@dataclass(frozen=True, slots=True)
class Route:
    """Something that a request is answered by."""

    path: str
    method: str
    remote: str
    """The file of its handler, where the worker runs."""
    local: Path
    """The same file of the project."""
    line: int
    """The first of the handler's body."""
    function: str
    size: int
    """Lines of its body that are code."""
    is_same: bool
    """Both files have the same content."""
    is_loaded: bool = True
    """The worker runs what its file says, which may have been edited since."""


def asking(path: str, method: str) -> str:
    """Return the expression whose value is the map, or what answers one path, in whatever frame."""
    return f"(lambda h: (exec({_HELPERS!r}, h), h['routes']({path!r}, {method!r}))[1])({{}})"


def read_routes(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read what the expression of `asking` was answered with; raises `HatchwayError` if it is not that."""
    try:
        told = json.loads(ast.literal_eval(str(answer["result"])))
    except (KeyError, ValueError, SyntaxError):
        msg = f"the worker cannot tell its routes: {str(answer.get('result', ''))[:200]}"
        raise HatchwayError(msg) from None
    return [one for one in told if isinstance(one, dict)]


def candidates(
    told: Iterable[Mapping[str, Any]], files: Mapping[Path, str], services: Collection[str]
) -> list[Route]:
    """Return the routes whose handlers are in the project, those for health checks last.

    `files` are the project's Python files with the hashes of their content; where none has the content of
    what runs, one in a folder that is called like one of the services is taken for it.
    """
    found = []
    for one in told:
        remote, digest = str(one["file"]), str(one["digest"])
        local = _local(remote, digest, files, services)
        if local is None or any(part in remote for part in _WITHOUT_US):
            continue
        found.append(
            Route(
                path=str(one["path"]),
                method=str(one["method"]),
                remote=remote,
                local=local,
                line=int(one["line"]),
                function=str(one["function"]),
                size=int(one["size"]),
                is_same=files[local] == digest,
                is_loaded=bool(one.get("is_loaded", True)),
            )
        )
    # The longer a handler, the likelier that there is a local to be read in it.
    return sorted(found, key=lambda one: (_is_probed(one.path), -one.size, one.path))


def _is_probed(path: str) -> bool:
    """Tell whether a health check is likely to come this way, and to stop where we do."""
    return any(word in path.lower() for word in ("health", "ready", "live", "ping", "status", "metrics"))


def _local(remote: str, digest: str, files: Mapping[Path, str], services: Collection[str]) -> Path | None:
    """Return the file of the project that one of the worker's is: by content, else by the end of its path."""
    parts = remote.split("/")

    def shared(path: Path) -> int:
        ours = path.parts
        most = min(len(ours), len(parts))
        return next((n for n in range(most) if ours[-1 - n] != parts[-1 - n]), most)

    alike = [path for path in files if path.name == parts[-1]]
    return max(
        alike,
        key=lambda path: (files[path] == digest, shared(path), bool({*path.parts} & {*services})),
        default=None,
    )
