"""What a .dockerignore leaves out, as Docker's documentation says."""

import pytest

from hatchway.formats.dockerignore import leaves_out


@pytest.mark.parametrize(
    ("lines", "out", "kept"),
    [
        ("", (), ("app.py",)),
        ("*", ("app.py", "shop/app.py"), ()),
        ("*\n!app.py", ("other.py",), ("app.py",)),
        ("*\n!shop", ("other.py",), ("shop/app.py",)),
        ("# *\n", (), ("app.py",)),
        ("*.txt\n", ("requirements.txt",), ("shop/requirements.txt",)),
        ("**/*.txt", ("requirements.txt", "shop/inner/requirements.txt"), ()),
        ("/shop/", ("shop/app.py",), ("shop.py",)),
        ("./shop/**", ("shop/app.py",), ("shop",)),
        ("requirements.t?t", ("requirements.txt",), ("requirements.t/t",)),
        ("[a-c]*.py", ("app.py",), ("main.py",)),
        ("[!a-c]*.py", ("main.py",), ("app.py",)),
        ("!app.py\n*", ("app.py",), ()),
        ("[", (), ("app.py",)),
    ],
)
def test_the_last_line_that_fits_decides(lines: str, out: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert [path for path in out if not leaves_out(lines, path)] == []
    assert [path for path in kept if leaves_out(lines, path)] == []
