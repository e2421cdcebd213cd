"""The shell outlives a Ctrl-C at any moment: under load it comes between two commands, too."""

import queue
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pytest

from hatchway.terminal.pdb.plain import PlainConsole
from hatchway.terminal.pdb.shell import Ended, Left, Shell
from hatchway.terminal.pdb.state import State

if TYPE_CHECKING:
    from hatchway.terminal.client import DapClient


class Interrupting(queue.SimpleQueue[Mapping[str, Any] | Ended | None]):
    """An inbox that Ctrl-C comes to while somebody looks into it."""

    interrupts = 2

    def get_nowait(self) -> Mapping[str, Any] | Ended | None:
        """Come back empty, or not at all."""
        if self.interrupts:
            self.interrupts -= 1
            raise KeyboardInterrupt
        return super().get_nowait()


def test_ctrl_c_between_two_commands_gives_a_prompt(capsys: pytest.CaptureFixture[str]) -> None:
    client = cast("DapClient", None)  # nothing runs yet, so there is nobody to ask for a pause
    shell = Shell(client, Interrupting(), State("/srv"), PlainConsole(["q"]), echoes=False)
    with pytest.raises(Left):
        shell.run()
    assert "(hatchway) q" in capsys.readouterr().out
    assert not shell.state.waits
