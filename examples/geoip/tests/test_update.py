"""A new database takes the place of the old one whole and verified, or not at all."""

import gzip
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from easygeoip.settings import DEMO, EDITION

if TYPE_CHECKING:
    from conftest import MakeClient, MaxMind

FOLDER = Path(__file__).parent.parent
NEW = DEMO.read_bytes().replace(b"demonstration)", b"brought anew.)")
KEY = "licence"


class Update:
    """The command, as its user runs it."""

    def __init__(self, folder: Path, site: str) -> None:
        self.place = folder / f"{EDITION}.mmdb"
        self._environ = {"DATA_FOLDER": str(folder), "MAXMIND_SITE": site}

    def run(self, account: str = "12345", key: str = KEY) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "cli.py", "update_maxmind_city_db"],
            cwd=FOLDER,
            env={**os.environ, **self._environ, "MAXMIND_ACCOUNT_ID": account, "MAXMIND_LICENSE_KEY": key},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def update(tmp_path: Path, site: "MaxMind") -> Update:
    return Update(tmp_path / "data", site.url)


def test_what_is_running_answers_from_what_was_brought(  # S3.10, S3.W1, S3.M6
    update: Update, site: "MaxMind", make_client: "MakeClient"
) -> None:
    site.pack(NEW)
    client = make_client()
    assert client.get("/192.0.2.1").get_json()["data"]["city"]["names"]["en"] == "Paris (demonstration)"
    code, said = update.run()
    assert (code, said) == (
        0,
        f"{update.place} is up to date; what is running takes it for its next answer\n",
    )
    assert client.get("/192.0.2.1").get_json()["data"]["city"]["names"]["en"] == "Paris (brought anew.)"
    assert list(update.place.parent.iterdir()) == [update.place]
    assert update.place.stat().st_mode & 0o777 == 0o644, "the server may be another user"


def test_the_key_is_for_maxmind_alone(update: Update, site: "MaxMind") -> None:  # S3.M6
    assert update.run()[0] == 0
    assert site.secrets.pop("/storage") is None, "where it redirects to must not see it"
    (secret,) = site.secrets.values()
    assert secret is not None


def broken(site: "MaxMind", how: str) -> None:
    if how == "truncated":
        site.sent = len(site.archive) // 2
    elif how == "changed":
        site.checksum = "0" * 64
    elif how == "no archive":
        site.archive = gzip.compress(b"not a tar")
    elif how == "cut before it was packed":
        site.archive = site.archive[:-200]
    elif how == "no database":
        site.pack(b"not a database")
    elif how == "no City":
        site.pack(DEMO.read_bytes().replace(b"City", b"Town"))
    elif how == "another file":
        site.pack(DEMO.read_bytes(), "README.txt")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("truncated", "truncated, or changed on its way"),
        ("changed", "truncated, or changed on its way"),
        ("no archive", "cannot be unpacked"),
        ("cut before it was packed", "cannot be unpacked"),
        ("no database", "no MaxMind database"),
        ("no City", "no City"),
        ("another file", "there is no GeoLite2-City.mmdb"),
    ],
)
def test_a_broken_download_leaves_the_old_one(  # S3.M6
    how: str, why: str, update: Update, site: "MaxMind"
) -> None:
    update.place.parent.mkdir()
    update.place.write_bytes(DEMO.read_bytes())
    broken(site, how)
    code, said = update.run()
    assert code == 1
    assert why in said
    assert f"{update.place} is as it was" in said
    assert update.place.read_bytes() == DEMO.read_bytes()
    assert list(update.place.parent.iterdir()) == [update.place], "and nothing beside it"


def test_a_wrong_key_is_told_and_not_shown(update: Update) -> None:  # S3.M6
    code, said = update.run(key="wrong-key")
    assert (code, said.splitlines()[0]) == (
        1,
        "error: MaxMind does not know this account with this licence key",
    )
    assert "wrong-key" not in said
    assert not update.place.exists()


def test_without_an_account_it_says_where_to_get_one(update: Update) -> None:  # S3.W1
    code, said = update.run(account="")
    assert code == 1
    assert "set MAXMIND_ACCOUNT_ID and MAXMIND_LICENSE_KEY" in said
    assert "https://www.maxmind.com/en/geolite2/signup" in said


def test_maxmind_out_of_reach_is_told(tmp_path: Path) -> None:
    code, said = Update(tmp_path, "http://127.0.0.1:9").run()
    assert (code, "is out of reach" in said) == (1, True)
