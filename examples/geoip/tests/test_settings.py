"""What the environment may say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from easygeoip.settings import DEMO, Settings, WrongSettingError

FOLDER = Path(__file__).parent.parent


def test_nothing_need_be_set() -> None:  # S3.21
    assert Settings.of({}) == Settings(
        databases=(Path("data/GeoLite2-City.mmdb"), DEMO),
        name_server=None,
        dns_seconds=2.0,
        postgis=None,
        debug=False,
    )


def test_everything_can_be_set() -> None:  # S3.21
    environ = {
        "CITY_DATABASE": "/some/City.mmdb",
        "DNS_SERVER": "192.0.2.53:5353",
        "DNS_SECONDS": "0.5",
        "DB_HOST": "there",
        "DB_PORT": "5433",
        "DB_NAME": "zones",
        "DB_USER": "me",
        "DB_PASSWORD": "a secret",
        "DEBUG": "1",
    }
    server: dict[str, str | int] = {
        "host": "there",
        "port": 5433,
        "dbname": "zones",
        "user": "me",
        "password": "a secret",
    }
    assert Settings.of(environ) == Settings(
        databases=(Path("/some/City.mmdb"),),
        name_server=("192.0.2.53", 5353),
        dns_seconds=0.5,
        postgis=server,
        debug=True,
    )
    assert Settings.of({"DNS_SERVER": "2001:db8::53"}).name_server == ("2001:db8::53", 53)


@pytest.mark.parametrize(("text", "debug"), [("true", True), ("", False), ("False", False), ("0", False)])
def test_debug_takes_words_as_well_as_numbers(text: str, debug: bool) -> None:  # noqa: FBT001  # S3.W11
    assert Settings.of({"DEBUG": text}).debug is debug


def test_who_starts_it_is_told_in_one_line() -> None:  # S3.W11
    command = [sys.executable, "main.py"]
    done = subprocess.run(
        command, cwd=FOLDER, env=os.environ | {"DEBUG": "maybe"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "error: DEBUG: 'maybe' is neither 1 nor 0\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [("DEBUG", "maybe"), ("DNS_SECONDS", "-1"), ("DNS_SECONDS", "inf"), ("DNS_SERVER", "a:b")],
)
def test_what_cannot_be_is_named(name: str, text: str) -> None:
    with pytest.raises(WrongSettingError, match=f"{name}: "):
        Settings.of({name: text})
