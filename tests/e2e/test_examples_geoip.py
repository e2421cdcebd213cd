"""Easy GeoIP as it runs in production: nginx, uWSGI and supervisord in one container, PostGIS in another."""

import http.client
import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from e2e.examples import EXAMPLES
from e2e.projects import Project, production
from e2e.running import until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]  # the first build takes minutes
MAXMIND = EXAMPLES.parents[1] / "shared" / "data" / "geoip" / "GeoIP2-City-Test.mmdb"
WITHOUT_ZONE = "/198.51.100.7"
AGREE = """
import os, random
from easygeoip.postgis import PostGIS
from easygeoip.settings import Settings
from easygeoip.zones import Polygons
settings, dice = Settings.of(os.environ), random.Random(1)
places = [(dice.uniform(-60, 75), dice.uniform(-180, 180)) for _ in range(400)]
postgis, polygons = PostGIS(settings.postgis), Polygons()
told = [postgis._ask(*place) for place in places]
assert told == [polygons.zone_at(*place) for place in places]
print(len(set(told)))
"""


@pytest.fixture(scope="module")
def geoip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with production("geoip", tmp_path_factory.mktemp("project")) as stack:
        yield stack


def sql(geoip: Project, query: str) -> list[str]:
    """Ask the database in its own container, where its superuser needs no password."""
    words = ("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--dbname=tz_world", "--command", query)
    return geoip.compose("exec", "-T", "tz_world_db", *words).splitlines()


def source(geoip: Project) -> str:
    """Return who knew the time zone of a place that has none in its record."""
    code, said = geoip.ask(WITHOUT_ZONE)
    told = json.loads(said)
    assert (code, told["data"]["location"]["time_zone"]) == (200, "America/Toronto")
    return str(told["zone_source"])


def pid_of_uwsgi(geoip: Project) -> str:
    """Return which process uWSGI's master is, nothing while there is none."""
    look = "supervisorctl -c docker/supervisord.conf status uwsgi || true"
    found = re.search(r"RUNNING +pid (\d+)", geoip.inside("sh", "-c", look))
    return found[1] if found else ""


