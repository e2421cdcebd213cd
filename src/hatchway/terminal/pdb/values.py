"""Values of the debuggee: how to ask for one so that it comes cut and never raises, and how it is read."""

import ast
import inspect
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb import _inside
from hatchway.terminal.pdb.effects import Ask, Effect
from hatchway.terminal.pdb.language import is_expression, plain_python

_HELPERS: Final = inspect.getsource(_inside)
_ANSWER: Final = re.compile(r"([+-])(\d+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Value:
    """What became of an expression."""

    good: bool
    """It has a value; else `text` says what was raised."""
    text: str

    @property
    def displayed(self) -> str:
        """Return what `display` shows."""
        return self.text if self.good else f"** raised {self.text} **"


def ask_value(kind: str, expression: str, frame: int) -> Generator[Effect, Any, Value]:
    """Evaluate an expression in a frame; `kind` names how its value is shown, in `_inside`."""
    # The lambda is called inside the helper's `try`: what the user's code raises comes back as text.
    # The newline keeps a comment at the end from hiding the brackets.
    asked = plain_python(expression)
    text = f"(lambda h: (exec({_HELPERS!r}, h), h['_shown'])[1])({{}})({kind!r}, lambda: (\n{asked}\n))"
    return (yield from _evaluate(text, frame, read_value))


def run(text: str, frame: int) -> Generator[Effect, Any, Value]:
    """Run Python in a frame; the text is empty if it has no value, or None."""
    text = plain_python(text)
    if is_expression(text):
        return (yield from ask_value("value", text, frame))
    return (
        yield from _evaluate(text, frame, lambda body: Value(good=True, text=str(body.get("result", ""))))
    )


def _evaluate(
    text: str, frame: int, read: Callable[[Mapping[str, Any]], Value]
) -> Generator[Effect, Any, Value]:
    try:
        body = yield Ask("evaluate", {"expression": text, "frameId": frame, "context": "repl"})
    except HatchwayError as error:
        return Value(good=False, text=last_words(error.message))
    return read(body)


def read_value(body: Mapping[str, Any]) -> Value:
    """Read the answer of the helper; what is none is shown as it came."""
    said = str(body.get("result", ""))
    try:
        found = _ANSWER.fullmatch(ast.literal_eval(said))
    except (ValueError, SyntaxError, TypeError):
        found = None
    if found is None:
        return Value(good=True, text=said)
    good, text, length = found[1] == "+", found[3], int(found[2])
    if length > _inside.LIMIT:
        text += f"... [{length:,} letters, the first {_inside.LIMIT:,} are shown]"
    return Value(good=good, text=text)


def last_words(traceback: str) -> str:
    """Return what a traceback ends with: the exception, with all lines of its message."""
    lines = traceback.rstrip().splitlines()
    inner = [number for number, line in enumerate(lines) if re.match(r"  File |    |Traceback ", line)]
    return "\n".join(lines[inner[-1] + 1 :] if inner else lines) or traceback.strip()
