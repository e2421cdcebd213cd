"""A folder has one hub, and a killed hub's word does not count."""

import json
import os
import socket
from pathlib import Path

import pytest

from hatchway.errors import HatchwayError
from hatchway.hub.lodging import Lodging, find, sweep


def test_the_other_commands_find_the_hub_and_after_it_left_none(tmp_path: Path) -> None:
    directory = tmp_path / "shop"
    directory.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        lodging = Lodging(directory)
        lodging.announce(port, "local")
        found = find(directory)
        assert found is not None
        assert (found.port, found.engine) == (port, "local")
        with pytest.raises(HatchwayError, match=f"already runs .*:{port}"):
            Lodging(directory)
        lodging.leave()
    assert find(directory) is None
    assert not directory.exists()


@pytest.mark.parametrize("left", ["", "{}", "[1]", "{", json.dumps({"pid": 1, "port": "x"})])
def test_what_a_killed_hub_left_counts_for_nothing(tmp_path: Path, left: str) -> None:
    (tmp_path / "hub.json").write_text(left)
    assert find(tmp_path) is None


def test_what_a_killed_hub_left_is_removed_and_what_the_app_has_there_stays(tmp_path: Path) -> None:
    directory = tmp_path / "shop"
    service = directory / "web"
    service.mkdir(parents=True)
    (directory / "hub.json").write_text("{}")
    sweep(directory)
    assert list(directory.iterdir()) == [service]
    service.rmdir()
    sweep(directory)
    assert not directory.exists()


def test_a_file_whose_port_nobody_listens_on_does_not_keep_the_next_hub_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (tmp_path / "hub.json").write_text(json.dumps({"pid": 1, "port": port, "engine": "local"}))
    Lodging(tmp_path).announce(port, "compose")
    assert json.loads((tmp_path / "hub.json").read_text()) == {
        "pid": os.getpid(),
        "port": port,
        "engine": "compose",
    }
