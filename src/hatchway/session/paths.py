r"""The path map: which file of the editor's is which file of the worker's.

What the editor's attach arguments say (`pathMappings`, or the older `localRoot` and `remoteRoot`) comes
first; then, in a container, what was found by itself: folders that are mounted, and single files matched by
content. The hub applies it in both directions, so pydevd sees only paths of its own container. Windows roots
on the editor's side match whatever the case and whichever way the slashes lean.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_WINDOWS = re.compile(r"^([A-Za-z]:[\\/]|\\\\)")


def is_windows(path: str) -> bool:
    """Tell whether a path is written as Windows writes absolute ones."""
    return bool(_WINDOWS.match(path))


@dataclass(frozen=True, slots=True)
class Roots:
    """One pair of folders with the same content."""

    local: str
    remote: str


class PathMap:
    """Pairs of files, and pairs of roots, of which the longest that fits decides."""

    def __init__(self, roots: Iterable[Roots] = (), files: Iterable[tuple[str, str]] = ()) -> None:
        """Take the pairs in any order; a pair of the same folder twice is no work, but still decides.

        `files` are pairs of a local and a remote path.
        """
        self.roots = tuple(roots)
        self.files = tuple(files)
        self._remote_of = {_folded(local): remote for local, remote in self.files}
        self._local_of = {remote: local for local, remote in self.files}
        self._by_local = sorted(self.roots, key=lambda pair: -len(_stem(pair.local)))
        self._by_remote = sorted(self.roots, key=lambda pair: -len(_stem(pair.remote)))

    @classmethod
    def of_arguments(cls, arguments: Mapping[str, Any]) -> "PathMap":
        """Read the attach arguments; what is malformed says nothing."""
        return cls(_roots_of(arguments))

    def joined(self, other: "PathMap") -> "PathMap":
        """Return both in one; what this one says comes first."""
        mine = [pair for pair in other.roots if not any(_overlap(pair, own) for own in self.roots)]
        unspoken = [(local, remote) for local, remote in other.files if not self.holds_local(local)]
        return PathMap((*self.roots, *mine), unspoken)

    def holds_local(self, path: str) -> bool:
        """Tell whether the worker has the editor's file."""
        return _folded(path) in self._remote_of or any(
            rest_below(path, pair.local) is not None for pair in self.roots
        )

    def holds_remote(self, path: str) -> bool:
        """Tell whether the editor has the worker's file."""
        return path in self._local_of or any(rest_below(path, pair.remote) is not None for pair in self.roots)

    def to_worker(self, path: str) -> str:
        """Turn the editor's path into the worker's."""
        if (file := self._remote_of.get(_folded(path))) is not None:
            return file
        for pair in self._by_local:
            rest = rest_below(path, pair.local)
            if rest is not None:
                return _join(pair.remote, rest)
        return path

    def to_editor(self, path: str) -> str:
        """Turn the worker's path into the editor's."""
        if (file := self._local_of.get(path)) is not None:
            return file
        for pair in self._by_remote:
            rest = rest_below(path, pair.remote)
            if rest is not None:
                return _join(pair.local, rest)
        return path


def _roots_of(arguments: Mapping[str, Any]) -> Iterator[Roots]:
    listed = arguments.get("pathMappings")
    for pair in [*(listed if isinstance(listed, list) else []), arguments]:
        if not isinstance(pair, Mapping):
            continue
        local, remote = pair.get("localRoot"), pair.get("remoteRoot")
        # "." means the worker's working folder, which only pydevd would know.
        if isinstance(local, str) and isinstance(remote, str) and local and remote not in ("", "."):
            yield Roots(local, remote)


def _folded(path: str) -> str:
    """Return a path as it is compared: Windows has two slashes and one case."""
    return path.replace("\\", "/").lower() if is_windows(path) else path


def _overlap(one: Roots, other: Roots) -> bool:
    return one.local == other.local or one.remote == other.remote


def _stem(root: str) -> str:
    return root.rstrip("\\/" if is_windows(root) else "/")


def rest_below(path: str, root: str) -> str | None:
    """Return what follows the root in a path, with slashes; None if it does not lie below it."""
    stem = _stem(root)
    if is_windows(root):
        path, stem = path.replace("\\", "/"), stem.replace("\\", "/")
        inside = path[: len(stem)].lower() == stem.lower()
    else:
        inside = path.startswith(stem)
    rest = path[len(stem) :]
    return rest if inside and (not rest or rest.startswith("/")) else None


def _join(root: str, rest: str) -> str:
    joined = _stem(root) + (rest.replace("/", "\\") if is_windows(root) else rest)
    return joined or root  # the root "/" itself
