"""What every engine does alike, tried on those that need no other program; and where local processes meet."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from docker.engine import require_engine

from hatchway import engines
from hatchway.engines import Engine, Match, Selector
from hatchway.engines._docker.labels import DELIVERED, OUR_FOLDER, OUR_SERVICE
from hatchway.engines.rendezvous import private_directory, run_directory, service_directory
from hatchway.errors import HatchwayError
from hatchway.tunnel import Tunnel
from hatchway_agent.plugins import discover

ENGINES: dict[str, Engine] = discover(engines, "ENGINE")


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 30))


async def received(tunnel: Tunnel, length: int = 1 << 20) -> bytes:
    """Return what comes, up to a length or to the end, and close the tunnel."""
    data = b""
    try:
        while len(data) < length and (part := await tunnel.receive_some()):
            data += part
    finally:
        await tunnel.aclose()
    return data


def start_local(project: Path, service: str) -> None:
    service_directory(project, service)


def start_compose(project: Path, service: str) -> None:
    """Bring up one more service, labelled as `hatchway up` labels those with a payload."""
    file = project / "compose.yaml"
    config = json.loads(file.read_text()) if file.exists() else {"name": f"hw-{secrets.token_hex(4)}"}
    sleeps = {"image": "python:3.12-slim", "command": ["sleep", "600"], "stop_grace_period": "0s"}
    config.setdefault("services", {})[service] = {**sleeps, "labels": {DELIVERED: "payload-1"}}
    file.write_text(json.dumps(config))
    subprocess.run(["docker", "compose", "up", "-d", service], cwd=project, check=True, capture_output=True)


def end_compose(project: Path) -> None:
    subprocess.run(["docker", "compose", "down"], cwd=project, check=True, capture_output=True)


def start_docker(project: Path, service: str) -> None:
    """Start one more container, labelled as `hatchway run -- docker run` labels its own."""
    labels = {DELIVERED: "payload-1", OUR_FOLDER: str(project), OUR_SERVICE: service}
    words = [word for name, value in labels.items() for word in ("--label", f"{name}={value}")]
    argv = ["docker", "run", "--rm", "--detach", *words, "python:3.12-slim", "sleep", "600"]
    subprocess.run(argv, check=True, capture_output=True)


def end_docker(project: Path) -> None:
    words = ["docker", "ps", "--quiet", "--filter", f"label={OUR_FOLDER}={project}"]
    ids = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    subprocess.run(["docker", "rm", "--force", *ids], check=True, capture_output=True)


STARTERS = {"local": start_local, "compose": start_compose, "docker": start_docker}
"""By engine: how a service of a project is brought up. An engine without one fails here."""
ENDERS = {"compose": end_compose, "docker": end_docker}
PYTHONS = {"local": sys.executable, "compose": "python3", "docker": "python3"}


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a runtime directory of a length as systems have it; pytest's own are too long for a socket."""
    with tempfile.TemporaryDirectory(prefix="hw-") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield Path(directory)


@pytest.fixture
def project(tmp_path: Path, runtime: Path) -> Path:
    assert runtime.is_dir()
    folder = tmp_path / "shop"
    folder.mkdir()
    return folder


def marked(name: str) -> Any:
    return name if name == "local" else pytest.param(name, marks=pytest.mark.docker)


@pytest.fixture(params=map(marked, ENGINES))
def engine(request: pytest.FixtureRequest, project: Path) -> Iterator[Engine]:
    """Give each engine, with the services `web` and `worker` of the project up."""
    assert request.param in STARTERS, f"say in STARTERS how {request.param} brings a service up"
    if request.param != "local":
        require_engine()
    try:
        for service in ("web", "worker"):
            STARTERS[request.param](project, service)
        # A new one each time: engines remember whose folder is which project.
        yield type(ENGINES[request.param])()
    finally:
        if request.param in ENDERS:
            ENDERS[request.param](project)


def test_an_engine_is_named_like_its_file(engine: Engine) -> None:
    assert isinstance(engine, type(ENGINES[engine.name]))


def test_an_engine_gives_a_reason_for_a_match(engine: Engine, project: Path) -> None:
    async def test() -> None:
        match = await engine.detect(project)
        assert isinstance(match, Match)
        assert match.because
        assert match.score > 0
        assert await engine.detect(project / "nowhere") is None

    run(test())


def test_an_engine_lists_the_containers_of_the_services_asked_for(engine: Engine, project: Path) -> None:
    async def test() -> None:
        everything = await engine.containers(Selector(project))
        assert {container.service for container in everything} == {"web", "worker"}
        assert len({container.id for container in everything}) == 2
        (web,) = await engine.containers(Selector(project, ("web", "nothing")))
        assert web in everything
        assert web.service == "web"

    run(test())


