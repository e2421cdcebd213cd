"""Compose files as they are read together: with overrides, includes and what services extend."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hatchway.doctor.facts import Stack
from hatchway.formats.compose import NAMES
from hatchway.formats.tree import Kind, Node, overlay

ADDS = ("ports", "volumes", "expose", "dns", "tmpfs", "env_file", "cap_add", "devices")
"""Sequences of a service that a further compose file adds to."""
_DEFAULT = re.compile(r"(docker-)?compose\.ya?ml")
_TAKEN = r"(docker-)?compose(\.override)?\.ya?ml"
_DEEPEST = 8
"""Services that extend one another, one behind the other."""


def stacks_of(files: Mapping[str, Node], followed: Mapping[str, Node] | None = None) -> Iterator[Stack]:
    """Yield what is read together: a folder's compose file with its override, and each other file over it.

    `followed` are files that are only there to be included or extended.
    """
    joined = _Joining({**files, **(followed or {})})
    for folder in sorted({posixpath.dirname(path) for path in files}):
        here = [path for path in sorted(files) if posixpath.dirname(path) == folder]
        base = next((path for name in NAMES for path in here if posixpath.basename(path) == name), "")
        if base:
            yield Stack((base,), joined(base))
        for path in here:
            if path == base:
                continue
            root = joined(path)
            stands_alone = _DEFAULT.fullmatch(posixpath.basename(path)) is not None or not base
            if stands_alone or not _is_over(files[base], files[path]):
                yield Stack((path,), root)
            else:
                below = joined(base)
                yield Stack((base, path), overlay(below, root, adds=ADDS))


def taken_by_default(stacks: Sequence[Stack]) -> Stack | None:
    """Return the stack that `docker compose` takes in the project's root when it is told no file."""
    default = [one for one in stacks if all(re.fullmatch(_TAKEN, path) is not None for path in one.files)]
    return max(default, key=lambda one: len(one.files), default=None)


def complained_of(root: Node, complaint: str) -> Node:
    """Return the place of what Compose complains of: `services.web.ports must be a list`."""
    path, _, rest = complaint.partition(" ")
    place = node = root
    for word in path.split("."):
        place, node = node.key(word) or place, node[word]
    return next((key for word in rest.split() if (key := node.key(word))), place)


def named_files(path: str, root: Node) -> Iterator[str]:
    """Yield the files that a compose file includes, and those whose services its own extend."""
    yield from _included(path, root)
    for _, service in root["services"].entries:
        if file := service["extends"]["file"].text:
            yield beside(path, file)


def _included(path: str, root: Node) -> Iterator[str]:
    for item in root["include"].children():
        for one in item["path"].children() if item.kind is Kind.MAPPING else [item]:
            yield beside(path, one.text)


def beside(path: str, name: str) -> str:
    """Return a path that a file names: it is relative to the file that it stands in."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _is_over(base: Node, other: Node) -> bool:
    return bool(
        {key.text for key, _ in base["services"].entries} & {key.text for key, _ in other["services"].entries}
    )


class _Joining:
    """Files with the services they include, and their own with what these extend; each is made once."""

    def __init__(self, known: Mapping[str, Node]) -> None:
        self._known = known
        self._made: dict[str, Node] = {}

    def __call__(self, path: str) -> Node:
        """Return a file; one that includes itself, over whatever others, is not included again."""
        if path not in self._made:
            root = self._made[path] = self._known[path]
            if root["services"].kind is Kind.MAPPING:
                self._made[path] = self._with_others(path, root)
        return self._made[path]

    def _with_others(self, path: str, root: Node) -> Node:
        services = {
            key.text: (key, _extended(key.text, node, path, self._known, _DEEPEST))
            for key, node in root["services"].entries
        }
        for other in _included(path, root):
            if other in self._known:
                services = {key.text: (key, node) for key, node in self(other)["services"].entries} | services
        entries = tuple(
            (key, replace(value, entries=tuple(services.values())) if key.text == "services" else value)
            for key, value in root.entries
        )
        return replace(root, entries=entries)


def _extended(name: str, node: Node, path: str, known: Mapping[str, Node], depth: int) -> Node:
    """Return a service over the one that it extends."""
    told = node["extends"]
    wanted = told.text if told.kind is Kind.SCALAR else told["service"].text
    file = beside(path, told["file"].text) if told["file"].text else path
    if not wanted or not depth or file not in known or (file, wanted) == (path, name):
        return node
    below = known[file]["services"][wanted]
    if below.kind is not Kind.MAPPING:
        return node
    return overlay(_extended(wanted, below, file, known, depth - 1), node, adds=ADDS)
