"""The examples as they run in production: how they are packed, and what they do when a part of them fails."""

import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from e2e.examples import NAMES, PATIENCE, wait_until_healthy
from e2e.projects import Project, fastest, production
from e2e.running import until

pytestmark = pytest.mark.docker


def in_production(name: str) -> Any:
    """Make the fixture of an example that is brought up once for all tests here."""

    @pytest.fixture(scope="module", name=name)
    def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
        with production(name, tmp_path_factory.mktemp("project")) as stack:
            yield stack

    return started


message = in_production("message")
uwsgi = in_production("uwsgi")
geoip = in_production("geoip")
degrees = in_production("degrees")
segmentation = in_production("segmentation")


@pytest.fixture
def stack(request: pytest.FixtureRequest) -> Project:
    return request.getfixturevalue(request.param)


every_example = pytest.mark.parametrize("stack", NAMES, indirect=True)


@every_example
def test_its_containers_are_what_one_would_run(  # S0.W6, S0.M3, S2.W7, S4.W3, S4.W4, S4.M1
    stack: Project,
) -> None:
    text = (stack.folder / "compose.yaml").read_text()
    assert not re.search(r"^\s*(version|links|container_name):|:latest\b", text, re.MULTILINE)
    assert (stack.folder / ".dockerignore").read_text().startswith("*\n"), "what is not named stays outside"
    images = stack.images()
    for name, service in stack.config()["services"].items():
        assert service.get("user") or images[name]["User"] not in ("", "root", "0"), f"{name} is root"
        assert service.get("healthcheck") or images[name].get("Healthcheck"), f"{name} has no health check"
        assert service["restart"] == "unless-stopped"
        assert service["cap_drop"] == ["ALL"]
        for wanted in service.get("depends_on", {}).values():
            assert wanted["condition"] == "service_healthy"
        if "build" in service:
            file = (stack.folder / service["build"]["dockerfile"]).read_text()
            assert {
                base.partition("-")[2] for base in re.findall(r"^FROM (python\S+)", file, re.MULTILINE)
            } == {"slim"}
            assert images[name]["Cmd"][0] != "/bin/sh", "the server itself gets the signal to end"


@every_example
def test_it_is_published_on_loopback_alone(stack: Project) -> None:  # S1.W1, S1.12, S4.W1
    published = [port for service in stack.config()["services"].values() for port in service.get("ports", [])]
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}
    assert {port["published"] for port in published} == set(stack.ports.values())


@every_example
def test_compose_has_nothing_to_say_about_its_file(stack: Project) -> None:  # S4.14, S4.W4
    assert stack.compose("config", "--quiet") == ""


@every_example
def test_its_image_holds_the_application_and_no_debugger(stack: Project) -> None:  # S1.2, S1.8, S1.13
    looked_for = "import importlib.util as u; print([n for n in ('debugpy', 'pytest') if u.find_spec(n)])"
    words = ("exec", "-T", stack.example.service)
    assert stack.compose(*words, "python", "-c", looked_for).strip() == "[]"
    files = stack.compose(*words, "find", ".", "-name", "test*", "-o", "-name", "*.md").split()
    assert files == []
    knowing = "find . -name '*.py' | xargs grep -lE 'debugpy|pydevd|hatchway' || true"
    assert stack.inside("sh", "-c", knowing) == ""


def test_the_message_service_is_two_services(message: Project) -> None:  # S0.10, S0.11, S0.W9
    services = message.config()["services"]
    assert set(services) == {"svc1", "redis"}
    assert "ports" not in services["redis"]
    assert [port["target"] for port in services["svc1"]["ports"]] == [8000]
    assert services["svc1"]["environment"] == {"REDIS_URL": "redis://redis:6379"}
    assert set(services["svc1"]["depends_on"]) == {"redis"}


def test_the_message_services_image_is_the_authors(message: Project) -> None:  # S0.12, S0.14
    image = message.images()["svc1"]
    assert image["WorkingDir"] == "/usr/src/app"
    assert image["Cmd"] == ["gunicorn", "--workers=2", "--bind=0.0.0.0:8000", "app:app"]
    assert set(image["ExposedPorts"]) == {"8000/tcp"}
    assert {"venv/", "__pycache__/"} <= set((message.folder / ".gitignore").read_text().split())
    until(lambda: message.top("svc1").count("gunicorn") == 3, lambda: message.top("svc1"))


def test_a_message_is_kept_while_redis_is_away_and_restarted(
    message: Project,
) -> None:  # S0.9, S0.M1, S0.W3
    assert message.ask("/message/kept", "POST") == (200, '{"message":"set new_message"}\n')
    message.compose("stop", "redis")

    def is_refused() -> None:
        assert message.ask("/message") == (503, '{"error":"the message store does not answer"}\n')

    try:
        assert fastest(is_refused) < 1
        assert message.ask("/") == (200, '"hello world"\n')
    finally:
        message.compose("up", "--detach", "--wait")
    assert message.ask("/message") == (200, '{"message":"kept"}\n')


def test_the_last_writer_wins(message: Project) -> None:  # S0.W2
    for text in ("mine", "yours"):
        message.ask(f"/message/{text}", "POST")
    assert message.ask("/message") == (200, '{"message":"yours"}\n')


def test_in_production_an_edit_takes_a_build(message: Project) -> None:  # S0.17
    source = message.source("app.py")
    source.write_text(source.read_text().replace("hello world", "hello again"))
    message.compose("up", "--detach", "--wait")
    assert message.ask("/") == (200, '"hello world"\n')
    message.compose("build")
    message.compose("up", "--detach", "--wait")
    assert message.ask("/") == (200, '"hello again"\n')