def test_an_engine_runs_a_command_in_a_container(engine: Engine, project: Path) -> None:
    async def test() -> None:
        (web,) = await engine.containers(Selector(project, ("web",)))
        tunnel = await engine.exec(web, ["cat"])
        await tunnel.send_all(b"\0\xffbytes\r\n")
        assert await received(tunnel, 9) == b"\0\xffbytes\r\n"
        assert await tunnel.receive_some() == b""

    run(test())


def test_an_engine_passes_arguments_on_as_they_are(engine: Engine, project: Path) -> None:
    async def test() -> None:
        (web,) = await engine.containers(Selector(project, ("web",)))
        words = ["$HOME", "a b", "'", ""]
        tunnel = await engine.exec(
            web, [PYTHONS[engine.name], "-c", "import sys; print(sys.argv[1:])", *words]
        )
        assert await received(tunnel) == f"{words}\n".encode()

    run(test())


def test_an_engine_tells_what_is_up_then_what_comes(engine: Engine, project: Path) -> None:
    async def test() -> None:
        async with aclosing(engine.watch(Selector(project))) as changes:  # type: ignore[type-var]
            first = [await anext(changes), await anext(changes)]
            assert {change.container.service for change in first} == {"web", "worker"}
            STARTERS[engine.name](project, "mail")
            coming = await anext(changes)
            assert (coming.container.service, coming.gone) == ("mail", False)
            assert not any(change.gone for change in first)

    run(test())


def test_an_engine_says_where_the_agent_is_and_what_lives(engine: Engine, project: Path) -> None:
    async def test() -> None:
        selector = Selector(project, ("web",))
        (web,) = await engine.containers(selector)
        place = await engine.place(selector, web)
        assert place.pythons
        assert place.rendezvous.is_absolute()
        assert await engine.bare(selector) == []
        assert set(await engine.lively(selector)) <= {web}
        assert await engine.out_of_reach(selector) == [], "nothing in it runs Python"

    run(test())


def test_a_local_service_that_is_swept_away_is_gone(project: Path) -> None:
    async def test() -> None:
        directory = service_directory(project, "web")
        async with aclosing(ENGINES["local"].watch(Selector(project))) as changes:  # type: ignore[type-var]
            assert not (await anext(changes)).gone
            directory.rmdir()
            assert (await anext(changes)).gone

    run(test())


def test_processes_of_a_project_meet_in_a_place_of_their_own(
    project: Path, tmp_path: Path, runtime: Path
) -> None:
    other = tmp_path / "elsewhere" / "shop"
    other.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(project)
    assert run_directory(project) == run_directory(link) == run_directory(project / ".." / "shop")
    assert run_directory(other) != run_directory(project)
    assert run_directory(project).parent == runtime / "hatchway"
    assert run_directory(project).name.startswith("shop-")
    assert [
        path.stat().st_mode & 0o777 for path in (run_directory(project), run_directory(project).parent)
    ] == [
        0o700,
        0o700,
    ]


@pytest.mark.parametrize("given", ["", "relative/path", "/nowhere"])
def test_without_a_runtime_directory_tmp_serves(
    project: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", given)
    directory = run_directory(project)
    assert directory.parent == Path(f"/tmp/hatchway-{os.getuid()}")
    directory.rmdir()


def test_a_strange_name_makes_a_plain_directory(tmp_path: Path, runtime: Path) -> None:
    strange = tmp_path / "mein café/…" / ("x" * 200)
    strange.mkdir(parents=True)
    for path in (strange, strange.parent, Path("/")):
        directory = run_directory(path)
        assert directory.is_relative_to(runtime)
        name = directory.name
        assert name.isascii()
        assert len(name) <= 25


def test_a_path_too_long_for_a_socket_is_refused_with_a_hint(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / ("x" * 80)
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with pytest.raises(HatchwayError, match="too long a path for Unix sockets") as caught:
        run_directory(project)
    assert "XDG_RUNTIME_DIR" in caught.value.hint
    assert list(runtime.iterdir()) == []


@pytest.mark.parametrize("mode", [0o710, 0o702, 0o777])
def test_a_directory_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    directory = tmp_path / "open"
    directory.mkdir()
    directory.chmod(mode)
    with pytest.raises(HatchwayError, match=f"open to other users .mode {mode:o}."):
        private_directory(directory)


def test_a_link_to_a_directory_of_ours_is_refused(tmp_path: Path) -> None:
    private_directory(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(HatchwayError, match="is not a directory"):
        private_directory(tmp_path / "link")


def test_a_directory_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = private_directory(tmp_path / "ours")
    monkeypatch.setattr(os, "getuid", lambda: directory.stat().st_uid + 1)
    with pytest.raises(HatchwayError, match="belongs to another user"):
        private_directory(directory)


def test_a_place_that_cannot_be_made_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(HatchwayError, match="cannot be made") as caught:
        private_directory(tmp_path / "no" / "where")
    assert str(tmp_path / "no") in caught.value.hint
