"""Commands against a hub that answers from a table: what they ask, what they say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hatchway.terminal.pdb.arriving import arrive
from hatchway.terminal.pdb.breakpoints import Breakpoint
from hatchway.terminal.pdb.crew import Crew, Stopped, name_of
from hatchway.terminal.pdb.effects import Ask, Complain, Go, Quit, Read, Say, Snapshot, Source
from hatchway.terminal.pdb.interpreter import execute, names, needs_stop
from hatchway.terminal.pdb.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hatchway.terminal.pdb.effects import Effect, Script

FILE = ["def f(x):", "    y = x", "    return y", "", "f(1)"]
PROCESSES = [
    {"service": "web", "container": "shop-web-1", "pid": 7, "role": "supervisor", "title": "gunicorn"},
    {"service": "web", "container": "shop-web-1", "pid": 8, "role": "worker", "title": "gunicorn worker 1",
     "server": "gunicorn", "python": "3.13.0", "state": "attached"},
    {"service": "web", "container": "shop-web-1", "pid": 9, "role": "worker", "title": "gunicorn worker 2",
     "server": "gunicorn", "python": "3.13.0", "state": "stopped"},
]  # fmt: skip


class Hub:
    """Does what scripts say, and notes it."""

    def __init__(self) -> None:
        self.state = State("/srv")
        self.stack = [("f", 2), ("<module>", 5)]
        self.said: list[str] = []
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.lines: list[str] = []
        self.next_stop: dict[str, Any] | None = {"reason": "step"}
        self.left: bool | None = None
        self.evaluate: Callable[[str], str] = lambda _: repr("+1:1")
        self.next_id = 100

    def run(self, script: Script) -> None:
        answer: Any = None
        while True:
            try:
                effect = script.send(answer)
            except StopIteration:
                return
            answer = self.do(effect)

    def do(self, effect: Effect) -> Any:
        match effect:
            case Ask(command, arguments) | Go(command, arguments):
                self.asked.append((command, arguments))
                return self.answer(effect)
            case Say(text, code):
                self.said.append(text + code)
            case Complain(text):
                self.said.append(f"*** {text}")
            case Read():
                return self.lines.pop(0) if self.lines else None
            case Source(source):
                return FILE if source.get("path") == "/srv/app.py" else []
            case Snapshot():
                return {"processes": PROCESSES}
            case Quit(kill):
                self.left = kill
        return None

    def answer(self, effect: Ask | Go) -> Any:
        if isinstance(effect, Go):
            return self.next_stop
        match effect.command:
            case "stackTrace":
                first, levels = effect.arguments["startFrame"], effect.arguments["levels"]
                # As pydevd does it: without a number of them, all from the first.
                frames = self.frames()[first : first + levels] if levels else self.frames()
                return {"stackFrames": frames, "totalFrames": len(self.stack)}
            case "evaluate":
                return {"result": self.evaluate(effect.arguments["expression"])}
            case "setBreakpoints" | "setFunctionBreakpoints":
                return {"breakpoints": [self.bound(spec) for spec in effect.arguments["breakpoints"]]}
        return {}

    def bound(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        self.next_id += 1
        return {**spec, "id": self.next_id, "verified": True}

    def frames(self) -> list[dict[str, Any]]:
        source = {"path": "/srv/app.py"}
        return [
            {"id": number, "name": name, "line": line, "source": source}
            for number, (name, line) in enumerate(self.stack, 1)
        ]

    def stop(self, **body: Any) -> None:
        self.run(arrive(self.state, Stopped(1, "web/9", {"threadId": 1, "reason": "breakpoint", **body})))
        self.said.clear()
        self.asked.clear()

    def type(self, line: str) -> list[str]:
        self.said.clear()
        self.run(execute(self.state, line))
        return self.said


@pytest.fixture
def hub() -> Hub:
    return Hub()


def test_a_stop_is_shown_with_its_place_and_its_line(hub: Hub) -> None:
    hub.run(arrive(hub.state, Stopped(1, "web/9", {"threadId": 1})))
    assert hub.said == ["> /srv/app.py(2)f()", "-> y = x"]
    assert hub.state.crew.prompt("web/9") == "(web-1 gunicorn 2) "


def test_a_call_stands_on_its_def_first(hub: Hub) -> None:
    hub.stack = [("<module>", 5)]
    hub.stop()
    hub.stack = [("f", 2), ("<module>", 5)]
    hub.evaluate = lambda _: repr("-9:NameError")
    assert hub.type("s") == ["--Call--", "> /srv/app.py(1)f()", "-> def f(x):"]
    hub.asked.clear()
    assert hub.type("s") == ["> /srv/app.py(2)f()", "-> y = x"]
    assert not hub.asked, "the thread stands there already"


def test_a_return_shows_what_it_returns(hub: Hub) -> None:
    hub.stop()
    hub.stack = [("f", 3), ("<module>", 5)]
    assert hub.type("n") == ["--Return--", "> /srv/app.py(3)f()->1", "-> return y"]


def test_a_blank_line_steps_again_but_evaluates_nothing_again(hub: Hub) -> None:
    hub.stop()
    hub.evaluate = lambda _: repr("-1:x")
    hub.type("n")
    hub.asked.clear()
    hub.type("")
    assert hub.asked[0][0] == "next"
    hub.type("p x")
    hub.asked.clear()
    assert hub.type("") == []
    assert not hub.asked


def test_what_is_no_command_is_python(hub: Hub) -> None:
    hub.stop()
    hub.evaluate = lambda text: "" if text == "z = 3" else repr("+1:3")
    assert hub.type("z = 3") == []
    assert hub.type("z") == ["3"]
    assert hub.type("!n") == ["3"]
    hub.lines = ["    print(i)", ""]
    hub.asked.clear()
    hub.evaluate = lambda _: ""
    hub.type("for i in z:")
    assert hub.asked[0][1]["expression"] == "for i in z:\n    print(i)\n"


def test_a_value_that_is_too_long_is_cut_with_a_note(hub: Hub) -> None:
    hub.stop()
    hub.evaluate = lambda _: repr(f"+10485762:{'x' * 20_000}")
    assert hub.type("p big")[0].endswith("xxx... [10,485,762 letters, the first 20,000 are shown]")


def test_an_error_is_said_as_pdb_does(hub: Hub) -> None:
    hub.stop()
    hub.evaluate = lambda _: repr("-34:NameError: name 'nope' is not defined")
    assert hub.type("p nope") == ["*** NameError: name 'nope' is not defined"]
    assert hub.type("p") == ["*** an expression is missing"]
    assert hub.type("u ;; u ;; p x") == ["> /srv/app.py(5)<module>()", "-> f(1)", "*** Oldest frame"]


def test_breakpoints_are_numbered_and_sent_by_file(hub: Hub) -> None:
    hub.stop()
    assert hub.type("b 3, x > 1") == ["Breakpoint 1 at /srv/app.py:3"]
    assert hub.type("tbreak app.py:2") == ["Breakpoint 2 at /srv/app.py:2"]
    assert hub.asked[-1][1]["breakpoints"] == [{"line": 3, "condition": "x > 1"}, {"line": 2}]
    assert hub.type("b 4") == ["*** Blank or comment"]
    assert hub.type("b 9") == ["*** End of file"]
    assert hub.type("condition 1") == ["Breakpoint 1 is now unconditional."]
    assert hub.type("disable 1") == ["Disabled breakpoint 1 at /srv/app.py:3"]
    assert hub.type("b") == [
        "Num Type         Disp Enb   Where",
        "1   breakpoint   keep no    at /srv/app.py:3",
        "2   breakpoint   del  yes   at /srv/app.py:2",
    ]
    hub.lines = ["y"]
    assert hub.type("cl")[0] == "Deleted breakpoint 1 at /srv/app.py:3"
    assert hub.asked[-1] == ("setBreakpoints", {"source": {"path": "/srv/app.py"}, "breakpoints": []})
    assert hub.type("cl 1") == ["*** Breakpoint 1 already deleted"]


def test_a_temporary_breakpoint_stops_one_worker_and_no_other(hub: Hub) -> None:
    hub.stop()
    hub.type("tbreak 3")
    hit = hub.state.book.kept[1].dap_id
    hub.run(execute(hub.state, "c"))
    hub.said.clear()
    hub.run(arrive(hub.state, Stopped(1, "web/9", {"threadId": 1, "hitBreakpointIds": [hit]})))
    assert hub.said[0] == "Deleted breakpoint 1 at /srv/app.py:3"
    hub.said.clear()
    hub.run(arrive(hub.state, Stopped(2, "web/8", {"threadId": 2, "hitBreakpointIds": [hit]})))
    assert hub.said == []
    assert hub.asked[-1] == ("continue", {"threadId": 2})


def test_a_breakpoint_has_commands_of_its_own(hub: Hub) -> None:
    hub.stop()
    hub.type("b 3")
    hub.lines = ["silent", "p x", "", "c", "end", "not read"]
    hub.type("commands")
    assert hub.lines == ["not read"]
    assert hub.type("b")[2:] == ["\tsilent", "\tp x", "\tc"]
    hit = {"threadId": 1, "hitBreakpointIds": [hub.state.book.kept[1].dap_id]}
    hub.run(arrive(hub.state, Stopped(1, "web/9", hit)))
    assert hub.said == hub.type("b"), "the place is not shown"
    assert hub.state.ahead == ["silent", "p x", "c"]
    assert hub.type("silent") == []
    hub.type("c")
    assert hub.state.ahead == [], "what is left is for the stop that it was at"
    hub.lines = ["end"]
    hub.type("commands 1")
    hub.run(arrive(hub.state, Stopped(1, "web/9", hit)))
    assert hub.said == ["> /srv/app.py(2)f()", "-> y = x"]
    assert hub.type("commands 7") == ["*** Breakpoint number 7 out of range"]


def test_commands_of_pdb_that_are_not_here_say_what_to_do(hub: Hub) -> None:
    for line, said in (("restart", "q!"), ("debug f()", "the program itself")):
        assert said in hub.type(line)[0]
    assert not any("restart" in line for line in hub.type("h"))


def test_a_traceback_has_the_frames_of_its_own_exception(hub: Hub) -> None:
    hub.stack = [("f (Current frame)", 3), ("<module>", 5), ("[Chained Exc: no] f", 2)]
    hub.run(arrive(hub.state, Stopped(1, "web/9", {"threadId": 1, "reason": "exception"})))
    said = [line.strip() for line in hub.said]
    assert said[1:3] == ['File "/srv/app.py", line 5, in <module>', "f(1)"]
    assert not any("Chained" in line for line in [*said, *hub.type("w")])


def test_exceptions_are_told_with_those_that_led_to_them_and_looked_at(hub: Hub) -> None:
    hub.stack = [("f", 3), ("<module> (Current frame)", 5)]
    hub.stack += [("[Chained Exc: a [b] c] f", 1), ("[Chained Exc: a [b] c] <lambda>", 2)]
    chain = [["E('z')", "E: z", 2, ""], ["E('a')", "E: a", 2, "context"], ["E()", "E", 0, "cause"]]
    hub.evaluate = lambda _: repr(f"+1:{json.dumps(chain)}")
    hub.run(arrive(hub.state, Stopped(1, "web/9", {"threadId": 1, "reason": "exception"})))
    said = [line.strip() for line in hub.said]
    assert said[0] == "E", "raised by nobody, it has no frames"
    assert said[1].startswith("The above exception was the direct cause")
    assert said[3:5] == ['File "/srv/app.py", line 1, in f', "def f(x):"]
    assert said[8].startswith("During handling of the above exception")
    assert hub.type("exceptions") == ["    - E()", "    1 E('a')", ">   2 E('z')"]
    assert hub.type("exceptions 1") == ["> /srv/app.py(2)<lambda>()", "-> y = x"]
    assert hub.type("u") == ["> /srv/app.py(1)f()", "-> def f(x):"]
    assert hub.type("exceptions")[1] == ">   1 E('a')"
    assert "traceback" in hub.type("exceptions 0")[0]
    assert hub.type("exceptions 3") == ["*** No exception with that number"]
    assert hub.type("exceptions z") == ["*** Argument must be an integer"]
    hub.stop()
    assert hub.type("exceptions") == ["*** it has not stopped at an exception"]


def test_ignored_hits_run_on_and_are_counted(hub: Hub) -> None:
    hub.stop()
    hub.type("b 3")
    assert hub.type("ignore 1 2") == ["Will ignore next 2 crossings of breakpoint 1."]
    hit = {"threadId": 1, "hitBreakpointIds": [hub.state.book.kept[1].dap_id]}
    for _ in range(3):
        hub.state.leave()
        hub.run(arrive(hub.state, Stopped(1, "web/9", hit)))
    assert [command for command, _ in hub.asked].count("continue") == 2
    assert hub.state.here is not None
    assert hub.type("b")[-1] == "\tbreakpoint already hit 3 times"


def test_the_first_line_of_the_program_stops_once(hub: Hub) -> None:
    hub.state.book.entry = Breakpoint(0, {"path": "/srv/app.py"}, 1, temporary=True, dap_id=5)
    hub.stop(hitBreakpointIds=[5])
    assert hub.state.book.entry is None
    assert not hub.state.book.kept, "it has no number"


def test_workers_are_listed_and_looked_at_in_turn(hub: Hub) -> None:
    hub.stop()
    hub.state.crew.arrive({"threadId": 2, "text": "web/8", "reason": "breakpoint"})
    assert hub.state.crew.prompt("web/9") == "(web-1 gunicorn 2, 1 more waiting) "
    assert hub.type("workers") == [
        "    #  WORKER            PID  PYTHON  STATE",
        "    1  web-1 gunicorn 1  8    3.13.0  stopped, waiting",
        "->  2  web-1 gunicorn 2  9    3.13.0  stopped",
    ]
    hub.state.width = 40
    assert hub.type("workers")[2] == "->  2  web-1 gunicorn 2  stopped", "narrow, it shows the state at least"
    assert hub.type("worker 1") == ["> /srv/app.py(2)f()", "-> y = x"]
    assert hub.state.label == "web/8"
    assert list(hub.state.crew.waiting) == [1], "the other one waits again"
    assert hub.type("where all")[0] == "web-1 gunicorn 1:"
    hub.asked.clear()
    hub.type("continue all")
    assert hub.asked == [("continue", {"threadId": 2}), ("continue", {"threadId": 1})]
    assert hub.type("worker 5") == ["*** there is no worker 5: `workers` lists them"]


def test_continue_takes_back_a_pause_that_has_not_come_to_a_stop(hub: Hub) -> None:
    hub.state.waits = False
    hub.state.crew.pausing |= {7, 8}
    hub.state.crew.arrive({"threadId": 7, "text": "web/8", "reason": "pause"})
    hub.type("c")
    assert hub.asked == [("continue", {"threadId": 8})]
    assert hub.state.waits
    hub.asked.clear()
    hub.type("c")
    assert not hub.asked


def test_what_needs_a_stop_says_so_where_there_is_none(hub: Hub) -> None:
    assert hub.type("n") == ["*** nothing is stopped: `c` waits for the next stop"]
    assert needs_stop("p x", {})
    assert needs_stop("x + 1", {})
    assert not needs_stop("b app.py:3", {})
    assert needs_stop("w", {})
    assert not needs_stop("w all", {})
    assert not needs_stop("workers", {})


def test_source_is_listed_on_and_on(hub: Hub) -> None:
    hub.stop()
    assert hub.type("l 1,2") == ["  1  \tdef f(x):", "  2  ->\t    y = x"]
    assert hub.type("l") == ["  3  \t    return y", "  4  \t", "  5  \tf(1)", "[EOF]"]
    assert hub.type("ll") == ["  1  \tdef f(x):", "  2  ->\t    y = x", "  3  \t    return y"]


def test_a_deep_stack_is_shown_once(hub: Hub) -> None:
    hub.stack = [("f", 2)] * 200 + [("<module>", 5)]
    hub.stop()
    assert len(hub.type("w")) == 2 * len(hub.stack)
    assert hub.type("u 200") == ["> /srv/app.py(5)<module>()", "-> f(1)"]
    assert hub.type("u") == ["*** Oldest frame"]


def test_every_command_has_help_and_quit_says_how(hub: Hub) -> None:
    assert all("(" in line or ":" in line for line in hub.type("h")[:-1])
    assert {"workers", "n", "tbreak", "undisplay", "q!"} <= set(names())
    assert hub.type("h unt")[0].startswith("unt(il) [LINE]")
    assert hub.type("h pp")[0].startswith("pp EXPRESSION")
    hub.type("q")
    assert hub.left is False
    hub.type("q!")
    assert hub.left is True


@pytest.mark.parametrize(
    ("process", "name"),
    [
        (
            {"service": "web", "container": "shop-web-2", "title": "gunicorn worker 3", "pid": 8},
            "web-2 gunicorn 3",
        ),
        ({"service": "shop", "container": "shop", "title": "python", "pid": 8}, "shop python 8"),
    ],
)
def test_a_worker_is_called_by_its_place(process: dict[str, Any], name: str) -> None:
    assert name_of(process) == name


def test_one_plain_program_has_the_prompt_of_pdb() -> None:
    crew = Crew([{"service": "shop", "pid": 3, "role": "worker", "server": "python", "title": "app.py"}])
    assert crew.prompt("shop/3") == "(Pdb) "
    assert crew.prompt("") == "(hatchway) "