def test_nginx_uwsgi_and_supervisord_share_a_container(uwsgi: Project) -> None:  # S1.10, S1.15, S1.20
    assert set(uwsgi.config()["services"]) == {"core-server"}
    states = {line.split()[0]: line.split()[1] for line in uwsgi.supervisorctl("status").splitlines()}
    assert states == {"nginx": "RUNNING", "uwsgi": "RUNNING"}
    assert "module = core.main:create_app()\n" in uwsgi.source("uwsgi.ini").read_text()
    log = uwsgi.compose("logs", "core-server")
    assert "python threads support enabled" in log
    assert "spawned uWSGI worker 2 " in log


def test_each_group_of_variables_has_a_file(uwsgi: Project) -> None:  # S1.11, S1.12
    (service,) = uwsgi.config()["services"].values()
    assert service["environment"] == {
        "CORE_MOST_NUMBERS": "100",
        "UWSGI_HARAKIRI_VERBOSE": "1",
        "WORKERS": "2",
    }
    assert service["stop_grace_period"] == "5s"


def test_nothing_but_nginx_listens(uwsgi: Project) -> None:  # S1.2
    assert uwsgi.listening() == {8080}


def test_a_stopped_uwsgi_is_a_502(uwsgi: Project) -> None:
    uwsgi.supervisorctl("stop", "uwsgi")
    assert uwsgi.code("/") == 502
    uwsgi.supervisorctl("start", "uwsgi")
    until(lambda: uwsgi.code("/") == 200, lambda: uwsgi.compose("logs"))


def test_a_killed_uwsgi_is_back_within_five_seconds(uwsgi: Project) -> None:
    def kill_and_wait() -> None:
        pid = uwsgi.supervisorctl("pid", "uwsgi").strip()
        words = ("exec", "-T", "core-server", "sh", "-c", f"echo /proc/[0-9]*; kill -KILL {pid}")
        before = set(uwsgi.compose(*words).replace("/proc/", "").split())

        def is_back() -> bool:
            code, said = uwsgi.ask("/")
            return code == 200 and str(json.loads(said)["worker"]) not in before

        until(is_back, lambda: uwsgi.compose("logs"))

    assert fastest(kill_and_wait) < 5


def test_records_are_shared_by_the_workers_and_outlive_them(degrees: Project) -> None:  # S4.W6, S4.M2
    code, left = degrees.ask("/degrees", "DELETE", {"id": 4})
    assert (code, len(json.loads(left))) == (200, 4)
    assert {degrees.ask("/degrees")[1] for _ in range(8)} == {left}, "whichever worker answers"
    degrees.compose("down")
    degrees.compose("up", "--detach", "--wait")
    assert degrees.ask("/degrees") == (200, left)
    assert degrees.ask("/degrees/4")[0] == 404


def test_the_hello_service_has_no_console(degrees: Project) -> None:  # S4.W1, S4.5
    wait_until_healthy(degrees.base("HELLO_PORT"))
    assert degrees.ask("/console", port="HELLO_PORT") == (200, "Hello, console!\n")
    image = degrees.images()["flask-app"]
    assert (image["WorkingDir"], image["Cmd"][0], image["Cmd"][-1]) == ("/app", "gunicorn", "hello:app")


def test_stopped_it_ends_at_once_and_well(degrees: Project) -> None:  # S4.W7, S4.12
    degrees.compose("stop", "--timeout", str(int(PATIENCE)))
    assert {one["State"]["ExitCode"] for one in degrees.containers().values()} == {0}


def test_the_segmentation_is_two_services(segmentation: Project) -> None:  # S2.15, S2.16, S2.W7
    told = segmentation.config()
    services = told["services"]
    assert set(services) == {"fastapi", "streamlit"}
    assert {name: service["ports"][0]["target"] for name, service in services.items()} == {
        "fastapi": 8000,
        "streamlit": 8501,
    }
    assert set(services["streamlit"]["depends_on"]) == {"fastapi"}
    assert services["streamlit"]["environment"] == {"API_URL": "http://fastapi:8000"}
    assert [set(service["networks"]) for service in services.values()] == [{"deploy_network"}] * 2
    images = segmentation.images()
    assert images["fastapi"]["Cmd"] == ["uvicorn", "server:app", "--host", "0.0.0.0", "--port", "8000"]
    assert images["streamlit"]["Cmd"] == ["streamlit", "run", "ui.py"]


def test_the_page_stops_at_once_and_well(segmentation: Project) -> None:
    segmentation.compose("stop", "--timeout", str(int(PATIENCE)))
    assert {one["State"]["ExitCode"] for one in segmentation.containers().values()} == {0}


def test_a_checkpoint_is_told_by_one_more_file(segmentation: Project) -> None:  # S2.M3, S2.W6
    segmentation.environ |= {
        "COMPOSE_FILE": "compose.yaml:compose.deeplab.yaml",
        "DEEPLAB_CHECKPOINT": "./deeplab.pth",
    }
    service = segmentation.config()["services"]["fastapi"]
    assert service["build"]["args"]["REQUIREMENTS"] == "requirements-deeplab.txt"
    (mounted,) = service["volumes"]
    assert mounted["source"] == str(segmentation.folder / "deeplab.pth")
    assert mounted["read_only"]
    assert service["environment"]["DEEPLAB_CHECKPOINT"] == mounted["target"]
    segmentation.environ["COMPOSE_FILE"] = "compose.yaml"


@every_example
def test_an_edit_of_the_code_installs_nothing_anew(stack: Project) -> None:  # S0.12, S4.5
    with stack.example.case.source.open("a") as code:
        code.write(f"# edited: {secrets.token_hex(8)}\n")  # never built before, on whatever machine
    taken = {step.partition(" ")[0] for step in stack.steps_taken(stack.example.service)}
    assert taken - {"FROM"} == {"COPY"}, "its files alone"
