"""Every request has its way, and what is announced is served."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hatchway.dap.idfields import RESPONSES
from hatchway.session.asking import KEYS
from hatchway.session.capabilities import CAPABILITIES, DEBUGPY_VERSION
from hatchway.session.routes import ROUTES, Route

ROOT = Path(__file__).resolve().parents[3]
REVERSE = {"runInTerminal", "startDebugging"}
CUSTOM = {
    "hatchwayTakeControls",
    *("setDebuggerProperty", "setPydevdSourceMap", "pydevdSystemInfo", "pydevdAuthorize"),
    *("debugpySystemInfo", "hatchwaySnapshot"),
}
SERVES = {
    "supportsConfigurationDoneRequest": "configurationDone",
    "supportsFunctionBreakpoints": "setFunctionBreakpoints",
    "supportsExceptionInfoRequest": "exceptionInfo",
    "supportsCompletionsRequest": "completions",
    "supportsSetVariable": "setVariable",
    "supportsSetExpression": "setExpression",
    "supportsGotoTargetsRequest": "gotoTargets",
    "supportsStepInTargetsRequest": "stepInTargets",
    "supportsDebuggerProperties": "setDebuggerProperty",
}


def test_the_requests_of_the_schema_and_the_custom_ones_are_all_routed() -> None:
    assert set(ROUTES) == (set(RESPONSES) - REVERSE) | CUSTOM


def test_every_route_to_one_worker_says_which_argument_names_it() -> None:
    assert set(KEYS) == {Route.THREAD, Route.FRAME, Route.VARIABLES, Route.SOURCE}


@pytest.mark.parametrize(("capability", "command"), SERVES.items())
def test_what_is_announced_is_served(capability: str, command: str) -> None:
    assert CAPABILITIES[capability] is True
    assert ROUTES[command] is not Route.REFUSED


@pytest.mark.parametrize("command", [command for command, route in ROUTES.items() if route is Route.REFUSED])
def test_what_is_refused_is_refused_with_a_reason(stage: Any, command: str) -> None:
    stage.begin()
    assert len(stage.refusal(command).split()) > 3


def test_capabilities_are_json() -> None:
    assert json.loads(json.dumps(CAPABILITIES)) == CAPABILITIES


def test_the_debugpy_told_of_is_the_one_that_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"debugpy=={DEBUGPY_VERSION}" in project["dependencies"]
