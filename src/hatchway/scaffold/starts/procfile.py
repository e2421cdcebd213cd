"""A Procfile: `web: gunicorn shop.wsgi`."""

import re
from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import folder_of
from hatchway.scaffold.starts import Start
from hatchway.scaffold.starts._commands import commands

_LINE = re.compile(r"\s*([A-Za-z0-9_-]+)\s*:\s*(.+)")
_SCORE = 85


def _starts(code: Code) -> Iterator[Start]:
    for file in code.project.named("Procfile"):
        for number, line in enumerate(code.project.text(file).splitlines(), start=1):
            found = _LINE.fullmatch(line)
            if found and found[1] != "release":
                for words in commands(found[2]):
                    yield Start(words, folder_of(file), Place(file, number), _SCORE, found[1])


START = _starts
