"""What the agent's tests start: each under every CPython from 3.10 to 3.14 that is found."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from agent.playing import AGENT, BEATING, PUPPET, PYDEVD, TARGET, Debuggee, Relay, kill
from e2e.environments import interpreters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(params=interpreters().items(), ids=lambda item: item[0])
def interpreter(request: pytest.FixtureRequest) -> Path:
    """Each Python that a debuggee may have."""
    path: Path = request.param[1]
    return path


@pytest.fixture(scope="session")
def payload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What delivery builds: the agent, its sitecustomize, and the pinned pydevd."""
    root = tmp_path_factory.mktemp("payload")
    shutil.copytree(AGENT, root / "hatchway_agent", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(AGENT / "_sitecustomize.py", root / "sitecustomize.py")
    # Without Cython, as on every machine but the one the wheel was made for.
    shutil.copytree(PYDEVD, root / "pydevd", ignore=shutil.ignore_patterns("__pycache__", "*cython*.so"))
    return root


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A rendezvous directory."""
    directory = tmp_path / "run"
    directory.mkdir(mode=0o700)
    return directory


@pytest.fixture
def relay(run: Path) -> Iterator[Relay]:
    """A relay with a session open."""
    relay = Relay(run)
    relay.open_session()
    yield relay
    relay.close()


@pytest.fixture
def environment(payload: Path, run: Path) -> dict[str, str]:
    """The environment of an armed container."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(payload), "HATCHWAY_RUN": str(run)}


@pytest.fixture
def start(
    interpreter: Path, environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., Debuggee]]:
    """Start a debuggee that does what it is asked; it is killed at the end of the test."""
    (tmp_path / "target.py").write_text(TARGET)
    script = tmp_path / "puppet.py"
    script.write_text(PUPPET.format(folder=str(tmp_path)))
    started = []

    def start(*options: str, **more: str) -> Debuggee:
        debuggee = Debuggee([str(interpreter), *options, str(script)], {**environment, **more}, tmp_path)
        started.append(debuggee)
        return debuggee

    yield start
    for debuggee in started:
        kill(debuggee.process)


@pytest.fixture
def launch(
    interpreter: Path, environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start any Python program in the test's folder; it is killed at the end of the test."""
    (tmp_path / "target.py").write_text(TARGET)
    launched = []

    def launch(*argv: str, **more: str) -> subprocess.Popen[str]:
        program = subprocess.Popen(
            [str(interpreter), *argv],
            env={**environment, **more},
            cwd=tmp_path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        launched.append(program)
        return program

    yield launch
    for program in launched:
        kill(program)


@pytest.fixture
def debuggee(start: Callable[..., Debuggee]) -> Debuggee:
    """A dormant process, ready to be asked."""
    debuggee = start()
    assert debuggee.hear() == "ready"
    return debuggee


@pytest.fixture
def beating(start: Callable[..., Debuggee], payload: Path, tmp_path: Path, relay: Relay) -> Debuggee:
    """A process of a server that has a killer."""
    relay.close_session()
    root = tmp_path / "payload"
    shutil.copytree(AGENT, root / "hatchway_agent", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(payload / "sitecustomize.py", root)
    (root / "pydevd").symlink_to(payload / "pydevd")
    (root / "hatchway_agent" / "servers" / "beating.py").write_text(BEATING)
    debuggee = start(PYTHONPATH=str(root))
    assert debuggee.hear() == "ready"
    debuggee.do(
        "import target; target.__version__ = '1.2'; beats = []; releases = []; asked = set(); known = 0"
    )
    relay.open_session()
    return debuggee
