"""No package manager at all: the dependencies are what the code imports."""

import sys
from collections.abc import Iterator

from hatchway.formats.requirements import normal
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import GUESSED, Dependency, Manager, Match, Place
from hatchway.scaffold.packaging import PackageManager
from hatchway.scaffold.packaging._distributions import DISTRIBUTIONS
from hatchway.scaffold.project import is_within

_GONE = frozenset(
    [
        "imp",
        "distutils",
        "asyncore",
        "asynchat",
        "smtpd",
        "cgi",
        "cgitb",
        "crypt",
        "nntplib",
        "pipes",
        "telnetlib",
        "uu",
        "xdrlib",
    ]
)
"""What older versions of Python had."""


def _match(_code: Code, _folder: str) -> Manager:
    match = Match(GUESSED, "no file names the dependencies: they are what the code imports")
    return Manager("imports", "", (), (), (), installs_project=False, match=match)


def _dependencies(code: Code, folder: str, _manager: Manager) -> Iterator[Dependency]:
    yield from imported(code, folder)


def imported(code: Code, folder: str) -> Iterator[Dependency]:
    """Yield the distributions that the code of a part imports, each once, where it does so first."""
    known: set[str] = set()
    for source in code.sources.values():
        if not is_within(source.file, folder):
            continue
        for one in source.imports:
            first = one.module.partition(".")[0]
            if not first or one.is_for_types or first in sys.stdlib_module_names or first in _GONE:
                continue
            if first.startswith("_") or code.find(source, one.module) or code.find(source, first):
                continue
            dotted = f"{one.module}.{one.member}"
            name = next(
                (DISTRIBUTIONS[key] for key in _prefixes(dotted) if key in DISTRIBUTIONS), normal(first)
            )
            if name and name not in known and not one.is_optional:
                known.add(name)
                yield Dependency(
                    name, name, is_dev=False, is_guessed=True, place=Place(source.file, one.line)
                )


def _prefixes(dotted: str) -> Iterator[str]:
    """Yield `google.cloud.storage`, `google.cloud`, `google`."""
    while dotted:
        yield dotted
        dotted = dotted.rpartition(".")[0]


MANAGER = PackageManager(_match, _dependencies)
