"""A configuration of supervisord: the command of each program."""

from collections.abc import Iterator

from hatchway.formats import ini
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import folder_of
from hatchway.scaffold.starts import Start
from hatchway.scaffold.starts._commands import commands

_SCORE = 85
_PROGRAM = "program:"
_FOLDERS = ("docker", "deploy", "conf", "config", "etc")


def _starts(code: Code) -> Iterator[Start]:
    for file in code.project.files:
        name = file.rpartition("/")[2]
        if not (name.endswith((".conf", ".ini")) and ("supervisor" in file or name == "supervisord.conf")):
            continue
        folder = folder_of(file)
        while folder.rpartition("/")[2] in _FOLDERS:
            folder = folder_of(folder)
        for entry in ini.parse(code.project.text(file)):
            if entry.section.startswith(_PROGRAM) and entry.name == "command":
                service = entry.section.removeprefix(_PROGRAM)
                for words in commands(entry.value.replace("\n", " ")):
                    yield Start(words, folder, Place(file, entry.line), _SCORE, service)


START = _starts
