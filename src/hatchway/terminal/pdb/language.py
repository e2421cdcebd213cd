"""Reads a line as pdb does: aliases, `;;`, `!`, which word is a command; it runs nothing."""

import ast
import codeop
import re
import tokenize
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SHORT: Final[Mapping[str, str]] = {
    "n": "next", "s": "step", "r": "return", "c": "continue", "cont": "continue", "unt": "until",
    "j": "jump", "w": "where", "bt": "where", "u": "up", "d": "down", "l": "list", "ll": "longlist",
    "a": "args", "b": "break", "cl": "clear", "h": "help", "q": "quit", "exit": "quit", "q!": "quit!",
    "rv": "retval",
}  # fmt: skip
"""Short names of commands, and what they stand for."""

COMMANDS: Final = frozenset(
    {
        "p", "pp", "tbreak", "condition", "ignore", "enable", "disable", "display", "undisplay", "interact",
        "whatis", "source", "controls", "alias", "unalias", "workers", "worker", "commands", "silent",
        "run", "restart", "debug", "exceptions", *SHORT.values(),
    }
)  # fmt: skip

REPEATED: Final = frozenset({"next", "step", "return", "continue", "until", "up", "down", "list"})
"""What a blank line repeats; to evaluate an expression again may do harm, pdb does so all the same."""

_WORD = re.compile(r"(q!|quit!|[A-Za-z]+)(?![\w.(\[])(.*)", re.DOTALL)
_MOST_ALIASES = 20
"""How often an alias may stand for another one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One command of a line."""

    command: str
    """The full name; empty for Python."""
    argument: str


def split(text: str, aliases: Mapping[str, str]) -> list[str]:
    """Cut a line at each `;;` outside of strings, aliases put in; a block of Python stays whole."""
    if "\n" in text.strip():
        return _split_block(text)
    return [part for raw in _cut(text) for part in _cut(expand(raw, aliases))]


def expand(text: str, aliases: Mapping[str, str]) -> str:
    """Put in what an alias stands for: `%1` to `%9` are its arguments, `%*` all of them."""
    for _ in range(_MOST_ALIASES):
        word, *arguments = text.split() or [""]
        if word not in aliases:
            return text
        text = aliases[word]
        for number, argument in enumerate(arguments, 1):
            text = text.replace(f"%{number}", argument)
        text = text.replace("%*", " ".join(arguments))
    return text


def parse(text: str) -> Line:
    """Tell what one command wants. A name followed by `=`, `.` or a bracket is Python, as in pdb."""
    text = text.strip()
    if text.startswith("!"):
        return Line("", text[1:].strip())
    if text.startswith("?"):
        return Line("help", text[1:].strip())
    found = _WORD.fullmatch(text)
    if found is None:
        return Line("", text)
    word, rest = found[1], found[2].strip()
    name = SHORT.get(word, word)
    if name not in COMMANDS or re.match(r"=(?!=)", rest):
        return Line("", text)
    return Line(name, rest)


_CONVENIENT: Final[Mapping[str, str]] = {"$_exception": "__exception__[1]", "$_retval": "__return__"}
"""Variables of pdb's, and what pydevd calls them."""


def plain_python(text: str) -> str:
    """Put in what pdb's variables stand for, outside of strings."""
    if "$_" not in text:
        return text
    lines = text.splitlines(keepends=True)
    try:
        tokens = [token for token in tokenize.generate_tokens(iter(lines).__next__) if token.string == "$"]
    except (tokenize.TokenError, SyntaxError):
        return text
    for token in reversed(tokens):
        row, column = token.start
        before, after = lines[row - 1][:column], lines[row - 1][column:]
        name = re.match(r"\$\w*", after)
        if name is not None and name[0] in _CONVENIENT:
            lines[row - 1] = before + _CONVENIENT[name[0]] + after[name.end() :]
    return "".join(lines)


def is_expression(text: str) -> bool:
    """Tell whether a text has a value and binds nothing: it can be evaluated inside a lambda."""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    outside = ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom
    return not any(isinstance(node, outside) for node in ast.walk(tree))


def is_begun(text: str) -> bool:
    """Tell whether more lines are needed to make this a statement: a block ends with a blank one."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return codeop.compile_command(text, symbol="single") is None
    except (SyntaxError, ValueError, OverflowError):
        return False


def _split_block(text: str) -> list[str]:
    """Take several lines for one block of Python if they are one, for a command each if not."""
    first = parse(text.strip().splitlines()[0])
    if not first.command:
        return [text.strip("\n")]
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cut(text: str) -> list[str]:
    """Cut at each `;;` that is in no string."""
    quote, begin, parts = "", 0, []
    for place, letter in enumerate(text):
        if quote:
            if letter == quote and text[place - 1] != "\\":
                quote = ""
        elif letter in "'\"" and _closes(text[place + 1 :], letter):
            quote = letter
        elif place >= begin and text.startswith(";;", place):
            parts.append(text[begin:place].strip())
            begin = place + 2
    return [*parts, text[begin:].strip()]


def _closes(text: str, quote: str) -> bool:
    return re.search(rf"(?<!\\){quote}", text) is not None
