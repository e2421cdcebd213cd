"""Ways to write a compose project: each is armed, and keeps all else of its configuration."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docker.stack import HATCHWAY

WEB = "{image: 'python:3.12-slim', command: sleep 60, environment: {A: '1'}}"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, runtime: Path) -> Write:
    assert runtime.is_dir()

    def make(**files: str) -> Path:
        """Write files; in names, `__` stands for a slash and `_` for a dot."""
        for name, text in files.items():
            path = tmp_path / "shop" / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "shop"

    return make


def override(folder: Path, *words: str, **environ: str) -> dict[str, Any]:
    """Prepare a project, as `up` does, and return what is added to it and how Compose takes both together."""
    program = (
        "import asyncio, json, sys; from pathlib import Path\n"
        "from hatchway.delivery import build_payload, freight\n"
        "from hatchway.engines.compose import PAYLOAD, ComposeEngine\n"
        "from hatchway.engines._docker import calls\n"
        "files, profiles = json.loads(sys.argv[1])\n"
        "async def main():\n"
        "    engine = ComposeEngine(files, profiles)\n"
        "    done = await engine.prepare(Path.cwd(), (), freight(build_payload(), PAYLOAD), build=False)\n"
        "    said = await calls.call(*done.words, 'config', '--format', 'json', folder=Path.cwd())\n"
        "    print(json.dumps([done.plan.services, json.loads(said), await engine.config(Path.cwd())]))\n"
        "asyncio.run(main())\n"
    )
    files = [word.removeprefix("-f=") for word in words if word.startswith("-f=")]
    profiles = [word.removeprefix("-p=") for word in words if word.startswith("-p=")]
    argv = [HATCHWAY[0], "-c", program, json.dumps([files, profiles])]
    env = {**os.environ, **environ}
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    services, merged, plain = json.loads(done.stdout)
    return {"services": services, "merged": merged, "plain": plain}


def require_armed(found: dict[str, Any], *services: str) -> None:
    """All named services have what we add, and are the user's apart from that."""
    assert sorted(found["services"]) == sorted(services)
    assert found["merged"]["name"] == found["plain"]["name"]
    for name, plain in found["plain"]["services"].items():
        merged = found["merged"]["services"][name]
        if name not in services:
            assert merged == plain, "byte for byte"
            continue
        assert merged["environment"]["HATCHWAY_RUN"] == "/opt/hatchway/run"
        own = {key: value for key, value in (plain.get("environment") or {}).items() if key != "PYTHONPATH"}
        assert own.items() <= merged["environment"].items()
        ours = {"environment", "volumes", "labels", "healthcheck"}
        assert {k: v for k, v in merged.items() if k not in ours} == {
            k: v for k, v in plain.items() if k not in ours
        }


def test_a_plain_file_with_a_service_that_runs_no_python(write: Write) -> None:
    folder = write(compose_yaml=f"services: {{web: {WEB}, cache: {{image: 'redis:7'}}}}")
    require_armed(override(folder), "web")


@pytest.mark.parametrize("name", ["compose_yml", "docker-compose_yml", "docker-compose_yaml"])
def test_every_usual_name(name: str, write: Write) -> None:
    require_armed(override(write(**{name: f"services: {{web: {WEB}}}"})), "web")


def test_an_override_file_of_the_users_own(write: Write) -> None:
    found = override(
        write(
            compose_yaml=f"services: {{web: {WEB}}}",
            compose_override_yaml="services: {web: {environment: {B: '2'}}}",
        )
    )
    require_armed(found, "web")
    assert found["merged"]["services"]["web"]["environment"].items() >= {"A": "1", "B": "2"}.items()


def test_files_named_on_the_command_line(write: Write) -> None:
    folder = write(
        base_yaml=f"services: {{web: {WEB}}}", more_yaml="services: {web: {environment: {C: '3'}}}"
    )
    found = override(folder, "-f=base.yaml", "-f=more.yaml")
    require_armed(found, "web")
    assert found["merged"]["services"]["web"]["environment"]["C"] == "3"


def test_files_named_by_the_environment_or_dot_env(write: Write) -> None:
    folder = write(
        base_yaml=f"services: {{web: {WEB}}}", more_yaml="services: {web: {environment: {C: '3'}}}"
    )
    for found in (
        override(folder, COMPOSE_FILE="base.yaml:more.yaml"),
        override(write(_env="COMPOSE_FILE=base.yaml:more.yaml\n")),
    ):
        require_armed(found, "web")
        assert found["merged"]["services"]["web"]["environment"]["C"] == "3"


def test_a_project_name_of_the_users_own(write: Write) -> None:
    folder = write(compose_yaml=f"services: {{web: {WEB}}}")
    assert override(folder, COMPOSE_PROJECT_NAME="mine")["merged"]["name"] == "mine"
    folder = write(compose_yaml=f"name: theirs\nservices: {{web: {WEB}}}")
    assert override(folder)["merged"]["name"] == "theirs"


def test_a_folder_below_that_of_the_file(write: Write) -> None:
    folder = write(compose_yaml=f"services: {{web: {WEB}}}", src__app_py="")
    require_armed(override(folder / "src"), "web")


def test_profiles(write: Write) -> None:
    folder = write(compose_yaml=f"services: {{web: {WEB}, extra: {{<<: {WEB}, profiles: [debug]}}}}")
    require_armed(override(folder), "web")
    require_armed(override(folder, "-p=debug"), "web", "extra")
    require_armed(override(folder, COMPOSE_PROFILES="debug"), "web", "extra")


