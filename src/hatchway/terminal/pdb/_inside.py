"""Sent into the debuggee as text and run there in the user's frame: standard library only, Python 3.10."""

# ruff: noqa: PLC0415 - it is run as text: what it needs, it imports where it needs it

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 20_000
"""Letters of a value that are shown."""
BRIEF = 80
"""Letters of an exception in a list, as pdb has it."""


def _shown(kind: str, get: Callable[[], Any]) -> str:
    """Return `+` or `-`, how many letters the text has, a colon, and the text, cut."""
    try:
        value = get()
        good, text = True, _SHOW[kind](value)
    except BaseException as error:  # noqa: BLE001 - whatever the user's code raises is an answer
        good, text = False, _said(error)
    # One string: pydevd cuts strings that are inside of something to a few letters.
    shown = text[:LIMIT].encode("utf-8", "backslashreplace").decode()
    return f"{'+' if good else '-'}{len(text)}:{shown}"


def _said(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception_only(type(error), error)).strip()


def _repr(value: Any) -> str:
    text = repr(value)
    return text if type(text) is str else str.__str__(text)


def _brief(value: Any) -> str:
    import reprlib

    return reprlib.repr(value)


def _value(value: Any) -> str:
    return "" if value is None else _repr(value)


def _pretty(value: Any) -> str:
    import pprint

    return str(pprint.pformat(value))


def _kind(value: Any) -> str:
    if getattr(value, "__func__", None) is not None and hasattr(value.__func__, "__code__"):
        return f"Method {value.__func__.__code__.co_name}"
    if hasattr(value, "__code__") and hasattr(value.__code__, "co_name"):
        return f"Function {value.__code__.co_name}"
    if isinstance(value, type):
        return "Class " + value.__module__ + "." + value.__qualname__
    return _repr(type(value))


def _source(value: Any) -> str:
    import inspect
    import json

    lines, first = inspect.getsourcelines(value)
    return json.dumps([lines, first])


def _code(value: Any) -> str:
    """Say where a function begins: file, first line, and the first line that runs when it is called."""
    import json

    code = getattr(value, "__func__", value).__code__
    first = code.co_firstlineno
    body = next((line for _, _, line in code.co_lines() if line is not None and line > first), first)
    return json.dumps([code.co_filename, body])


def _chain(error: BaseException | None) -> str:
    """List an exception and what led to it: `repr`, last line, length of its traceback, how it led on."""
    import json

    chain: list[list[Any]] = []
    seen: set[int] = set()
    how = ""
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        length, trace = 0, error.__traceback__
        while trace is not None:
            length, trace = length + 1, trace.tb_next
        shown = _repr(error)
        chain.append(
            [shown if len(shown) <= BRIEF else shown[: BRIEF - 3] + "...", _said(error), length, how]
        )
        how = "cause" if error.__cause__ is not None else "context"
        hides = error.__cause__ is None and error.__suppress_context__
        error = None if hides else error.__cause__ or error.__context__
    return json.dumps(chain)


_SHOW = {
    "chain": _chain,
    "p": _repr,
    "brief": _brief,
    "value": _value,
    "pp": _pretty,
    "whatis": _kind,
    "source": _source,
    "code": _code,
}
