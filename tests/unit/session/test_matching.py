"""Which file is which: by content, by neighbours, by where the image was built from."""

import pytest

from hatchway.session.matching import Hints, SourceFile, match
from hatchway.session.paths import Roots

LOCAL = "/home/me/shop"


def files(root: str, **contents: str) -> dict[str, SourceFile]:
    """Make files of a root; in names, `__` stands for a slash."""
    return {
        f"{root}/{name.replace('__', '/')}.py": SourceFile(text, text.count("\n") + 1)
        for name, text in contents.items()
    }


PROJECT = files(
    LOCAL, web__app="web\napp", web__views="views\n2", api__app="api\napp", web__pkg___="", api__pkg___=""
)


def test_two_services_with_the_same_folder_are_told_apart_by_content() -> None:
    web = match(PROJECT, files("/app", app="web\napp", views="views\n2"), Hints())
    assert dict(web.files) == {
        f"{LOCAL}/web/app.py": "/app/app.py",
        f"{LOCAL}/web/views.py": "/app/views.py",
    }
    assert dict(match(PROJECT, files("/app", app="api\napp"), Hints()).files) == {
        f"{LOCAL}/api/app.py": "/app/app.py"
    }


def test_a_file_that_changed_is_the_one_beside_its_equal_neighbours() -> None:
    matched = match(PROJECT, files("/app", app="an older\nweb\napp", views="views\n2"), Hints())
    assert (f"{LOCAL}/web/app.py", "/app/app.py") in matched.files
    (difference,) = matched.differing
    assert (difference.local, difference.remote) == (f"{LOCAL}/web/app.py", "/app/app.py")
    assert (difference.local_lines, difference.remote_lines) == (2, 3)


def test_a_file_that_changed_and_is_alone_is_the_one_its_image_was_built_from() -> None:
    remote = files("/app", app="an older api")
    assert match(PROJECT, remote, Hints()).files == (), "it may be either"
    matched = match(PROJECT, remote, Hints(near=(f"{LOCAL}/api",)))
    assert matched.files == ((f"{LOCAL}/api/app.py", "/app/app.py"),)
    assert [one.local for one in matched.differing] == [f"{LOCAL}/api/app.py"]


def test_empty_files_follow_their_neighbours() -> None:
    local = files(LOCAL, web__pkg__init="", web__pkg__core="core\n2", api__pkg__init="")
    remote = files("/srv", pkg__init="", pkg__core="core\n2")
    assert dict(match(local, remote, Hints()).files) == {
        f"{LOCAL}/web/pkg/init.py": "/srv/pkg/init.py",
        f"{LOCAL}/web/pkg/core.py": "/srv/pkg/core.py",
    }


def test_what_nothing_speaks_for_is_not_matched() -> None:
    assert match(PROJECT, files("/usr/lib", app="somebody else's"), Hints()).files == ()
    assert match({}, files("/app", app="web"), Hints()).files == ()


@pytest.mark.parametrize(
    "installed", ["/usr/local/lib/python3.12/site-packages", "/opt/venv/lib/site-packages"]
)
def test_of_an_installed_copy_and_its_source_the_one_that_runs_is_meant(installed: str) -> None:
    local = files(LOCAL, src__pkg__core="core\n2")
    copies = {**files("/app/src", pkg__core="core\n2"), **files(installed, pkg__core="core\n2")}
    assert match(local, copies, Hints(inside=("/app",))).files == (
        (f"{LOCAL}/src/pkg/core.py", f"{installed}/pkg/core.py"),
    )
    flat = files(LOCAL, pkg__core="core\n2")
    beside = {**files("/app", pkg__core="core\n2"), **files(installed, pkg__core="core\n2")}
    assert match(flat, beside, Hints(inside=("/app",))).files == (
        (f"{LOCAL}/pkg/core.py", "/app/pkg/core.py"),
    )


def test_what_is_mounted_needs_no_pairs_but_is_compared() -> None:
    hints = Hints(binds=(Roots(f"{LOCAL}/web", "/app"),))
    matched = match(PROJECT, files("/app", app="web\napp", views="another engine's"), hints)
    assert matched.files == ()
    assert [one.local for one in matched.differing] == [f"{LOCAL}/web/views.py"]
