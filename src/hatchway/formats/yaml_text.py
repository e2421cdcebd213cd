"""YAML as people write it, from plain values: blocks for objects, one line for lists and small objects."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_WORD = r"[\w./@+:=()*-]*(?<!:)"
_PLAIN = re.compile(rf"\d+s|(?:--?)?(?:[A-Za-z_/]|\.(?![\d_])){_WORD}(?: [A-Za-z]{_WORD})*", re.ASCII)
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", ".inf", ".nan", "-.inf"}
"""What YAML 1.1 or 1.2 takes for something else than text."""
_UNPRINTABLE = re.compile(r"[\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
"""What YAML does not allow as it is, or takes for the end of a line."""
_ROOM = 100


def dump(value: Mapping[str, Any], margin: str = "") -> str:
    """Return an object as YAML. A key `#` stands for a comment in its place."""
    return "".join(f"{margin}{line}\n" if line else "\n" for line in _block(value))


def _block(value: Mapping[str, Any]) -> Iterator[str]:
    for key, one in value.items():
        if key.startswith("#"):
            yield f"# {one}" if one else ""
        elif not isinstance(one, list | Mapping) or (_is_small(one) and len(_flow(one)) < _ROOM):
            yield f"{scalar(key)}: {_flow(one)}".rstrip()
        elif isinstance(one, Mapping):
            yield f"{scalar(key)}:"
            yield from (f"  {line}" if line else "" for line in _block(one))
        else:
            yield f"{scalar(key)}:"
            yield from _items(one)


def _items(items: list[Any]) -> Iterator[str]:
    for item in items:
        lines = list(_block(item)) if isinstance(item, Mapping) and item else [_flow(item)]
        yield f"  - {lines[0]}"
        yield from (f"    {line}" for line in lines[1:])


def _is_small(value: list[Any] | Mapping[str, Any]) -> bool:
    """Tell whether a value reads best on one line: a list of plain values, an object of a few."""
    if isinstance(value, Mapping):
        return len(value) <= 1 and all(_is_flat(one) and one is not None for one in value.values())
    return all(_is_flat(one) for one in value)


def _is_flat(value: Any) -> bool:
    return not isinstance(value, list | Mapping) and "\n" not in str(value)


def _flow(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{scalar(key)}: {_flow(one)}" for key, one in value.items()) + " }"
            if value
            else "{}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, str):
        return scalar(value)
    return json.dumps(value)


def scalar(text: str) -> str:
    """Return a text so that YAML takes it for this text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
