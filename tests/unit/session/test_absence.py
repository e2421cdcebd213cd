"""The sentence about a process that cannot be debugged, and that each editor is told it once."""

from typing import Any

import pytest

from hatchway.model import Container
from hatchway.session.absence import MOST_TOLD, sentence_of
from hatchway.session.core import DebugSession
from hatchway.session.events import EditorLeft, FromEditor, Output, ProcessesMissing, ToEditor
from hatchway_agent.survey.reasons import Cause

HERE = Container("web", "web", "web")
THERE = Container("1f", "shop-web-1", "web", is_foreign=True)


def test_the_sentence_names_process_reason_and_way_out() -> None:
    said = sentence_of(HERE, ["/venv/bin/python", "-I", "app.py"], "isolated", "-I")
    assert said == (
        "web: `python -I app.py` is out of reach: Python's -I ignores PYTHONPATH; "
        "leave it out, or start it with `hatchway run --pth`"
    )


def test_in_a_container_the_way_out_is_another_one() -> None:
    said = sentence_of(THERE, ["python", "-E", "app.py"], "isolated", "-E")
    assert "--pth" not in said
    assert said.endswith("leave it out of the command while you debug")


@pytest.mark.parametrize("container", [HERE, THERE], ids=["here", "there"])
@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_sentence_with_a_way_out(cause: Cause, container: Container) -> None:
    said = sentence_of(container, ["python", "app.py"], str(cause), "DETAIL")
    assert said.startswith("web: `python app.py` is out of reach: ")
    why, semicolon, way = said.partition("; ")
    assert semicolon
    assert way
    assert "\n" not in said
    assert "{" not in why
    assert ("nothing of ours started" in why) == (cause is Cause.UNKNOWN)


def test_a_long_command_is_cut_and_stays_on_its_line() -> None:
    said = sentence_of(
        HERE, ["/bin/python", "-c", "import time\nwhile True: time.sleep(1)" * 9], "cleared", ""
    )
    assert len(said) < 200
    assert "\n" not in said


def missing(*sentences: str, container: str = "web") -> ProcessesMissing:
    return ProcessesMissing(container, sentences)


class Desk:
    """A session, and what its editor reads in the console."""

    def __init__(self) -> None:
        self.session = DebugSession("token")
        self._seq = 0

    def feed(self, event: Any) -> list[str]:
        return console(self.session.receive(event, 0.0))

    def ask(self, client: int, command: str, **arguments: Any) -> list[str]:
        self._seq += 1
        message = {"seq": self._seq, "type": "request", "command": command, "arguments": arguments}
        return self.feed(FromEditor(message, client))

    def attach(self, client: int = 1) -> list[str]:
        return [*self.ask(client, "initialize", clientID="test", adapterID="a"), *self.ask(client, "attach")]


def console(outputs: list[Output]) -> list[str]:
    said = [output.message for output in outputs if isinstance(output, ToEditor)]
    bodies = [message["body"] for message in said if message.get("event") == "output"]
    return [body["output"] for body in bodies if body["category"] == "console"]


def test_an_attached_editor_is_told_once_and_then_only_what_is_new() -> None:
    desk = Desk()
    desk.attach()
    assert desk.feed(missing("one")) == ["hatchway: one\n"]
    assert desk.feed(missing("one", "two")) == ["hatchway: two\n"]
    assert desk.feed(missing()) == []
    assert desk.feed(missing("one")) == []
    assert desk.feed(missing("one", container="db")) == []


def test_an_editor_that_comes_later_is_told_what_is_missing_then() -> None:
    desk = Desk()
    assert desk.feed(missing("one", "two")) == []
    assert desk.feed(missing("two")) == []
    assert desk.attach() == ["hatchway: two\n"]
    desk.feed(EditorLeft(1))
    assert desk.attach() == ["hatchway: two\n"]


def test_who_joins_another_is_told_too_and_the_other_not_again() -> None:
    desk = Desk()
    desk.attach()
    desk.feed(missing("one"))
    assert desk.attach(2)[0] == "hatchway: one\n"
    assert desk.feed(missing("one", "two")) == ["hatchway: two\n", "hatchway: two\n"]


def test_no_editor_is_told_without_end() -> None:
    desk = Desk()
    desk.attach()
    said = [line for number in range(2 * MOST_TOLD) for line in desk.feed(missing(f"number {number}"))]
    assert len(said) == MOST_TOLD