def encoding(geoip: Project, path: str) -> tuple[str, str]:
    """Return of what type an answer is and how it is packed."""
    request = urllib.request.Request(geoip.base() + path, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["Content-Type"].partition(";")[0], answer.headers["Content-Encoding"] or ""


def test_the_time_zones_are_in_the_image(geoip: Project) -> None:  # S3.16, S3.W7, S3.W12
    columns = sql(geoip, "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = 'tz_world'::regclass AND attnum > 0 ORDER BY attnum")  # fmt: skip
    assert columns == ["gid|integer", "tzid|text", "geom|geometry(MultiPolygon,4326)"]
    assert "USING gist (geom)" in " ".join(
        sql(geoip, "SELECT indexdef FROM pg_indexes WHERE tablename = 'tz_world'")
    )
    (known,) = sql(geoip, "SELECT count(*) FROM tz_world WHERE ST_IsValid(ST_Envelope(geom))")
    assert int(known) > 400
    query = "SELECT tzid FROM tz_world WHERE ST_Contains(geom, ST_GeomFromText('POINT (2.35 48.85)', 4326))"
    assert sql(geoip, query) == ["Europe/Paris"]
    assert "Index Scan using tz_world_geom_idx" in " ".join(sql(geoip, f"EXPLAIN {query}"))
    (attribution,) = sql(geoip, "SELECT obj_description('tz_world'::regclass)")
    assert "OpenStreetMap" in attribution
    assert "ODbL" in attribution


def test_the_application_may_read_the_time_zones_and_no_more(geoip: Project) -> None:  # S3.20, S3.21, S3.W12
    services = geoip.config()["services"]
    assert set(services) == {"app", "tz_world_db"}
    assert "ports" not in services["tz_world_db"]
    assert services["app"]["environment"]["DB_PASSWORD"] == geoip.environ["DB_PASSWORD"]
    assert geoip.environ["DB_PASSWORD"] not in "".join(one.read_text() for one in geoip.folder.glob("*.yaml"))
    rights = "SELECT privilege_type FROM information_schema.table_privileges WHERE grantee = 'easygeoip'"
    assert sql(geoip, rights) == ["SELECT"]
    (rule,) = sql(geoip, "SELECT auth_method FROM pg_hba_file_rules WHERE user_name = '{easygeoip}'")
    assert rule == "scram-sha-256"


def test_a_time_zone_that_the_record_lacks_comes_from_postgis(geoip: Project) -> None:  # S3.4, S3.M3
    until(lambda: source(geoip) == "postgis", lambda: geoip.compose("logs"))
    assert "postgis" in json.loads(geoip.ask("/health")[1])["zones"]


def test_postgis_and_the_polygons_agree(geoip: Project) -> None:  # S3.4, S3.5, S3.W14, D2.4
    assert int(geoip.inside("python", "-c", AGREE)) > 50


def test_postgresql_away_is_no_error_and_it_is_taken_up_again(geoip: Project) -> None:  # S3.7, S3.M3
    until(lambda: source(geoip) == "postgis", lambda: geoip.compose("logs"))
    geoip.compose("stop", "tz_world_db")
    assert source(geoip) == "polygons"
    geoip.compose("start", "tz_world_db")
    until(lambda: source(geoip) == "postgis", lambda: geoip.compose("logs"))


def test_development_is_flasks_own_server_on_the_users_files(geoip: Project) -> None:  # S3.15, S3.21
    both = ("-f", "compose.yaml", "-f", "compose.override.yaml")
    app = json.loads(geoip.compose(*both, "config", "--format", "json"))["services"]["app"]
    assert app["command"] == ["python", "main.py", "--host=0.0.0.0", "--port=8000"]
    assert app["environment"]["DEBUG"] == "1"
    mounts = {mount["target"]: mount["type"] for mount in app["volumes"]}
    assert mounts == {"/srv/app": "bind", "/data": "volume"}


def test_supervisord_keeps_nginx_and_uwsgi(geoip: Project) -> None:
    # S3.17, S3.18, S3.W2, S3.W11, S3.W12, S3.M5
    states = {line.split()[0]: line.split()[1] for line in geoip.supervisorctl("status").splitlines()}
    assert states == {"nginx": "RUNNING", "uwsgi": "RUNNING"}
    look = "import socket; print(socket.create_connection(('127.0.0.1', 9191)).makefile().read())"
    stats = json.loads(geoip.inside("python", "-c", look))
    assert f"uWSGI=={stats['version']}\n" in (geoip.folder / "requirements-server.txt").read_text()
    workers = {worker["pid"] for worker in stats["workers"]}
    assert len(workers) == 2
    assert int(pid_of_uwsgi(geoip)) not in workers, "a master keeps them"
    assert stats["sockets"][0]["name"] == "127.0.0.1:3031"


def test_only_nginx_can_be_reached_and_nobody_is_root(geoip: Project) -> None:  # S3.20, S3.W12
    assert geoip.listening() == {3031, 8000, 9191}
    assert geoip.listening(loopback=False) == {8000}
    users = geoip.inside("sh", "-c", "cat /proc/[0-9]*/status | grep ^Uid")
    assert {line.split()[1] for line in users.splitlines()} == {"10001"}


def test_nginx_packs_what_can_be_packed(geoip: Project) -> None:  # S3.19, S3.W9, S3.W10
    wanted = {
        "/": ("text/html", "gzip"),
        "/192.0.2.1": ("application/json", "gzip"),
        "/static/page.js": ("application/javascript", "gzip"),
        "/static/page.css": ("text/css", "gzip"),
        "/static/world.svg": ("image/svg+xml", "gzip"),
    }
    assert {path: encoding(geoip, path) for path in wanted} == wanted
    assert geoip.inside("sh", "-c", "nginx -t -c /srv/app/docker/nginx.conf 2>&1").count("successful") == 1
    told = (geoip.folder / "docker" / "nginx.conf").read_text()
    for line in ("merge_slashes off;", "gzip_comp_level 6;", "worker_processes auto;", "daemon off;"):
        assert line in told
    assert geoip.code("/ui-prototype/") == 404


def test_a_body_has_a_limit(geoip: Project) -> None:  # S3.19
    for megabytes, status in ((36, 413), (34, 405)):
        with closing(
            http.client.HTTPConnection("127.0.0.1", int(geoip.ports["GEOIP_PORT"]), timeout=30)
        ) as client:
            client.putrequest("POST", "/192.0.2.1")
            client.putheader("Content-Length", str(megabytes << 20))
            client.endheaders()
            if status == 405:
                client.send(bytes(megabytes << 20))
            assert client.getresponse().status == status


def test_a_stopped_uwsgi_is_a_502(geoip: Project) -> None:  # S3.19, S3.M5
    geoip.supervisorctl("stop", "uwsgi")
    assert geoip.code("/192.0.2.1") == 502
    geoip.supervisorctl("start", "uwsgi")
    until(lambda: geoip.code("/192.0.2.1") == 200, lambda: geoip.compose("logs"))


def test_a_killed_uwsgi_is_back_within_five_seconds(geoip: Project) -> None:  # S3.17, S3.M5
    before = pid_of_uwsgi(geoip)
    geoip.inside("sh", "-c", f"kill -KILL {before}")
    until(lambda: pid_of_uwsgi(geoip) not in ("", before), lambda: geoip.compose("logs"))
    until(lambda: geoip.code("/192.0.2.1") == 200, lambda: geoip.compose("logs"))
    # By supervisord's own clock: how long all this took is the machine's matter.
    log = geoip.compose("logs", "app")
    ended = re.findall(r"(\S+ \S+) WARN exited: uwsgi \(terminated by SIGKILL", log)
    begun = re.findall(r"(\S+ \S+) INFO spawned: 'uwsgi'", log)
    at = [datetime.strptime(when, "%Y-%m-%d %H:%M:%S,%f").astimezone() for when in (ended[-1], begun[-1])]
    assert at[1] - at[0] < timedelta(seconds=5)


@pytest.mark.skipif(not MAXMIND.exists(), reason="MaxMind's test databases lie in ../shared")
def test_a_database_of_ones_own_is_taken_up_while_it_runs(geoip: Project) -> None:  # S3.M6
    assert geoip.code("/81.2.69.142") == 404
    before = pid_of_uwsgi(geoip)
    # Where the service `update` would have put it.
    place = "cp /new.mmdb /data/.new && mv /data/.new /data/GeoLite2-City.mmdb"
    geoip.compose("run", "--rm", "--no-deps", f"--volume={MAXMIND}:/new.mmdb:ro", "update", "sh", "-c", place)
    code, said = geoip.ask("/81.2.69.142")
    assert (code, json.loads(said)["data"]["city"]["names"]["en"]) == (200, "London")
    code, said = geoip.ask("/2001:250::1")  # one of the 41 without a time zone
    assert (json.loads(said)["data"]["location"]["time_zone"], json.loads(said)["zone_source"]) == (
        "Asia/Shanghai",
        "postgis",
    )
    assert pid_of_uwsgi(geoip) == before, "without a restart"
    geoip.compose("run", "--rm", "--no-deps", "update", "rm", "/data/GeoLite2-City.mmdb")
    assert geoip.code("/81.2.69.142") == 404
