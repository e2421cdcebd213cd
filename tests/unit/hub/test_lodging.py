"""A folder has one hub, and a killed hub's word does not count."""

import json
import os
import socket
from pathlib import Path

import pytest

from hatchway.errors import HatchwayError
from hatchway.hub import lodging
from hatchway.hub.lodging import Lodging, find, sweep


def test_the_other_commands_find_the_hub_and_after_it_left_none(tmp_path: Path) -> None:
    directory = tmp_path / "shop"
    directory.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        lodger = Lodging(directory)
        lodger.announce(port, "local")
        found = find(directory)
        assert found is not None
        assert (found.port, found.engine) == (port, "local")
        with pytest.raises(HatchwayError, match=f"already runs .*:{port}"):
            Lodging(directory)
        lodger.leave()
    assert find(directory) is None
    assert not directory.exists()


@pytest.mark.parametrize("left", ["", "{}", "[1]", "{", json.dumps({"pid": 1, "port": "x"})])
def test_what_a_killed_hub_left_counts_for_nothing(tmp_path: Path, left: str) -> None:
    (tmp_path / "hub.json").write_text(left)
    assert find(tmp_path) is None


def test_a_killed_hubs_port_that_another_program_has_now_counts_for_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        left = {"pid": os.getpid(), "port": listener.getsockname()[1], "engine": "local"}
        (tmp_path / "hub.json").write_text(json.dumps(left))
        assert find(tmp_path) is None
        Lodging(tmp_path).announce(left["port"], "local")
        assert find(tmp_path) is not None, "the same words, by one who lives"


def test_of_two_that_begin_at_once_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lodging, "_PATIENCE", 0.05)
    first, second = Lodging(tmp_path), Lodging(tmp_path)
    first.announce(1, "local")
    with pytest.raises(HatchwayError, match="has just begun"):
        second.announce(2, "local")


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
