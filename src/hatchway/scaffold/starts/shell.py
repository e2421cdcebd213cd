"""Shell scripts: the server that `start.sh` or `entrypoint.sh` runs."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import folder_of
from hatchway.scaffold.starts import Start
from hatchway.scaffold.starts._commands import commands

_SCORE = 70
_SCORE_OF_DEVELOPMENT = 45
_MOST = 40
_FOLDERS = ("scripts", "bin", "docker", "deploy", "compose")


def _starts(code: Code) -> Iterator[Start]:
    files = [file for file in code.project.files if file.endswith(".sh")]
    for file in files[:_MOST]:
        text = code.project.text(file)
        folder = folder_of(file)
        # Such scripts are run from where they are kept for, not from where they lie.
        while folder.rpartition("/")[2] in _FOLDERS:
            folder = folder_of(folder)
        score = _SCORE_OF_DEVELOPMENT if "dev" in file.rpartition("/")[2] else _SCORE
        for words in commands(text):
            line = next((n for n, one in enumerate(text.splitlines(), 1) if words[0] in one), 0)
            yield Start(words, folder, Place(file, line), score)


START = _starts
