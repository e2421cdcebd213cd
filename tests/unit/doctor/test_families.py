"""Each mistake that the doctor is there for has a rule, and each rule has its place among them."""

import pytest

from hatchway.doctor.diagnose import known_rules

RULES = known_rules()
FAMILIES = {
    "stops": {
        "path mapping missing, wrong or stale": "HW206 HW207",
        "image older than source": "HW223",
        "several workers told to listen on one port": "HW201",
        "reloader and debugger, debug=True beside debugpy": "HW203",
        "subProcess false": "HW209",
        "wrong localRoot": "HW207 HW208",
        "justMyCode hides vendored code": "HW210",
        "frozen modules": "HW224",
        "-I, -E and -S": "HW211",
        "a PYTHONPATH in front, or an environment cleared": "HW212 HW213",
        "gevent without support": "HW214",
        "uWSGI without threads, fork hooks or master": "HW215 HW217 HW218",
        "adapter started with uwsgi as interpreter": "HW216",
        "listener opened before the fork": "HW202",
        "Celery's pool, recycled workers, pids, races, coverage": "HW204 HW205 HW219 HW220 HW221",
        "a process out of reach": "HW222",
        "a wait without end": "HW225",
    },
    "killers": {
        "gunicorn timeout": "HW301",
        "harakiri": "HW302",
        "uvicorn health check": "HW303",
        "Celery limits": "HW304",
        "container health checks and restarters": "HW305 HW306 HW307",
        "stop_grace_period": "HW308",
    },
    "doors": {
        "debug port published, on 0.0.0.0": "HW401 HW411",
        "a database on 0.0.0.0": "HW402",
        "Werkzeug console reachable": "HW403",
        "debugger in a production image": "HW404 HW405 HW409 HW410",
        "root": "HW406",
        "secrets in the file": "HW407",
        "docker.sock mounted": "HW408 HW411",
    },
    "images": {
        "end-of-life Python or Debian": "HW501 HW502",
        "latest": "HW504",
        "copy-before-install order": "HW503",
        "no .dockerignore": "HW505",
        "cache left in layers": "HW506",
        "shell-form command that swallows signals": "HW507 HW508",
        "PID 1 without init": "HW509",
        "missing health check": "HW510",
        "a worker count that only the image knows": "HW511",
    },
    "compose": {
        "version": "HW601",
        "links": "HW602",
        "depends_on without condition, or of nothing": "HW603 HW610",
        "container_name with scale": "HW604",
        "two services on one host port": "HW605",
        "bind mount hiding the installed venv": "HW607",
        "env_file missing": "HW608",
        "bind mount on a remote engine": "HW609",
    },
    "editors": {
        "launch.json of the old python type": "HW701",
        "missing pathMappings": "HW206",
        "unknown run configuration": "HW702",
        "what the container or the client has not": "HW703 HW704 HW705 HW706",
    },
    "age": {
        "docker-compose v1 spelling": "HW801",
        "debugpy too old for the image's Python": "HW802",
        "instructions, debuggers and imports of old": "HW803 HW804 HW805 HW806",
    },
    "broken files": {"a file that cannot be read as what it should be": "HW101"},
}
"""The families of the doctor's rules; the 25 pains have a fixture each, in `test_cases.py`."""
ITEMS = [(item, codes.split()) for family in FAMILIES.values() for item, codes in family.items()]


@pytest.mark.parametrize(("item", "codes"), ITEMS, ids=lambda value: value if isinstance(value, str) else "")
def test_each_mistake_has_a_rule(item: str, codes: list[str]) -> None:
    assert codes, item
    assert set(codes) <= set(RULES)


def test_each_rule_has_its_place() -> None:
    assert {code for _, codes in ITEMS for code in codes} == set(RULES)
