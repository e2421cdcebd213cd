"""A configuration of supervisord: the command of each program."""

from collections.abc import Iterator
from dataclasses import replace

from hatchway.formats import ini
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import Project, folder_of
from hatchway.scaffold.starts import Start
from hatchway.scaffold.starts._commands import commands

_SCORE = 85
_PROGRAM = "program:"
_FOLDERS = ("docker", "deploy", "conf", "config", "etc")


def _starts(code: Code) -> Iterator[Start]:
    for file in _configurations(code.project):
        folder = folder_of(file)
        while folder.rpartition("/")[2] in _FOLDERS:
            folder = folder_of(folder)
        for words, place, program in _programs(code.project, file):
            yield Start(words, folder, place, _SCORE, program)


def supervised(project: Project, start: Start) -> Iterator[Start]:
    """Yield what a command starts: of supervisord, each of its programs, all in the one container."""
    if start.words[0] != "supervisord":
        yield start
        return
    ends = tuple(word.rpartition("=")[2].rpartition("/")[2] for word in start.words[1:])
    files = list(_configurations(project))
    named = [file for file in files if file.rpartition("/")[2] in ends]
    for file in named or files:
        for words, _, _ in _programs(project, file):
            yield replace(start, words=words)


def _configurations(project: Project) -> Iterator[str]:
    for file in project.files:
        name = file.rpartition("/")[2]
        if name.endswith((".conf", ".ini")) and ("supervisor" in file or name == "supervisord.conf"):
            yield file


def _programs(project: Project, file: str) -> Iterator[tuple[tuple[str, ...], Place, str]]:
    for entry in ini.parse(project.text(file)):
        if entry.section.startswith(_PROGRAM) and entry.name == "command":
            for words in commands(entry.value.replace("\n", " ")):
                yield words, Place(file, entry.line), entry.section.removeprefix(_PROGRAM)


START = _starts
