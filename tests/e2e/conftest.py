"""What end-to-end tests start: a service under each Python, and editors that are closed again."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.browser import Browser, chromium, why_none
from e2e.environments import app_python, interpreters, newest
from e2e.running import Editor, Service
from selenium.webdriver import Chrome

FIRST = "3.11"


@pytest.fixture(params=sorted({FIRST, newest()} & interpreters().keys()))
def python(request: pytest.FixtureRequest) -> Path:
    """An interpreter of the service's own, with Flask and gunicorn and nothing of ours."""
    return app_python(request.param)


@pytest.fixture
def newest_python() -> Path:
    return app_python(newest())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project's folder; rendezvous and cache of the tests lie apart from the user's own."""
    project = tmp_path / "shop"
    project.mkdir()
    # Not below tmp_path: the path of a socket has 108 bytes at most.
    with tempfile.TemporaryDirectory(prefix="hw-") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        yield project


@pytest.fixture
def editors() -> Iterator[Callable[..., Editor]]:
    opened: list[Editor] = []

    def connect(service: Service, **options: Any) -> Editor:
        opened.append(Editor(service.hub_port, **options))
        return opened[-1]

    yield connect
    for editor in opened:
        editor.close()


@pytest.fixture(scope="session")
def driver() -> Iterator[Chrome]:
    """One Chromium for all tests: it takes a second to start."""
    if why := why_none():
        pytest.skip(why)
    with chromium() as started:
        yield started


@pytest.fixture
def browser(driver: Chrome) -> Iterator[Browser]:
    """An empty page in a window of its own, of the size people have, without anybody's cookies."""
    first = driver.current_window_handle
    driver.switch_to.new_window("window")
    driver.set_window_size(1200, 900)
    driver.get_log("browser")
    yield Browser(driver)
    driver.delete_all_cookies()
    driver.close()
    driver.switch_to.window(first)
