"""Write easygeoip/demo.mmdb: a City database of addresses that are nobody's (RFC 5737, RFC 3849, RFC 2544).

No line of it is about a real address. Needs mmdb-writer: `uv run makers/make_demo.py`.
"""

# /// script
# dependencies = ["mmdb-writer==0.2.7"]
# ///

from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter  # type: ignore[import-not-found]
from netaddr import IPSet  # type: ignore[import-untyped]

DEMO = Path(__file__).parents[1] / "easygeoip" / "demo.mmdb"


def place(
    city: str, country: str, code: str, latitude: float, longitude: float, **more: str
) -> dict[str, Any]:
    """Return a record as MaxMind's City databases have it."""
    return {
        "city": {"names": {"en": city}},
        "country": {"iso_code": code, "names": {"en": country}},
        "location": {"latitude": latitude, "longitude": longitude, **more},
    }


NETWORKS = {
    "192.0.2.0/24": place("Paris (demonstration)", "France", "FR", 48.85, 2.35, time_zone="Europe/Paris"),
    # No time zone in the record: found by their place.
    "198.51.100.0/24": place("Montreal (demonstration)", "Canada", "CA", 45.5, -73.6),
    "2001:db8::/32": place("Kyiv (demonstration)", "Ukraine", "UA", 50.45, 30.52),
    "203.0.113.0/24": {"location": {"latitude": 0.0, "longitude": -30.0}},  # at sea
    "198.18.0.0/15": {"country": {"iso_code": "CH", "names": {"en": "Switzerland"}}},  # no location
    "127.0.0.0/8": place("Dublin (demonstration)", "Ireland", "IE", 53.35, -6.26, time_zone="Europe/Dublin"),
    "::1/128": place("Dublin (demonstration)", "Ireland", "IE", 53.35, -6.26, time_zone="Europe/Dublin"),
}


def main() -> None:
    """Write the database."""
    writer = MMDBWriter(
        ip_version=6,
        ipv4_compatible=True,
        database_type="EasyGeoIP-Demo-City",
        languages=["en"],
        description="A demonstration: no real address is in it",
        float_type="f64",
    )
    for network, record in NETWORKS.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(DEMO))


if __name__ == "__main__":
    main()
