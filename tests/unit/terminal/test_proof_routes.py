"""Which file of the project answers a route, and which route is fit for a proof."""

from pathlib import Path
from typing import Any

import pytest

from hatchway.errors import HatchwayError
from hatchway.terminal.proof.routes import candidates, read_routes

SHOP = Path("/home/me/shop")


def route(path: str, file: str, digest: str = "1", size: int = 1) -> dict[str, Any]:
    told = {"path": path, "method": "GET", "file": file, "digest": digest}
    return {**told, "line": 2, "function": "view", "size": size}


def test_of_several_files_of_a_name_the_one_with_the_content_is_it() -> None:
    files = {SHOP / "web/app.py": "1", SHOP / "api/app.py": "2"}
    (found,) = candidates([route("/", "/srv/api/app.py")], files, ["api"])
    assert (found.local, found.is_same) == (SHOP / "web/app.py", True)


def test_one_that_has_changed_is_known_by_its_path_or_its_service() -> None:
    files = {SHOP / "web/app.py": "1", SHOP / "api/app.py": "2"}
    (by_path,) = candidates([route("/", "/srv/api/app.py", "3")], files, ["web"])
    assert (by_path.local, by_path.is_same) == (SHOP / "api/app.py", False)
    (by_service,) = candidates([route("/", "/app/app.py", "3")], files, ["web"])
    assert by_service.local == SHOP / "web/app.py"


def test_libraries_and_files_of_others_are_left_out() -> None:
    told = [route("/docs", "/usr/lib/python3.13/site-packages/app.py"), route("/", "/srv/other.py")]
    assert candidates(told, {SHOP / "app.py": "1"}, []) == []


def test_a_long_handler_is_taken_before_a_short_one_and_a_health_check_last() -> None:
    told = [route("/health", "app.py", size=9), route("/", "app.py"), route("/message", "app.py", size=4)]
    found = candidates(told, {SHOP / "app.py": "1"}, [])
    assert [one.path for one in found] == ["/message", "/", "/health"]


def test_what_is_no_map_is_refused() -> None:
    assert read_routes({"result": '\'[{"path": "/"}, 3]\''}) == [{"path": "/"}]
    for answer in ({}, {"result": "NameError: h"}, {"result": "'{'"}):
        with pytest.raises(HatchwayError, match="cannot tell its routes"):
            read_routes(answer)
