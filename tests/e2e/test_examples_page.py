"""The segmentation example in containers, debugged: its page in a browser, the hunt for the slow picture."""

import dataclasses
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from e2e.browser import Browser
from e2e.environments import app_python, newest
from e2e.examples import PATIENCE, read, wait_until_healthy
from e2e.projects import Project, apart
from e2e.running import Editor, until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(300)]
TITLE = "DeepLabV3 image segmentation"
MODEL = "Active model: GrabCut (built in: foreground and background, no classes)"
LOOKING = "class_map = model.classify(seen)"
SIZE = (384, 288)
"""Nine times what the model is then given: a second in place of a part of one."""


class Segmentation(Project):
    """The example's project, under Hatchway."""

    def __init__(self, folder: Path) -> None:
        super().__init__("segmentation", folder)
        self.case = self.example.case
        self.picture = self.case.folder / "tests" / "disc.png"

    @property
    def page(self) -> str:
        return self.base("STREAMLIT_PORT")

    def armed(self, hub: int, source: str, text: str) -> Editor:
        """Attach an editor, to be closed, with a breakpoint in the one line that reads so."""
        file = self.source(source)
        lines = [line.strip() for line in file.read_text().splitlines()]
        assert lines.count(text) == 1
        return Editor(hub).armed(file, lines.index(text) + 1)

    def segment(self, picture: Path) -> bytes:
        """Have a picture segmented."""
        return dataclasses.replace(self.case.request, upload=("file", picture)).send(
            self.base(), 4 * PATIENCE
        )

    def seconds(self) -> float:
        """Return what the model took for the last picture, as the log says."""
        log = self.compose("logs", "fastapi")
        return float(re.findall(r"looked at .* in ([\d.]+) s$", log, re.MULTILINE)[-1])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Segmentation]:
    with apart(), Segmentation(tmp_path_factory.mktemp("project")) as stack:
        stack.compose("build")
        yield stack


@pytest.fixture(scope="module")
def hub(project: Segmentation) -> int:
    """Bring it up; return the hub's port."""
    port = project.up()
    wait_until_healthy(project.base())
    return port


def open_page(browser: Browser, project: Segmentation, css: str = "p", text: str = MODEL) -> None:
    until(lambda: is_served(project), lambda: project.compose("logs", "streamlit"))
    browser.open(project.page, css, text)


def is_served(project: Segmentation) -> bool:
    try:
        return project.ask("/_stcore/health", port="STREAMLIT_PORT")[0] == 200
    except OSError:
        return False


def insert(browser: Browser, picture: Path) -> None:
    """Insert a picture in the page, and ask for its segments."""
    field = browser.until(lambda: browser.all("input[type=file]"), "a field for a file")[0]
    field.send_keys(str(picture))
    browser.one("[data-testid=stFileUploader]", picture.name)
    browser.button("Get segmentation map").click()


def test_the_page_triggers_a_stop_in_the_api(
    project: Segmentation, hub: int, browser: Browser
) -> None:  # S2.11, S2.13, S2.14, S2.17, S2.19, S2.M3
    open_page(browser, project)
    browser.one("h1", TITLE)
    with project.armed(hub, "api/segmentation.py", LOOKING) as editor:
        insert(browser, project.picture)
        frame = editor.top(editor.stopped(PATIENCE))
        assert frame["source"]["path"] == str(project.case.source)
        assert editor.locals_of(frame)[1]["size"] == "(96, 64)"
        browser.one("[data-testid=stSpinner]", "Looking at it")
        editor.request("disconnect")
    browser.one("h2", "Original")
    browser.one("h2", "Segmented")
    assert [size_of(browser, number) for number in range(2)] == [[96, 64], [96, 64]]
    left, right = browser.all("[data-testid=stColumn]")
    assert left.rect["y"] == right.rect["y"], "side by side"
    browser.one("[data-testid=stColumn]", "background 81%, foreground 19%")
    browser.shot("segmentation")
    assert browser.complaints() == []
    log = project.compose("logs")
    assert re.search(r"fastapi-1 .*POST /segmentation", log)
    assert re.search(r"streamlit-1 .*You can now view your Streamlit app", log)


def size_of(browser: Browser, number: int) -> list[int]:
    """Return the size of a picture as it was sent, once it is there."""
    script = """const picture = document.querySelectorAll("[data-testid=stImage] img")[arguments[0]];
        return picture?.naturalWidth ? [picture.naturalWidth, picture.naturalHeight] : null"""
    return browser.until(lambda: browser.evaluate(script, number), f"picture {number}")


def test_the_page_itself_is_debugged(project: Segmentation, hub: int, browser: Browser) -> None:  # S2.19
    open_page(browser, project)
    with project.armed(hub, "ui/ui.py", "show(upload.getvalue(), segmented, active.classes)") as editor:
        insert(browser, project.picture)
        frame = editor.top(editor.stopped(PATIENCE))
        assert frame["source"]["path"] == str(project.source("ui/ui.py"))
        assert editor.evaluate("active.classes", frame) == "['background', 'foreground']"
        editor.request("disconnect")
    browser.one("h2", "Segmented")


