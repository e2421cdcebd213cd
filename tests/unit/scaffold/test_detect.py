"""What is read from the examples, and how ties and answers are treated."""

import shutil
from pathlib import Path

import pytest

from hatchway.errors import HatchwayError
from hatchway.scaffold.detect import detect

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize(
    ("example", "applications"),
    [
        ("degrees", [("degrees", "flask", "degrees:app"), ("flask-app", "flask", "hello:app")]),
        ("message", [("svc1", "flask", "app:app")]),
        ("uwsgi", [("core-server", "flask", "core.main:create_app()")]),
        ("geoip", [("app", "flask", "main:app"), ("update", "script", ":")]),
        ("segmentation", [("fastapi", "fastapi", "server:app"), ("streamlit", "streamlit", ":")]),
    ],
)
def test_the_examples_are_known_for_what_they_are(
    example: str, applications: list[tuple[str, str, str]]
) -> None:
    facts = detect(EXAMPLES / example)
    assert [(one.name, one.framework, one.spec) for _, one in facts.applications()] == applications
    assert not facts.ties


@pytest.mark.parametrize(
    ("example", "specs"),
    [
        ("degrees", ["degrees:app", "hello:app"]),
        ("message", ["app:app"]),
        ("uwsgi", ["core.main:create_app()"]),
        ("geoip", ["main:app"]),
        ("segmentation", ["server:app", ":"]),
    ],
)
def test_the_examples_are_known_without_their_containers(
    example: str, specs: list[str], tmp_path: Path
) -> None:
    bare = shutil.ignore_patterns("Dockerfile*", "compose*", ".*", "__pycache__", "*.sqlite3")
    shutil.copytree(EXAMPLES / example, tmp_path / example, ignore=bare)
    facts = detect(tmp_path / example)
    assert [one.spec for _, one in facts.applications()] == specs
    assert not facts.ties


def test_what_supervisord_runs_in_one_container_has_the_name_of_its_service_once(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    (tmp_path / "jobs.py").write_text("import celery\nqueue = celery.Celery('jobs')\n")
    programs = "[program:a]\ncommand=celery -A jobs:queue worker\n[program:b]\ncommand=gunicorn shop:app\n"
    (tmp_path / "supervisord.conf").write_text(programs)
    (tmp_path / "compose.yaml").write_text(
        "services:\n  site:\n    build: .\n    command: supervisord -c supervisord.conf\n"
        "    ports: ['80:8123']\n"
    )
    (site, worker) = [one for _, one in detect(tmp_path).applications()]
    assert (site.name, site.spec, site.port and site.port.number) == ("site", "shop:app", 8123)
    assert (worker.name, worker.spec) == ("jobs", "jobs:queue")


def test_a_folder_without_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HatchwayError, match="no Python"):
        detect(tmp_path)


def two_locks(folder: Path) -> Path:
    (folder / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\ndependencies = ["flask"]\n')
    (folder / "uv.lock").write_text("")
    (folder / "poetry.lock").write_text("")
    return folder


def test_two_equal_answers_are_a_tie_until_one_is_chosen(tmp_path: Path) -> None:
    root = two_locks(tmp_path)
    (tie,) = detect(root).ties
    assert [one.answer for one in tie.choices] == ["poetry", "uv"]
    settled = detect(root, {tie.question: "uv"})
    assert settled.parts[0].manager.name == "uv"
    assert not settled.ties


def test_an_answer_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    root = two_locks(tmp_path)
    (tie,) = detect(root).ties
    with pytest.raises(HatchwayError, match="no answer"):
        detect(root, {tie.question: "conda"})
    with pytest.raises(HatchwayError, match="nothing is to be decided"):
        detect(root, {tie.question: "uv", "colour": "green"})


def test_nothing_of_a_project_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    bomb = (
        f"open({str(mark)!r}, 'w').close()\nfrom flask import Flask\napp = Flask(__name__)\nbind = ':8000'\n"
    )
    root = tmp_path / "project"
    for file in (
        "app.py",
        "setup.py",
        "manage.py",
        "conftest.py",
        "gunicorn.conf.py",
        "sitecustomize.py",
        "shop/__init__.py",
    ):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(bomb)
    assert detect(root).parts
    assert not mark.exists()
