"""Finds out which files of a project are which files of a container: by content, then by path.

Theory: a file of the container and one of the project with the same name share the end of their paths. What
is left in front of it are two folders, one on each side, and each pair of files with the same content is a
vote for its two folders. So a file that two folders of the project could be (`web/app.py`, `api/app.py`) is
the one whose content it has; one that has changed since is the one beside which the others were found.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hatchway.session.paths import Roots, rest_below

MOST_CANDIDATES = 200
"""Files of one name that are looked at: a project may have thousands of `__init__.py`."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What is known of a file's content."""

    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class Hints:
    """What the container itself says about where its files are from."""

    binds: tuple[Roots, ...] = ()
    """Folders (or files) that are the same on both sides."""
    near: tuple[str, ...] = ()
    """Local folders its image was built from."""
    inside: tuple[str, ...] = ()
    """Its working directories: of two copies, that one runs which is there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is in both places, and not the same."""

    local: str
    remote: str
    local_lines: int
    remote_lines: int


@dataclass(frozen=True, slots=True)
class Matched:
    """Which file is which."""

    files: tuple[tuple[str, str], ...]
    """Local and remote path of each file that the binds do not cover."""
    differing: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    local: str
    folders: tuple[str, str]
    shared: int
    """How many parts of the paths' ends are the same."""
    is_equal: bool


def match(local: Mapping[str, SourceFile], remote: Mapping[str, SourceFile], hints: Hints) -> Matched:
    """Match the files of one service. Paths are absolute, with slashes."""
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(local):
        by_name[path.rpartition("/")[2]].append(path)
    bound = {path: there for path in remote if (there := _bound(path, hints.binds))}
    candidates = {
        path: [
            _candidate(here, path, is_equal=local[here].digest == remote[path].digest)
            for here in by_name[path.rpartition("/")[2]][:MOST_CANDIDATES]
        ]
        for path in remote
        if path not in bound
    }
    votes = Counter(
        candidate.folders
        for path, those in candidates.items()
        for candidate in those
        if candidate.is_equal and remote[path].lines > 1
    )
    chosen = {
        path: best.local for path, those in candidates.items() if (best := _best(those, votes, hints.near))
    }
    pairs = [*_one_each(chosen, hints.inside)]
    differing = [
        Difference(here, there, local[here].lines, remote[there].lines)
        for here, there in sorted([*pairs, *((here, there) for there, here in bound.items())])
        if here in local and local[here].digest != remote[there].digest
    ]
    return Matched(tuple(sorted(pairs)), tuple(differing))


def _bound(path: str, binds: Collection[Roots]) -> str:
    """Return the local path of a file that is mounted; empty if it is not."""
    for pair in sorted(binds, key=lambda pair: -len(pair.remote)):
        rest = rest_below(path, pair.remote)
        if rest is not None:
            return pair.local.rstrip("/") + rest
    return ""


def _candidate(here: str, there: str, *, is_equal: bool) -> _Candidate:
    ours, theirs = here.split("/"), there.split("/")
    shared = 0
    while shared < min(len(ours), len(theirs)) and ours[-1 - shared] == theirs[-1 - shared]:
        shared += 1
    folders = "/".join(ours[: len(ours) - shared]), "/".join(theirs[: len(theirs) - shared])
    return _Candidate(here, folders, shared, is_equal)


def _best(
    those: Sequence[_Candidate], votes: Mapping[tuple[str, str], int], near: Sequence[str]
) -> _Candidate | None:
    """Return the candidate with the best reasons; None if nothing speaks for any, or as much for another."""

    def reasons(candidate: _Candidate) -> tuple[bool, bool, int, int]:
        is_near = any(rest_below(candidate.local, folder) is not None for folder in near)
        return candidate.is_equal, is_near, votes.get(candidate.folders, 0), candidate.shared

    if not those:
        return None
    first, *others = sorted(those, key=reasons, reverse=True)
    is_equal, is_near, voices, _ = reasons(first)
    if not (is_equal or is_near or voices) or any(reasons(other) == reasons(first) for other in others):
        return None
    return first


def _one_each(chosen: Mapping[str, str], inside: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield `(local, remote)`, one for each local file: of an installed copy and its source, what runs."""
    copies: defaultdict[str, list[str]] = defaultdict(list)
    for there, here in chosen.items():
        copies[here].append(there)
    for here, places in copies.items():
        yield here, max(places, key=lambda place: (_is_on_path(place, inside), "-packages/" in place, place))


def _is_on_path(path: str, inside: Collection[str]) -> bool:
    """Tell whether this copy is imported because its package lies in a working directory."""
    rests = (rest_below(path, folder) for folder in inside)
    return any(rest is not None and not rest.startswith(("/src/", "/lib/", "/build/")) for rest in rests)