def test_extends_and_include_and_anchors(write: Write) -> None:
    folder = write(
        common_yaml=f"services: {{parent: {WEB}}}",
        other__compose_yaml=f"services: {{api: {WEB}}}",
        compose_yaml=(
            "include: [other/compose.yaml]\n"
            "services: {web: {extends: {file: common.yaml, service: parent}, working_dir: /srv}}\n"
        ),
    )
    found = override(folder)
    require_armed(found, "web", "api")
    assert found["merged"]["services"]["web"]["working_dir"] == "/srv"


def test_variables_env_files_and_dollars(write: Write) -> None:
    folder = write(
        _env="TAG=3.12-slim\nHIDDEN=from dot env\n",
        settings_env="PYTHONPATH=/from/file\nPLAIN=a b\n",
        compose_yaml=(
            "services:\n  web:\n    image: python:${TAG}\n    env_file: settings.env\n"
            "    environment: {HIDDEN: '${HIDDEN}', MONEY: 'a$$b'}\n    command: sleep 60\n"
        ),
    )
    found = override(folder)
    require_armed(found, "web")
    environment = found["merged"]["services"]["web"]["environment"]
    assert environment["PYTHONPATH"] == "/opt/hatchway:/from/file"
    assert environment["PLAIN"] == "a b"


def test_the_list_form_of_environment_and_a_value_from_the_shell(write: Write) -> None:
    folder = write(
        compose_yaml="services:\n  web:\n    image: python:3.12-slim\n    environment: [PYTHONPATH, 'X=1']\n"
    )
    found = override(folder, PYTHONPATH="/from/shell")
    assert found["merged"]["services"]["web"]["environment"]["PYTHONPATH"] == "/opt/hatchway:/from/shell"
    plain = override(folder, PYTHONPATH="")
    assert plain["merged"]["services"]["web"]["environment"]["PYTHONPATH"] == "/opt/hatchway"


def test_a_separator_of_the_users_own_between_file_names(write: Write) -> None:
    folder = write(
        base_yaml=f"services: {{web: {WEB}}}", more_yaml="services: {web: {environment: {C: '3'}}}"
    )
    for found in (
        override(folder, COMPOSE_FILE="base.yaml,more.yaml", COMPOSE_PATH_SEPARATOR=","),
        override(write(_env="COMPOSE_PATH_SEPARATOR=;\nCOMPOSE_FILE=base.yaml;more.yaml\n")),
    ):
        require_armed(found, "web")
        assert found["merged"]["services"]["web"]["environment"]["C"] == "3"


def test_a_file_elsewhere_brings_its_own_project_directory(write: Write) -> None:
    folder = write(
        _env="TAG=of the folder called in\n",
        ops__stack_yaml=(
            "services:\n  web:\n    image: python:3.12-slim\n    environment: {TAG: '${TAG}'}\n"
            "    env_file: web.env\n    volumes: ['./conf:/etc/conf:ro']\n"
        ),
        ops__web_env="PLAIN=1\n",
    )
    (folder / "ops" / ".env").write_text("TAG=of its own folder\n")
    found = override(folder, "-f=ops/stack.yaml")
    require_armed(found, "web")
    merged = found["merged"]
    assert merged["name"] == "ops"
    assert (
        merged["services"]["web"]["environment"].items() >= {"TAG": "of its own folder", "PLAIN": "1"}.items()
    )
    assert str(folder / "ops" / "conf") in [
        volume.get("source") for volume in merged["services"]["web"]["volumes"]
    ]


def test_what_dot_env_says_of_compose_itself(write: Write) -> None:
    folder = write(
        _env="COMPOSE_PROJECT_NAME=mine\nCOMPOSE_PROFILES=debug\n",
        compose_yaml=f"services: {{web: {WEB}, extra: {{<<: {WEB}, profiles: [debug]}}}}",
    )
    found = override(folder)
    require_armed(found, "web", "extra")
    assert found["merged"]["name"] == "mine"


def test_another_env_file_named_by_the_environment(write: Write) -> None:
    folder = write(
        other_env="TAG=3.12-slim\n",
        compose_yaml="services: {web: {image: 'python:${TAG}', command: sleep 60}}",
    )
    require_armed(override(folder, COMPOSE_ENV_FILES="other.env"), "web")


def test_include_with_its_own_directory_and_a_reset_in_an_override_file(write: Write) -> None:
    folder = write(
        parts__api_yaml="services: {api: {image: 'python:${TAG}', volumes: ['./data:/data']}}",
        parts__api_env="TAG=3.12-slim\n",
        compose_yaml=(
            "include:\n  - path: parts/api.yaml\n    project_directory: parts\n    env_file: parts/api.env\n"
            f"services: {{web: {WEB}}}\n"
        ),
        compose_override_yaml=(
            "services: {web: {environment: {A: !reset null}, command: !override [sleep, '9']}}"
        ),
    )
    found = override(folder)
    require_armed(found, "web", "api")
    merged = found["merged"]["services"]
    assert merged["api"]["volumes"][0]["source"] == str(folder / "parts" / "data")
    assert "A" not in merged["web"]["environment"]
    assert merged["web"]["command"] == ["sleep", "9"]