def test_the_page_says_what_is_wrong(
    project: Segmentation, hub: int, browser: Browser, tmp_path: Path
) -> None:  # S2.12, S2.W5, S2.M4
    assert hub
    open_page(browser, project)
    browser.button("Get segmentation map").click()
    browser.one("[data-testid=stAlert]", "Insert an image!")
    (tmp_path / "broken.png").write_bytes(project.picture.read_bytes()[:1000])
    insert(browser, tmp_path / "broken.png")
    browser.one("[data-testid=stAlert]", "This file is no picture, or a broken one. (status 400)")
    browser.shot("segmentation-broken")


def test_the_page_waits_for_the_api(project: Segmentation, hub: int, browser: Browser) -> None:  # S2.M4
    assert hub
    open_page(browser, project)  # its scripts are kept: the API's new container changes the network
    project.compose("stop", "--timeout", "1", "fastapi")
    open_page(browser, project, "[data-testid=stAlert]", "does not answer")
    browser.shot("segmentation-waiting")
    project.compose("start", "fastapi")
    browser.button("Get segmentation map")
    browser.gone("[data-testid=stAlert]")


def test_the_description_of_the_api_needs_nobody_else(
    project: Segmentation, hub: int, browser: Browser
) -> None:  # S2.7, S2.17, S2.M3
    assert hub
    browser.open(f"{project.base()}/docs", ".info", MODEL)
    browser.one(".info .title", TITLE)
    browser.one(".opblock-summary", "/segmentation").click()
    browser.one(".responses-inner", "image/png")
    browser.button("Try it out").click()
    browser.one(".opblock-body input[type=file]").send_keys(str(project.picture))
    browser.button("Execute").click()
    shown = "const [img] = document.querySelectorAll('.live-responses-table img'); return img?.naturalWidth"
    assert browser.until(lambda: browser.evaluate(shown), "the segments") == 96
    browser.shot("segmentation-docs")
    assert browser.complaints() == []


def test_the_slow_picture_is_hunted(
    project: Segmentation, hub: int, tmp_path: Path
) -> None:  # S2.9, S2.10, S2.M2
    large = tmp_path / "large.png"
    script = (
        f"from PIL import Image; Image.open({str(project.picture)!r}).resize({SIZE}).save({str(large)!r})"
    )
    subprocess.run([app_python(newest(), "segmentation"), "-c", script], check=True)
    took = {}
    for max_size, seen in (("off", "(384, 288)"), ("128", "(128, 96)")):
        project.environ["MAX_SIZE"] = max_size
        assert project.hatchway("up", "-d").returncode == 0
        wait_until_healthy(project.base())
        with (
            ThreadPoolExecutor(1) as client,
            project.armed(hub, "api/segmentation.py", LOOKING) as editor,
        ):
            answer = client.submit(project.segment, large)
            frame = editor.top(editor.stopped(PATIENCE))
            values = editor.locals_of(frame)[1]
            assert (values["whole"], values["size"]) == ("(384, 288)", seen)
            editor.request("disconnect")
            assert read(answer.result(4 * PATIENCE)) == {"size": [384, 288], "pixels": [0, 1]}
        project.segment(large)
        took[seen] = project.seconds()
    assert took["(128, 96)"] < took["(384, 288)"], "what is seen in the debugger is what it takes"


@pytest.mark.nightly
@pytest.mark.timeout(1200)  # PyTorch as the index has it is 2.5 GB to load and 5 to store
def test_a_checkpoint_of_ones_own_is_debugged_in_its_container(tmp_path: Path) -> None:  # S2.8, S2.M3
    with apart(), Segmentation(tmp_path) as stack:
        stack.environ |= {
            "COMPOSE_FILE": "compose.yaml:compose.deeplab.yaml",
            "DEEPLAB_CHECKPOINT": "./deeplab.pth",
        }
        stack.compose("build")
        with (
            (stack.folder / "tests" / "checkpoint.py").open() as maker,
            stack.source("deeplab.pth").open("wb") as file,
        ):
            in_its_image = [
                "docker",
                "run",
                "--rm",
                "--interactive",
                f"{stack.project}-fastapi",
                "python",
                "-",
            ]
            subprocess.run(in_its_image, stdin=maker, stdout=file, check=True)
        hub = stack.up()
        wait_until_healthy(stack.base())
        assert json.loads(stack.ask("/health")[1])["model"] == "DeepLabV3-ResNet101 (deeplab.pth)"
        with ThreadPoolExecutor(1) as client, stack.armed(hub, "api/segmentation.py", LOOKING) as editor:
            answer = client.submit(stack.segment, stack.picture)
            frame = editor.top(editor.stopped(PATIENCE))
            assert editor.evaluate("type(model).__name__", frame) == "'DeepLab'"
            editor.request("disconnect")
            assert read(answer.result(4 * PATIENCE)) == {"size": [96, 64], "pixels": [19]}
