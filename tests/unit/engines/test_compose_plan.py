"""What is added to a compose project: a pure function of its configuration and its images."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from hatchway.delivery import injection
from hatchway.engines._compose.files import ComposeFiles
from hatchway.engines._compose.plan import Plan, image_of, plan_of
from hatchway.engines._docker.arming import Mounts
from hatchway.engines._docker.images import ImageFacts

MOUNTS = Mounts("hatchway-payload-1", "/opt/hatchway", "/opt/hatchway/run", "hatchway.payload")
PYTHON = ImageFacts("sha256:1", {}, has_health_check=False, python="python3", version=(3, 12))
REDIS = ImageFacts("sha256:2", {}, has_health_check=False, python="", version=None)


def inject(environ: Mapping[str, str]) -> Mapping[str, str]:
    return injection(PurePosixPath("/opt/hatchway"), PurePosixPath("/opt/hatchway/run"), environ)


def planned(services: Mapping[str, Any], *wanted: str, **facts: ImageFacts) -> Plan:
    return plan_of({"name": "shop", "services": services}, facts, wanted, MOUNTS, inject)


def pythonpath(service: Mapping[str, Any], **environ: str) -> str:
    image = ImageFacts("sha256:1", environ, has_health_check=False, python="python3", version=(3, 12))
    plan = planned({"web": {"image": "app", **service}}, app=image)
    return str(plan.override["services"]["web"]["environment"]["PYTHONPATH"])


def test_services_with_python_are_added_to_and_the_others_are_not_named() -> None:
    plan = planned({"web": {"image": "app"}, "cache": {"image": "redis"}}, app=PYTHON, redis=REDIS)
    assert plan.services == ("web",)
    assert list(plan.override["services"]) == ["web"]
    assert plan.left_alone == {"cache": "its image holds no Python"}
    assert plan.out_of_reach == ()
    assert plan.override["volumes"] == {"hatchway-payload": {"external": True, "name": "hatchway-payload-1"}}


def test_nothing_but_environment_mounts_and_a_label_is_added() -> None:
    plan = planned({"web": {"image": "app"}}, app=PYTHON)
    added = plan.override["services"]["web"]
    assert set(added) == {"environment", "labels", "volumes"}
    assert added["labels"] == {"hatchway.payload": "hatchway-payload-1"}
    assert added["volumes"] == [
        {"type": "volume", "source": "hatchway-payload", "target": "/opt/hatchway", "read_only": True},
        {"type": "tmpfs", "target": "/opt/hatchway/run", "tmpfs": {"mode": 0o1777, "size": 16 << 20}},
    ]


@pytest.mark.parametrize(
    ("service", "image", "expected"),
    [
        ({}, {}, "/opt/hatchway"),
        ({}, {"PYTHONPATH": "/image"}, "/opt/hatchway:/image"),
        ({"environment": {"PYTHONPATH": "/own"}}, {"PYTHONPATH": "/image"}, "/opt/hatchway:/own"),
        ({"environment": {"PYTHONPATH": None}}, {"PYTHONPATH": "/image"}, "/opt/hatchway:/image"),
        ({"environment": {"PYTHONPATH": ""}}, {"PYTHONPATH": "/image"}, "/opt/hatchway"),
        ({"environment": {"PYTHONPATH": "/a/$$b"}}, {}, "/opt/hatchway:/a/$$b"),
        ({}, {"PYTHONPATH": "/a/$b"}, "/opt/hatchway:/a/$$b"),
    ],
)
def test_ours_goes_in_front_of_the_pythonpath_there_is(
    service: Mapping[str, Any], image: Mapping[str, str], expected: str
) -> None:
    assert pythonpath(service, **image) == expected


@pytest.mark.parametrize(
    ("check", "in_image", "expected"),
    [
        (None, False, False),
        (None, True, True),
        ({"test": ["CMD", "true"]}, False, True),
        ({"test": ["NONE"]}, True, False),
        ({"disable": True}, True, False),
        ({"interval": "1s"}, True, True),
        ({"interval": "1s"}, False, False),
    ],
)
def test_a_health_check_becomes_patient_where_there_is_one(
    check: Mapping[str, Any] | None, *, in_image: bool, expected: bool
) -> None:
    image = ImageFacts("sha256:1", {}, has_health_check=in_image, python="python3", version=(3, 12))
    service = {"image": "app"} | ({} if check is None else {"healthcheck": check})
    added = planned({"web": service}, app=image).override["services"]["web"]
    assert ("healthcheck" in added) is expected
    assert set(added.get("healthcheck", ())) <= {"retries"}, "the test itself stays the user's"


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ((3, 9), "its Python is 3.9, and 3.10 is the oldest"),
        ((2, 7), "its Python is 2.7, and 3.10 is the oldest"),
        ((3, 10), ""),
        ((3, 14), ""),
        (None, ""),
    ],
)
def test_a_python_that_is_too_old_is_left_alone(version: tuple[int, int] | None, reason: str) -> None:
    image = ImageFacts("sha256:1", {}, has_health_check=False, python="python3", version=version)
    plan = planned({"web": {"image": "app"}}, app=image)
    assert plan.left_alone.get("web", "") == reason
    assert plan.out_of_reach == (("web",) if reason else ()), "a person would wonder"
    assert bool(plan.override) is not bool(reason)


def test_only_the_services_asked_for_are_chosen() -> None:
    plan = planned({"web": {"image": "app"}, "api": {"image": "app"}}, "api", app=PYTHON)
    assert plan.services == ("api",)
    assert plan.left_alone == {"web": "not asked for"}
    assert plan.out_of_reach == ()


def test_an_image_that_is_built_has_the_name_that_compose_gives_it() -> None:
    config = {"name": "shop", "services": {"web": {"build": "."}, "api": {"build": ".", "image": "mine:1"}}}
    assert image_of(config, "web") == "shop-web"
    assert image_of(config, "api") == "mine:1"


def test_files_named_come_first_then_the_environment_then_what_lies_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMPOSE_FILE", raising=False)
    for name in ("docker-compose.yml", "compose.yaml", "compose.override.yml", "other.yaml"):
        (tmp_path / name).touch()
    below = tmp_path / "src" / "web"
    below.mkdir(parents=True)
    near = [str(tmp_path / "compose.yaml"), str(tmp_path / "compose.override.yml")]
    assert ComposeFiles(tmp_path).chosen() == near
    assert ComposeFiles(below).chosen() == near, "parents are searched, too"
    (tmp_path / ".env").write_text("# COMPOSE_FILE=no.yaml\nexport COMPOSE_FILE='a.yaml:b.yaml'\n")
    assert ComposeFiles(tmp_path).chosen() == ["a.yaml", "b.yaml"]
    monkeypatch.setenv("COMPOSE_FILE", "c.yaml;d.yaml")
    monkeypatch.setenv("COMPOSE_PATH_SEPARATOR", ";")
    assert ComposeFiles(tmp_path).chosen() == ["c.yaml", "d.yaml"]
    assert ComposeFiles(tmp_path, ("other.yaml",)).chosen() == ["other.yaml"]


def test_our_file_comes_last_and_only_then_must_all_be_named(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").touch()
    files = ComposeFiles(tmp_path, profiles=("debug",))
    assert files.words() == ["compose", "--profile", "debug"]
    ours = tmp_path / "ours.json"
    assert files.words(ours) == [
        "compose", "-f", str(tmp_path / "compose.yaml"), "-f", str(ours), "--profile", "debug",
    ]  # fmt: skip
