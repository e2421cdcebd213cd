"""What is answered, with which status, to whom."""

import time
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

if TYPE_CHECKING:
    from conftest import MakeClient, NameServer

PARIS = {
    "city": {"names": {"en": "Paris (demonstration)"}},
    "country": {"iso_code": "FR", "names": {"en": "France"}},
    "location": {"latitude": 48.85, "longitude": 2.35, "time_zone": "Europe/Paris"},
}


def data(client: FlaskClient, target: str) -> dict[str, dict[str, object]]:
    answer = client.get(f"/{target}")
    assert answer.status_code == 200, answer.text
    found: dict[str, dict[str, object]] = answer.get_json()["data"]
    return found


def test_an_address_is_answered_with_its_whole_record(client: FlaskClient) -> None:  # S3.2, S3.3
    assert client.get("/192.0.2.1").json == {
        "data": {**PARIS, "traits": {"ip_address": "192.0.2.1"}},
        "zone_source": "record",
    }


@pytest.mark.parametrize("target", ["2001:db8::1", "2001:DB8:0::1"])
def test_ipv6(target: str, client: FlaskClient) -> None:  # S3.W4, S3.M2
    assert data(client, target)["traits"] == {"ip_address": "2001:db8::1"}


def test_an_ipv4_address_within_ipv6(client: FlaskClient) -> None:
    assert data(client, "::ffff:192.0.2.1") == data(client, "192.0.2.1")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("demo.example", "192.0.2.9"),
        ("demo.example.", "192.0.2.9"),
        ("DEMO.Example", "192.0.2.9"),
        ("bücher.example", "192.0.2.9"),
        ("six.example", "2001:db8::9"),
        ("both.example", "198.51.100.9"),  # the first of its addresses that is in the database
        ("second.example", "2001:db8::9"),
    ],
)
def test_a_name_is_looked_up(name: str, address: str, client: FlaskClient) -> None:  # S3.6, S3.M2
    assert data(client, name)["traits"] == {"ip_address": address}


def test_this_host_needs_no_name_server(client: FlaskClient, name_server: "NameServer") -> None:  # S3.6
    assert data(client, "localhost")["traits"] == {"ip_address": "127.0.0.1"}
    assert name_server.asked == []


@pytest.mark.parametrize(
    ("target", "status", "error"),
    [
        ("8.8.8.8", 404, "8.8.8.8 is not in the database"),
        ("2a00::1", 404, "2a00::1 is not in the database"),
        ("elsewhere.example", 404, "8.8.8.8 is not in the database"),
        ("nobody.example", 502, "nobody.example is not known"),
        ("mail.example", 502, "mail.example has no address"),
        ("broken.example", 502, "the name servers have no answer for broken.example"),
        ("slow.example", 504, "the name servers did not answer for slow.example within 0.3 s"),
        ("256.1.1.1", 400, "'256.1.1.1' is neither an IP address nor a domain name"),
        ("1", 400, "'1' is neither an IP address nor a domain name"),
        ("127.1", 400, "'127.1' is neither an IP address nor a domain name"),
        ("%20", 400, "' ' is neither an IP address nor a domain name"),
        ("tz_world_db", 400, "'tz_world_db' is neither an IP address nor a domain name"),
        ("intranet", 400, "'intranet' is neither an IP address nor a domain name"),
        ("-a.example", 400, "'-a.example' is neither an IP address nor a domain name"),
        ("a..example", 400, "'a..example' is neither an IP address nor a domain name"),
        ("fe80::1%25eth0", 400, "'fe80::1%eth0' is neither an IP address nor a domain name"),
        ("<b>", 400, "'<b>' is neither an IP address nor a domain name"),
    ],
)
def test_a_failure_has_its_status_and_says_why(  # S3.7, S3.W3, S3.M1
    target: str, status: int, error: str, make_client: "MakeClient", name_server: "NameServer"
) -> None:
    seconds = "0.3" if status == 504 else "30"
    client = make_client(DNS_SERVER=name_server.address, DNS_SECONDS=seconds)
    answer = client.get(f"/{target}")
    assert (answer.status_code, answer.get_json()) == (status, {"error": error})
    assert answer.content_type == "application/json"


def test_a_name_that_is_far_too_long(client: FlaskClient) -> None:  # S3.7
    assert client.get(f"/{'a.' * 200}example").status_code == 400
    assert client.get(f"/{'a' * 64}.example").status_code == 400


def test_a_slow_name_server_is_given_up(make_client: "MakeClient", name_server: "NameServer") -> None:
    # S3.W5, S3.M2
    client = make_client(DNS_SERVER=name_server.address, DNS_SECONDS="0.5")
    began = time.monotonic()
    assert client.get("/slow.example").status_code == 504
    assert time.monotonic() - began < 30, "its own limit, not the name server's"
    assert ("slow.example.", "A") in name_server.asked


@pytest.mark.parametrize(
    "target", ["favicon.ico", "apple-touch-icon-precomposed.png", "robots.txt", "sitemap.xml", "wp-login.php"]
)
def test_what_browsers_and_crawlers_ask_for_is_never_looked_up(  # S3.W11, S3.M2
    target: str, client: FlaskClient, name_server: "NameServer"
) -> None:
    assert client.get(f"/{target}").status_code == 404
    assert name_server.asked == []


def test_other_paths_and_methods(client: FlaskClient) -> None:  # S3.8
    for path in ("/a/b", "/192.0.2.1/", "/a%2Fb"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html"), path
    assert client.post("/192.0.2.1").status_code == 405
    with client.get("/static/page.js") as script:
        assert script.status_code == 200
    head = client.head("/192.0.2.1")
    assert (head.status_code, head.data) == (200, b"")


def test_a_record_without_location_is_answered(client: FlaskClient) -> None:  # S3.M1
    assert client.get("/198.18.0.1").json == {
        "data": {
            "country": {"iso_code": "CH", "names": {"en": "Switzerland"}},
            "traits": {"ip_address": "198.18.0.1"},
        },
        "zone_source": "none",
    }


def test_the_page_has_form_map_and_result(client: FlaskClient) -> None:  # S3.1, S3.W8
    answer = client.get("/")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "<h1>Easy GeoIP Tool</h1>" in answer.text
    assert 'name="ip_or_domain"' in answer.text
    assert "<button>Resolve</button>" in answer.text, "enabled without any script"
    assert "//" not in answer.text.replace("<!doctype html>", ""), "nothing of anybody else's"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_the_page_says_what_is_active(make_client: "MakeClient") -> None:  # S3.M3
    embedded = make_client().get("/").text
    assert "EasyGeoIP-Demo-City, a demonstration" in embedded
    assert "from record, then polygons." in embedded
    configured = make_client(DB_HOST="nobody.invalid", CITY_DATABASE="nothing.mmdb").get("/").text
    assert "No database: there is no nothing.mmdb" in configured
    assert "from record, then postgis, then polygons." in configured
