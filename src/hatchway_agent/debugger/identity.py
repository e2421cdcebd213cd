"""A dict that knows code objects by identity, for pydevd's caches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType


class IdentityDict(dict[Any, Any]):
    """A dict whose keys are code objects, or tuples that begin with one, by identity.

    Keeps the code objects alive, as an id may be reused.
    """

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.codes: dict[int, CodeType] = {}

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what is known under this very key."""
        return super().get(_by_identity(key), default)

    def __contains__(self, key: Any) -> bool:
        """Tell whether something is known under this very key."""
        return super().__contains__(_by_identity(key))

    def __getitem__(self, key: Any) -> Any:
        """Return what is known under this very key."""
        return super().__getitem__(_by_identity(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        """Note what is known under this key."""
        code = key[0] if type(key) is tuple else key
        self.codes[id(code)] = code
        super().__setitem__(_by_identity(key), value)

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self.codes.clear()


def _by_identity(key: Any) -> Any:
    return (id(key[0]), *key[1:]) if type(key) is tuple else id(key)
