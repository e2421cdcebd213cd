"""Paths go to the worker and come back as the same file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway.session.paths import PathMap, Roots

NAMES = st.text(st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"]), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("local", "remote", "here", "there"),
    [
        ("/home/me/app", "/srv", "/home/me/app/a.py", "/srv/a.py"),
        ("/home/me/app/", "/srv/", "/home/me/app/a.py", "/srv/a.py"),
        ("/", "/srv", "/a.py", "/srv/a.py"),
        ("/home/me", "/", "/home/me/a.py", "/a.py"),
        ("/srv", "/srv", "/srv/a.py", "/srv/a.py"),
        (r"C:\code\app", "/srv", r"C:\code\app\pkg\a.py", "/srv/pkg/a.py"),
        (r"\\host\share", "/srv", r"\\host\share\a.py", "/srv/a.py"),
    ],
)
def test_a_file_below_the_root_is_mapped_in_both_directions(
    local: str, remote: str, here: str, there: str
) -> None:
    paths = PathMap([Roots(local, remote)])
    assert paths.to_worker(here) == there
    assert paths.to_editor(there) == here


def test_a_folder_that_only_begins_alike_is_not_below_the_root() -> None:
    assert PathMap([Roots("/home/me/app", "/srv")]).to_worker("/home/me/app2/a.py") == "/home/me/app2/a.py"


def test_windows_roots_match_whatever_the_case_and_slashes() -> None:
    assert PathMap([Roots(r"C:\Code", "/srv")]).to_worker("c:/code/a.py") == "/srv/a.py"


def test_the_longest_root_decides() -> None:
    paths = PathMap([Roots("/home", "/a"), Roots("/home/me", "/b")])
    assert paths.to_worker("/home/me/x.py") == "/b/x.py"
    assert paths.to_worker("/home/you/x.py") == "/a/you/x.py"


@given(st.lists(NAMES, max_size=4))
def test_there_and_back_is_the_same_file(names: list[str]) -> None:
    paths = PathMap([Roots("/home/me/app", "/srv/app")])
    here = "/".join(["/home/me/app", *names])
    assert paths.to_editor(paths.to_worker(here)) == here


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"pathMappings": None},
        {"pathMappings": {}},
        {"pathMappings": [1, None, {}]},
        {"pathMappings": [{"localRoot": "/a", "remoteRoot": "."}]},
        {"pathMappings": [{"localRoot": "/a", "remoteRoot": 1}]},
    ],
)
def test_malformed_mappings_map_nothing(arguments: dict[str, object]) -> None:
    assert PathMap.of_arguments(arguments).roots == ()


def test_the_older_pair_of_roots_is_understood() -> None:
    assert PathMap.of_arguments({"localRoot": "/a", "remoteRoot": "/b"}).to_worker("/a/x.py") == "/b/x.py"
