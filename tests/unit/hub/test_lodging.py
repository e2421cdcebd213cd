"""A folder has one hub, and a killed hub's word does not count."""

import json
import os
import socket
from pathlib import Path

import pytest

from hatchway.errors import HatchwayError
from hatchway.hub.lodging import Lodging, find


def test_the_other_commands_find_the_hub_and_after_it_left_none(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        lodging = Lodging(tmp_path)
        lodging.announce(port, "local")
        found = find(tmp_path)
        assert found is not None
        assert (found.port, found.engine) == (port, "local")
        with pytest.raises(HatchwayError, match=f"already runs .*:{port}"):
            Lodging(tmp_path)
        lodging.leave()
    assert find(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", ["", "{}", "[1]", "{", json.dumps({"pid": 1, "port": "x"})])
def test_what_a_killed_hub_left_counts_for_nothing(tmp_path: Path, left: str) -> None:
    (tmp_path / "hub.json").write_text(left)
    assert find(tmp_path) is None


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
