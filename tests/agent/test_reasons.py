"""Why a process is missing, from facts alone; and uWSGI's options, from words and files."""

from typing import Any

import pytest

from hatchway_agent.survey.options import options_of
from hatchway_agent.survey.reasons import Cause, Facts, Reason, is_python, reason_of

GOOD = {"HATCHWAY_RUN": "/run", "PYTHONPATH": "/payload"}


def facts(*argv: str, program: str = "python3.12", **more: Any) -> Facts:
    return Facts(program, argv, **{"environ": GOOD, "has_ours": True, **more})


@pytest.mark.parametrize(
    ("argv", "cause", "detail"),
    [
        (["python", "-I", "app.py"], Cause.ISOLATED, "-I"),
        (["python", "-E", "-m", "gunicorn"], Cause.ISOLATED, "-E"),
        (["python", "-sE", "app.py"], Cause.ISOLATED, "-E"),
        (["python", "-S", "app.py"], Cause.NO_SITE, "-S"),
        (["python", "-IS", "app.py"], Cause.NO_SITE, "-S"),
        (["python", "-W", "error", "-X", "dev", "-I", "app.py"], Cause.ISOLATED, "-I"),
        (["python", "-Werror", "-E", "app.py"], Cause.ISOLATED, "-E"),
        (["python", "--check-hash-based-pycs", "always", "-I", "app.py"], Cause.ISOLATED, "-I"),
        (["python", "-ESc", "pass"], Cause.NO_SITE, "-S"),
        (["python", "-P", "-s", "-u", "app.py"], Cause.UNKNOWN, ""),
        (["python", "-W", "-I", "app.py"], Cause.UNKNOWN, ""),
        (["python", "app.py", "-I", "-E", "-S"], Cause.UNKNOWN, ""),
        (["python", "-m", "app", "-I"], Cause.UNKNOWN, ""),
        (["python", "-c", "-I"], Cause.UNKNOWN, ""),
        (["python", "-", "-I"], Cause.UNKNOWN, ""),
        (["python"], Cause.UNKNOWN, ""),
    ],
)
def test_only_the_interpreters_own_flags_count(argv: list[str], cause: Cause, detail: str) -> None:
    assert reason_of(facts(*argv)) == Reason(cause, detail)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"environ": {}, "has_ours": False}, Reason(Cause.CLEARED)),
        ({"environ": {"PYTHONPATH": "/payload"}}, Reason(Cause.CLEARED)),
        ({"environ": {"HATCHWAY_RUN": ""}}, Reason(Cause.CLEARED)),
        (
            {"environ": {"HATCHWAY_RUN": "/run", "PYTHONPATH": "/app"}, "has_ours": False},
            Reason(Cause.REPLACED, "/app"),
        ),
        ({"environ": {"HATCHWAY_RUN": "/run"}, "has_ours": False}, Reason(Cause.REPLACED)),
        ({"hiding": "/app/sitecustomize.py"}, Reason(Cause.HIDDEN, "/app/sitecustomize.py")),
        ({"environ": None, "has_ours": False}, Reason(Cause.UNKNOWN)),
        ({"environ": None, "is_shut_out": True}, Reason(Cause.USER)),
        ({"program": "python3.9"}, Reason(Cause.OLD, "3.9")),
        ({"program": "python2.7"}, Reason(Cause.OLD, "2.7")),
        ({"program": "python3.10"}, Reason(Cause.UNKNOWN)),
        ({"program": "python3.14t"}, Reason(Cause.UNKNOWN)),
        ({"program": "python3"}, Reason(Cause.UNKNOWN)),
        ({"program": "pypy3.10"}, Reason(Cause.IMPLEMENTATION, "pypy3.10")),
    ],
)
def test_the_environment_and_the_program_tell_the_rest(more: dict[str, Any], reason: Reason) -> None:
    assert reason_of(facts("python", "app.py", **more)) == reason


@pytest.mark.parametrize(
    ("options", "forked", "reason"),
    [
        ([("env", "PYTHONPATH=/app")], False, Reason(Cause.OPTION, "env = PYTHONPATH=/app")),
        ([("env", "DEBUG=1")], False, Reason(Cause.UNKNOWN)),
        ([("unenv", "HATCHWAY_RUN")], False, Reason(Cause.OPTION, "unenv = HATCHWAY_RUN")),
        ([("no-site", "true")], False, Reason(Cause.OPTION, "no-site = true")),
        ([("no-site", "true"), ("no-site", "false")], False, Reason(Cause.UNKNOWN)),
        ([("pythonpath", "/app")], False, Reason(Cause.UNKNOWN)),
        (
            [("py-call-uwsgi-fork-hooks", "false")],
            True,
            Reason(Cause.OPTION, "py-call-uwsgi-fork-hooks = false"),
        ),
        ([("py-call-uwsgi-fork-hooks", "false")], False, Reason(Cause.UNKNOWN)),
        ([], True, Reason(Cause.UNKNOWN)),
    ],
)
def test_what_uwsgi_is_told_is_found(options: list[tuple[str, str]], forked: bool, reason: Reason) -> None:  # noqa: FBT001
    found = reason_of(facts("uwsgi", program="uwsgi", options=tuple(options), forked=forked))
    assert found == reason


def test_uwsgis_hooks_may_be_switched_off_by_environment() -> None:
    environ = {**GOOD, "UWSGI_PY_CALL_UWSGI_FORK_HOOKS": "false"}
    found = reason_of(facts("uwsgi", program="uwsgi", environ=environ, forked=True))
    assert found == Reason(Cause.OPTION, "py-call-uwsgi-fork-hooks = false")


def test_options_come_in_the_order_in_which_uwsgi_reads_them() -> None:
    files = {
        "uwsgi.ini": "[other]\nno-site = true\n[uwsgi]\n; a remark\nmaster\nini = more.ini:part\nthreads=2\n",
        "more.ini": "[uwsgi]\nmaster = false\n[part]\nenv = A=B=C\n",
    }
    words = ["--http", ":80", "--ini=uwsgi.ini", "--lazy-apps", "--threads", "4", "last.ini"]
    assert options_of(words, lambda path: files.get(path, "")) == (
        ("http", ":80"),
        ("ini", "uwsgi.ini"),
        ("master", "true"),
        ("ini", "more.ini:part"),
        ("env", "A=B=C"),
        ("threads", "2"),
        ("lazy-apps", "true"),
        ("threads", "4"),
        ("ini", "last.ini"),
    )


def test_a_file_that_names_itself_is_read_a_few_times_only() -> None:
    assert len(options_of(["--ini", "loop.ini"], lambda _: "[uwsgi]\nini = loop.ini\n")) < 20


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("python", True),
        ("python3.13t", True),
        ("python3-dbg", True),
        ("pypy3", True),
        ("uwsgi", True),
        ("uwsgi-core", True),
        ("pythonic-server.sh", False),
        ("gunicorn: master [app:app]", False),
        ("bash", False),
    ],
)
def test_pythons_are_known_by_the_name_of_their_program(name: str, answer: bool) -> None:  # noqa: FBT001
    assert is_python(name) is answer
