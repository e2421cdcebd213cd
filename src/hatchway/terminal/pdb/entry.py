"""Where a command begins in the user's own code: which script it runs, and that script's first line."""

import re
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Final

_WITH_VALUE: Final = ("-W", "-X", "--check-hash-based-pycs")
"""Options of Python's that take a word of their own."""


def script_of(argv: Sequence[str], is_file: Callable[[str], bool]) -> str:
    """Return the script or the module's file that a command runs, as it names it; empty if it runs none.

    A module counts if it is a file here: others are programs of somebody else's, such as servers.
    """
    program, *words = argv
    if not re.fullmatch(r"python[\d.]*(\.exe)?", PurePath(program).name):
        return program if program.endswith(".py") and is_file(program) else ""
    while words:
        word = words.pop(0)
        if word == "-c":
            return ""
        if word == "-m":
            return _module_file(words[0], is_file) if words else ""
        if word.startswith("-m"):
            return _module_file(word[2:], is_file)
        if word in _WITH_VALUE:
            words = words[1:]
        elif not word.startswith("-"):
            return _file(word, is_file)
    return ""


def _file(word: str, is_file: Callable[[str], bool]) -> str:
    inside = str(PurePath(word, "__main__.py"))
    return next((name for name in (word, inside) if is_file(name)), "")


def _module_file(module: str, is_file: Callable[[str], bool]) -> str:
    path = module.replace(".", "/")
    return next((name for name in (f"{path}/__main__.py", f"{path}.py") if is_file(name)), "")
