"""Two things measured in turn, in alternating order: what the machine does meanwhile falls on both alike."""

from collections.abc import Callable
from typing import TypeVar

Measured = TypeVar("Measured")


def in_turn(
    count: int, one: Callable[[], Measured], another: Callable[[], Measured]
) -> list[tuple[Measured, Measured]]:
    """Return what each gave, pair by pair."""
    pairs = []
    for number in range(count):
        if number % 2:
            first = one()
            pairs.append((first, another()))
        else:
            second = another()
            pairs.append((one(), second))
    return pairs
