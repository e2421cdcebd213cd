"""YAML that is written reads back as the same values, on lines as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hatchway.formats.yaml_text import dump

HARD = """yes No null ~ 1e3 0x1F 1_000 .5 .inf 12:30 a:_b a_#b -_x --x 10s = << redis:7 *x &x !x { ${A:-b}
2020-01-01 x: a__b - -- _a_ @x `x %x |x >x ?x ?_x ,x [x x] x, x, "x 'x 1 0o7 on OFF true ... --- é""".split()  # noqa: SIM905 - a table of words
TEXTS = st.text() | st.sampled_from(["", *(text.replace("_", " ") for text in HARD)])
SCALARS = TEXTS | st.integers() | st.booleans()
KEYS = TEXTS.filter(lambda key: not key.startswith("#"))
VALUES = st.recursive(
    SCALARS, lambda some: st.lists(some, max_size=3) | st.dictionaries(KEYS, some, max_size=3), max_leaves=8
)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@given(value=st.dictionaries(KEYS, VALUES, max_size=4))
def test_what_is_written_reads_back(version: str, value: dict[str, object]) -> None:
    reader = YAML(typ="safe", pure=True)
    reader.version = version
    assert (reader.load(dump(value)) or {}) == value


def test_it_looks_as_people_write_it() -> None:
    service = {
        "build": ".",
        "ports": ["127.0.0.1:8000:8000"],
        "#": "",
        "deploy": {"a": {"b": 1, "c": ["x", 2]}},
    }
    assert dump({"services": {"web": service}}) == (
        'services:\n  web:\n    build: .\n    ports: ["127.0.0.1:8000:8000"]\n\n'
        "    deploy:\n      a:\n        b: 1\n        c: [x, 2]\n"
    )
