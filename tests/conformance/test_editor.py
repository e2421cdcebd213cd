"""What every editor's files must be: valid in their format, with the hub's port, and no path of anyone's."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hatchway import editors
from hatchway.editors import NAME, Editor
from hatchway.formats.artefact import Artefact
from hatchway.formats.jsonc import read
from hatchway.scaffold.plan import plan_of
from hatchway_agent.plugins import discover

ROOT = Path(__file__).parents[2]
EDITORS: dict[str, Editor] = discover(editors, "EDITOR")
PORT = 6789
FILES = {file.path: file for editor in EDITORS.values() for file in editor.files(PORT)}
ATTACH = set(
    """autoReload breakOnSystemExit clientOS connect consoleName debugAdapterPath django jinja justMyCode
    listen logToFile pathMappings processId redirectOutput showReturnValue subProcess
    terminalQuoteCharacter""".split()  # noqa: SIM905 - a table of words
)
"""What the debugpy extension's own schema knows of `attach`."""
ANY = {"name", "type", "request", "preLaunchTask", "postDebugTask"}


def text_of(file: Artefact) -> str:
    (change,) = plan_of([file], {}, {}).changes
    return change.after.decode()


def values(value: Any) -> Iterator[Any]:
    yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from values(one)


@pytest.mark.parametrize("name", EDITORS)
def test_an_editor_has_the_name_of_its_module_and_a_reason_for_each_file(name: str) -> None:
    editor = EDITORS[name]
    assert editor.name == name
    assert editor.title
    assert all(file.why for file in editor.files(PORT))


@pytest.mark.parametrize("path", FILES)
def test_a_file_stays_inside_the_project_and_names_no_folder_of_a_machine(path: str) -> None:
    assert not path.startswith("/")
    assert ".." not in path.split("/")
    assert not re.search(r"/(home|Users|root|tmp)/", text_of(FILES[path]))


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_valid_in_its_format(path: str) -> None:
    text = text_of(FILES[path])
    match path.rpartition(".")[2]:
        case "json":
            read(text)
        case "toml":
            tomllib.loads(text)
        case "xml":
            ET.fromstring(text)
        case "el":
            assert depth_of(text) == 0
        case "lua":
            assert len(re.findall(r"\b(?:function|then)\b", text)) == len(re.findall(r"\bend\b", text))
        case other:
            pytest.fail(f"say here how .{other} is checked")


def depth_of(text: str) -> int:
    code = re.sub(r'"(?:[^"\\]|\\.)*"|;.*', "", text)
    return code.count("(") - code.count(")")


def test_every_file_that_holds_an_address_has_the_port_of_the_hub() -> None:
    with_port = {path for path, file in FILES.items() if str(PORT) in text_of(file)}
    assert FILES.keys() - with_port == {".nvim.lua", ".vscode/tasks.json"}  # they go by launch.json


def test_vs_code_attaches_as_its_extension_understands_it() -> None:
    (launch,) = read(text_of(FILES[".vscode/launch.json"])).value["configurations"]
    assert launch.keys() <= ATTACH | ANY
    assert (launch["name"], launch["type"], launch["request"]) == (NAME, "debugpy", "attach")
    tasks = {task["label"]: task for task in read(text_of(FILES[".vscode/tasks.json"])).value["tasks"]}
    assert {launch["preLaunchTask"], launch["postDebugTask"]} == tasks.keys()
    # Without all of this, VS Code never takes the task for ready.
    up = tasks[launch["preLaunchTask"]]
    assert up["isBackground"]
    assert {"pattern", "background"} <= up["problemMatcher"].keys()
    assert {"beginsPattern", "endsPattern"} <= up["problemMatcher"]["background"].keys()


def test_the_task_waits_for_the_lines_that_up_prints() -> None:
    (up, _) = read(text_of(FILES[".vscode/tasks.json"])).value["tasks"]
    background = up["problemMatcher"]["background"]
    assert re.search(background["beginsPattern"], "hatchway: starting web, worker")
    assert re.search(background["endsPattern"], "hatchway: ready on 127.0.0.1:5678 (2 services, 3 workers)")
    assert re.search(up["problemMatcher"]["pattern"]["regexp"], "hatchway: error: no hub answers")


def test_pycharm_finds_the_names_that_it_knows() -> None:
    (configuration,) = ET.fromstring(text_of(FILES[".run/hatchway.run.xml"]))
    assert configuration.get("type") == "PythonDapAttachConfiguration"
    options = {one.get("name"): one.get("value") for one in configuration.findall("option")}
    assert options == {
        "localRoot": "$PROJECT_DIR$",
        "remoteAddress": f"localhost:{PORT}",
        "remoteRoot": "$PROJECT_DIR$",
    }


@pytest.mark.parametrize(
    ("path", "begins", "ends"),
    [
        (".nvim.lua", "dap.adapters.debugpy = function", "\nend"),
        (".helix/languages.toml", "[[language]]", "}"),
        (".dir-locals.el", "(add-to-list", ":json-false))"),
        (".run/hatchway.run.xml", "<component", "</component>"),
    ],
)
def test_what_the_readme_shows_is_what_is_written(path: str, begins: str, ends: str) -> None:
    (file,) = (file for editor in EDITORS.values() for file in editor.files(5678) if file.path == path)
    readme = (ROOT / "README.md").read_text()
    start = readme.index(begins)
    shown = readme[start : readme.index(ends, start) + len(ends)]
    assert squashed(shown) in squashed(file.text)


def squashed(text: str) -> str:
    """Return a text without blanks and without what the README remarks."""
    return re.sub(r"\s+(#.*)?", "", text)
