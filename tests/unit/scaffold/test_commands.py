"""Shell text as people write it, and the command lines of servers."""

from pathlib import Path

import pytest

from hatchway.scaffold.code import read_code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import Project
from hatchway.scaffold.servers import Run, port_in
from hatchway.scaffold.started import read_run
from hatchway.scaffold.starts import Start
from hatchway.scaffold.starts._commands import commands


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exec gunicorn app:app", [("gunicorn", "app:app")]),
        (
            "cd /app && python manage.py migrate && gunicorn app",
            [("cd", "/app"), ("python", "manage.py", "migrate"), ("gunicorn", "app")],
        ),
        ("PORT=80 DEBUG= uvicorn app:app --port ${PORT:-8000}", [("uvicorn", "app:app", "--port", "8000")]),
        ("sh -c 'sleep 1; exec uvicorn app:app'", [("uvicorn", "app:app")]),
        ('bash -lc "poetry run gunicorn app:app"', [("gunicorn", "app:app")]),
        ("uv run --no-dev --group web fastapi run main.py", [("fastapi", "run", "main.py")]),
        ("/usr/bin/tini -- /venv/bin/uvicorn app:app", [("uvicorn", "app:app")]),
        ("wait-for-it db:5432 -t 30 -- celery -A app worker", [("celery", "-A", "app", "worker")]),
        ("newrelic-admin run-program gunicorn app", [("gunicorn", "app")]),
        ("# gunicorn app:app", []),
        ("gunicorn app:app \\\n  --bind :80", [("gunicorn", "app:app", "--bind", ":80")]),
        ("gunicorn 'app:create_app(\"x\")'", [("gunicorn", 'app:create_app("x")')]),
        ("gunicorn app 'unclosed", [("gunicorn", "app", "'unclosed")]),
        ("V=$(python tell.py) gunicorn -w $(($(nproc) * 2)) app", [("gunicorn", "-w", "$_", "app")]),
        ("echo `python tell.py`", [("echo", "$_")]),
        ("sh -c \"sh -c 'sh -c gunicorn'\"", [("gunicorn",)]),
    ],
)
def test_a_shell_text_is_plain_commands(text: str, expected: list[tuple[str, ...]]) -> None:
    assert commands(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.0.0.0:8000", 8000),
        (":80", 80),
        ("[::]:9", 9),
        ("tcp://127.0.0.1:5000", 5000),
        ("8000", 8000),
        ("unix:/run/app.sock", None),
        ("0.0.0.0:$PORT", None),
        ("0", None),
        ("70000", None),
        ("", None),
    ],
)
def test_a_port_is_what_an_address_ends_with(text: str, expected: int | None) -> None:
    assert port_in(text) == expected


def run(text: str) -> Run:
    words = commands(text)[-1]
    told = read_run(read_code(Project(Path(), ())), Start(words, ".", Place("x"), 1))
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("text", "module", "attribute", "port", "flags"),
    [
        ("gunicorn -w4 -b 0.0.0.0:80 shop.wsgi", "shop.wsgi", "", 80, ("-w4",)),
        (
            "gunicorn --workers $WORKERS --threads=$(nproc) --preload shop.wsgi",
            "shop.wsgi",
            "",
            None,
            ("--preload",),
        ),
        ("gunicorn --reload shop.wsgi:app --bind=:81", "shop.wsgi", "app", 81, ("--reload",)),
        ("python -m gunicorn --timeout 30 app:app", "app", "app", None, ("--timeout", "30")),
        (
            "gunicorn -k uvicorn.workers.UvicornWorker a.b:c",
            "a.b",
            "c",
            None,
            ("-k", "uvicorn.workers.UvicornWorker"),
        ),
        ("uvicorn a:make --factory --port 1 --host ::", "a", "make", 1, ("--factory",)),
        ("hypercorn -b :7 a:b", "a", "b", 7, ()),
        ("daphne -b 0.0.0.0 -p 8001 a.asgi:application", "a.asgi", "application", 8001, ()),
        ("granian --interface asgi a:b --port 3", "a", "b", 3, ("--interface", "asgi")),
        ("waitress-serve --listen=*:8042 a:b", "a", "b", 8042, ()),
        ("uwsgi --http :9 -w a:b --master", "a", "b", 9, ("--master",)),
        ("uwsgi --socket :9 --module a --callable b", "a", "b", None, ()),
        ("celery -A shop worker -l info", "shop", "", None, ("-l", "info")),
        ("flask --app shop:make run -p 5", "shop", "make", 5, ()),
        ("python -m flask --app shop run", "shop", "", None, ()),
        ("sanic a.b:app --port=9", "a.b", "app", 9, ()),
        ("litestar --app a:b run --port 4", "a", "b", 4, ()),
        ("python3.12 -u -m shop.web --loud", "shop.web", "", None, ("--loud",)),
    ],
)
def test_a_command_line_says_what_it_starts(
    text: str, module: str, attribute: str, port: int | None, flags: tuple[str, ...]
) -> None:
    told = run(text)
    assert (told.module, told.attribute, told.port, told.flags) == (module, attribute, port, flags)


@pytest.mark.parametrize("text", ["waitress-serve --call a:b", "gunicorn 'a:b()'", "uvicorn --factory a:b"])
def test_a_factory_is_told_from_an_object(text: str) -> None:
    assert run(text).is_factory


@pytest.mark.parametrize(
    "text",
    ["flask db upgrade", "python manage.py migrate", "celery -A a inspect ping", "litestar database upgrade"],
)
def test_what_comes_to_an_end_starts_nothing(text: str) -> None:
    assert run(text).is_done_soon


@pytest.mark.parametrize(
    "text", ["uvicorn a:b --reload", "flask run", "fastapi dev a.py", "python manage.py runserver 0:8000"]
)
def test_what_developers_start_is_known(text: str) -> None:
    assert run(text).is_development
