"""What the tests with real containers start, and how they end it again."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from docker.engine import require_engine, why_none
from docker.plain import Plain
from docker.stack import Stack
from e2e.projects import apart

from hatchway.engines._docker.owners import sweep_orphans

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.docker)


@pytest.fixture(scope="session", autouse=True)
def swept() -> None:
    """What tests have left that were killed, with the machine say, is not of this run."""
    if not why_none():
        asyncio.run(sweep_orphans())


@pytest.fixture(scope="module")
def runtime() -> Iterator[Path]:
    """Rendezvous and cache of the tests lie apart from the user's own."""
    require_engine()
    with apart() as directory:
        yield directory


@pytest.fixture(scope="module")
def shop(runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The shop, up in the background, its images built."""
    assert runtime.is_dir()
    with Stack("shop", tmp_path_factory.mktemp("project")) as stack:
        stack.compose("build")
        yield stack


@pytest.fixture
def stacks(runtime: Path, tmp_path: Path) -> Iterator[Callable[[str], Stack]]:
    """Makes projects, each ended after the test."""
    assert runtime.is_dir()
    with ExitStack() as opened:
        yield lambda name: opened.enter_context(Stack(name, tmp_path))


@pytest.fixture
def plain(tmp_path: Path, runtime: Path) -> Iterator[Plain]:
    """A container's name and app; nothing of it, or of ours, is left after the test."""
    assert runtime.is_dir()
    plain = Plain(tmp_path)
    yield plain
    plain.hatchway("down")
    subprocess.run(["docker", "rm", "--force", "--volumes", plain.name], capture_output=True, check=False)
