"""The City database: which one is read, that it is read once, and that another may take its place."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import maxminddb
import pytest

from easygeoip import database
from easygeoip.settings import DEMO, EDITION

if TYPE_CHECKING:
    from conftest import MakeClient

LONDON = "81.2.69.142"


def test_maxminds_own_database_is_answered_as_it_is(maxmind: Path, make_client: "MakeClient") -> None:
    # S3.2, S3.W13, D1.1
    client = make_client(CITY_DATABASE=str(maxmind))
    with maxminddb.open_database(maxmind) as reader:
        for address in (LONDON, "2.125.160.216", "216.160.83.56", "89.160.20.112", "2001:218::1"):
            record = reader.get(address)
            assert isinstance(record, dict)
            traits = record.pop("traits", {})
            assert isinstance(traits, dict)
            data = client.get(f"/{address}").get_json()["data"]
            assert data == {**record, "traits": {**traits, "ip_address": address}}
    london = client.get(f"/{LONDON}").get_json()["data"]
    assert len(london["country"]["names"]) == 8, "all languages"
    assert (london["city"]["names"]["en"], london["location"]["time_zone"]) == ("London", "Europe/London")


def test_every_network_of_maxminds_database_is_answered(maxmind: Path, make_client: "MakeClient") -> None:
    # S3.3, S3.4, S3.M1, D1.2
    client = make_client(CITY_DATABASE=str(maxmind))
    filled = without_location = 0
    with maxminddb.open_database(maxmind) as reader:
        networks = list(reader)
    for network, record in networks:
        assert isinstance(record, dict)
        answer = client.get(f"/{network.network_address}")
        assert answer.status_code == 200, answer.text
        told = answer.get_json()
        if "location" in record:
            assert told["data"]["location"]["time_zone"]
            filled += told["zone_source"] == "polygons"
        else:
            without_location += 1
            assert "location" not in told["data"]
    assert filled == 41
    assert without_location == {"GeoIP2-City-Test.mmdb": 2, "GeoLite2-City-Test.mmdb": 0}[maxmind.name]


def test_it_is_opened_once(make_client: "MakeClient", monkeypatch: pytest.MonkeyPatch) -> None:  # S3.W6
    opened = []

    def count(path: Path) -> maxminddb.Reader:
        opened.append(path)
        return maxminddb.open_database(path)

    monkeypatch.setattr(database, "open_city", count)
    client = make_client()
    for _ in range(5):
        assert client.get("/192.0.2.1").status_code == 200
    assert opened == [DEMO]


def test_another_one_is_taken_up_and_given_up_while_it_runs(
    make_client: "MakeClient", tmp_path: Path
) -> None:  # S3.M6
    client = make_client()
    assert client.get("/health").get_json()["database"]["file"] == "demo.mmdb"
    own = tmp_path / "data" / f"{EDITION}.mmdb"
    own.parent.mkdir()
    shutil.copy(DEMO, own)
    assert client.get("/health").get_json()["database"]["file"] == own.name
    new = own.with_suffix(".new")
    new.write_bytes(DEMO.read_bytes().replace(b"demonstration)", b"another one..)"))
    new.replace(own)
    assert client.get("/192.0.2.1").get_json()["data"]["city"]["names"]["en"] == "Paris (another one..)"
    own.unlink()
    assert client.get("/health").get_json()["database"]["file"] == "demo.mmdb"


@pytest.mark.parametrize("content", [None, b"", b"no database", DEMO.read_bytes().replace(b"City", b"Town")])
def test_without_a_city_database_there_is_a_503(  # S3.7, S3.M1
    content: bytes | None, make_client: "MakeClient", tmp_path: Path
) -> None:
    path = tmp_path / "some.mmdb"
    if content is not None:
        path.write_bytes(content)
    client = make_client(CITY_DATABASE=str(path))
    for target in ("192.0.2.1", "health"):
        answer = client.get(f"/{target}")
        assert answer.status_code == 503
        assert "some.mmdb" in answer.get_json()["error"]
    assert client.get("/").status_code == 200, "the page says so"


def test_a_database_that_is_damaged_inside_is_a_503(
    make_client: "MakeClient", tmp_path: Path
) -> None:  # S3.M1
    path = tmp_path / "some.mmdb"
    path.write_bytes(DEMO.read_bytes().replace(b"demonstration)", b"too short)"))
    answer = make_client(CITY_DATABASE=str(path)).get("/192.0.2.1")
    assert answer.status_code == 503
    assert answer.get_json()["error"].startswith("the database is damaged: ")


def test_any_city_shaped_database_will_do(make_client: "MakeClient", tmp_path: Path) -> None:  # D1.6
    path = tmp_path / "theirs.mmdb"
    path.write_bytes(DEMO.read_bytes().replace(b"EasyGeoIP-Demo-City", b"DBIP-City-Lite-Demo"))
    client = make_client(CITY_DATABASE=str(path))
    assert client.get("/192.0.2.1").status_code == 200
    assert client.get("/health").get_json()["database"]["type"] == "DBIP-City-Lite-Demo"
