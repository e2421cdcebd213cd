"""What a project tells the doctor: in pyproject.toml or hatchway.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchway.errors import UsageError

KEYS = ("ignore", "exclude", "fail-on")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is left out, and what counts as a failure."""

    ignore: tuple[str, ...] = ()
    """Rules by code or name."""
    exclude: tuple[str, ...] = ()
    """Folders that are not looked into, relative to the project."""
    fail_on: str = ""


def read_configuration(root: Path) -> Configuration:
    """Return what the project says; raises `UsageError` if that cannot be read."""
    for name, keys in (("hatchway.toml", ("doctor",)), ("pyproject.toml", ("tool", "hatchway", "doctor"))):
        try:
            told: Any = tomllib.loads((root / name).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            if name == "pyproject.toml":
                # Whatever is wrong with it is not about us.
                continue
            msg = f"{name} cannot be read: {error}"
            raise UsageError(msg) from None
        for key in keys:
            told = told.get(key, {}) if isinstance(told, dict) else {}
        if told:
            return _checked(told, name)
    return Configuration()


def _checked(told: Any, name: str) -> Configuration:
    unknown = sorted(set(told) - set(KEYS)) if isinstance(told, dict) else ["doctor"]
    if unknown:
        msg = f"{name}: the doctor does not know `{unknown[0]}`"
        raise UsageError(msg, f"it knows {', '.join(KEYS)}")
    lists = [told.get(key, []) for key in ("ignore", "exclude")]
    if not all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in lists):
        msg = f"{name}: `ignore` and `exclude` of the doctor are lists of strings"
        raise UsageError(msg, 'ignore = ["HW501"]')
    exclude = tuple(folder.strip("/").removeprefix("./") for folder in lists[1])
    return Configuration(tuple(lists[0]), exclude, str(told.get("fail-on", "")))
