"""A `uwsgi.ini` that nothing names: uWSGI would be started with it."""

from collections.abc import Iterator

from hatchway.formats import ini
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import folder_of
from hatchway.scaffold.starts import Start

_SCORE = 65
_TELLING = ("module", "wsgi", "wsgi-file", "file")


def _starts(code: Code) -> Iterator[Start]:
    for file in code.project.files:
        if not file.endswith(".ini") or "uwsgi" not in file:
            continue
        if any(one.section == "uwsgi" and one.name in _TELLING for one in ini.parse(code.project.text(file))):
            name = file.rpartition("/")[2]
            yield Start(("uwsgi", "--ini", name), folder_of(file), Place(file), _SCORE)


START = _starts
