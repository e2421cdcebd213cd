"""A `gunicorn.conf.py` that nothing names: gunicorn reads it by itself where it is started."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import folder_of
from hatchway.scaffold.starts import Start

_SCORE = 60


def _starts(code: Code) -> Iterator[Start]:
    for file in code.project.named("gunicorn.conf.py", "gunicorn_conf.py", "gunicorn_config.py"):
        name = file.rpartition("/")[2]
        words = ("gunicorn",) if name == "gunicorn.conf.py" else ("gunicorn", "--config", name)
        yield Start(words, folder_of(file), Place(file), _SCORE)


START = _starts
