"""Time zones: who is asked first, and what happens when PostGIS is away."""

import socket
from typing import TYPE_CHECKING

import pytest

from easygeoip import postgis
from easygeoip.zones import UNKNOWN, Polygons, zone_of

if TYPE_CHECKING:
    from conftest import MakeClient

MONTREAL = {"latitude": 45.5, "longitude": -73.6}


class Told:
    """A source that knows one zone, or none."""

    def __init__(self, name: str, zone: str | None) -> None:
        self.name = name
        self._zone = zone

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        assert {"latitude": latitude, "longitude": longitude} == MONTREAL
        return self._zone


def test_the_first_who_knows_is_believed() -> None:  # S3.M3
    knows, other, knows_not = (
        Told("knows", "Here/There"),
        Told("other", "Else/Where"),
        Told("knows not", None),
    )
    assert zone_of({**MONTREAL, "time_zone": "Its/Own"}, [knows]) == ("Its/Own", "record")
    assert zone_of(MONTREAL, [knows, other]) == ("Here/There", "knows")
    assert zone_of(MONTREAL, [knows_not, other]) == ("Else/Where", "other")
    assert zone_of(MONTREAL, [knows_not]) == UNKNOWN
    assert zone_of({}, [knows]) == UNKNOWN
    assert zone_of({"latitude": 1.0}, [knows]) == UNKNOWN


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (45.5, -73.6, "America/Toronto"),
        (48.85, 2.35, "Europe/Paris"),
        (50.45, 30.52, "Europe/Kyiv"),
        (0.0, -30.0, None),
    ],
)
def test_places_have_todays_zones(latitude: float, longitude: float, zone: str | None) -> None:  # S3.W14
    assert Polygons().zone_at(latitude, longitude) == zone


def test_a_place_at_sea_is_unknown(make_client: "MakeClient") -> None:  # S3.5
    told = make_client().get("/203.0.113.1").get_json()
    assert (told["data"]["location"]["time_zone"], told["zone_source"]) == ("Unknown", "none")


def test_the_answer_says_who_knew_it(make_client: "MakeClient") -> None:  # S3.M3
    client = make_client()
    assert client.get("/192.0.2.1").get_json()["zone_source"] == "record"
    assert client.get("/198.51.100.1").get_json()["zone_source"] == "polygons"


@pytest.mark.parametrize("is_listened", [False, True])
def test_postgresql_away_or_silent_is_no_error(  # S3.7, S3.M3
    is_listened: bool,  # noqa: FBT001 - pytest's way
    make_client: "MakeClient",
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(postgis, "SECONDS", 0.5)
    monkeypatch.setattr(postgis, "PAUSE", 3600.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if is_listened:
            taken.listen()
        client = make_client(DB_HOST="127.0.0.1", DB_PORT=str(taken.getsockname()[1]))
        for _ in range(20):
            told = client.get("/198.51.100.1").get_json()
            zone = told["data"]["location"]["time_zone"]
            assert (zone, told["zone_source"]) == ("America/Toronto", "polygons")
    asked = [line for line in caplog.messages if line.startswith("PostGIS is away")]
    assert len(asked) == 1, "and then left alone for a while"
