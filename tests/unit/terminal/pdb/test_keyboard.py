"""The keyboard is the program's while it runs: a line at a time, and what it does not read is had back."""

import os
import select
from collections.abc import Iterator

import pytest

from hatchway.terminal.pdb.keyboard import Keyboard

PATIENCE = 30


@pytest.fixture
def keys() -> Iterator[tuple[int, Keyboard]]:
    """Where keys are pressed, and who lends them."""
    ours, terminal = os.openpty()
    yield ours, Keyboard(terminal)
    os.close(ours)


def is_offered(keyboard: Keyboard, patience: float = PATIENCE) -> bool:
    return bool(select.select([keyboard.stdin], [], [], patience)[0])


def test_lines_go_one_by_one_and_only_while_they_are_lent(keys: tuple[int, Keyboard]) -> None:
    ours, keyboard = keys
    os.write(ours, b"ann\nbob\ncid\n")
    assert not is_offered(keyboard, 0)
    with keyboard.lent():
        assert is_offered(keyboard)
        assert os.read(keyboard.stdin, 100) == b"ann\n"
        assert is_offered(keyboard)
        assert os.read(keyboard.stdin, 100) == b"bob\n", "it takes all there is, so it is offered one"
        assert is_offered(keyboard)
    assert keyboard.take_back() == "cid\n"
    assert keyboard.take_back() == ""
    assert not is_offered(keyboard, 0)
    with keyboard.lent():
        os.write(ours, b"dan\n")
        assert is_offered(keyboard), "and on from there"


def test_the_end_of_the_input_is_passed_on(keys: tuple[int, Keyboard]) -> None:
    ours, keyboard = keys
    with keyboard.lent():
        os.write(ours, b"\x04")
        assert is_offered(keyboard)
        assert os.read(keyboard.stdin, 100) == b""
    assert keyboard.take_back() == ""
