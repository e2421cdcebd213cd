"""A plain script: a program that is run as a file, taken where nothing else is found."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import GUESSED, Place, Protocol
from hatchway.scaffold.frameworks import Found, Framework

_FEWEST = 25
"""What lies deep in a package and has no telling name is no program to start."""
_NAMES = ("__main__", "main", "app", "run", "server", "start", "worker", "bot", "manage")


def _find(code: Code) -> Iterator[Found]:
    only = len(code.sources) == 1
    for file, source in code.sources.items():
        stem = file.rpartition("/")[2].removesuffix(".py")
        if not (source.main_line or stem == "__main__" or (only and source.calls)):
            continue
        place = Place(file, source.main_line)
        because = f"{place} runs something" if source.main_line else f"{file} is made to be run"
        bonus = 12 - _NAMES.index(stem) if stem in _NAMES else 0
        score = GUESSED + bonus - 2 * min(file.count("/"), 4)
        if score >= _FEWEST:
            yield Found("script", Protocol.NONE, file, "", place, score, because)


FRAMEWORK = Framework(Protocol.NONE, find=_find)
