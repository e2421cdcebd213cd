"""A line as pdb reads it."""

import pytest

from hatchway.terminal.pdb.language import Line, expand, is_begun, is_expression, parse, plain_python, split


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("n", Line("next", "")),
        ("p x + 1", Line("p", "x + 1")),
        ("ll", Line("longlist", "")),
        ("bt", Line("where", "")),
        ("b app.py:21, x > 1", Line("break", "app.py:21, x > 1")),
        ("continue all", Line("continue", "all")),
        ("q!", Line("quit!", "")),
        ("?p", Line("help", "p")),
        ("!n = 3", Line("", "n = 3")),
        ("n = 3", Line("", "n = 3")),
        ("c.count", Line("", "c.count")),
        ("a[0]", Line("", "a[0]")),
        ("list(range(3))", Line("", "list(range(3))")),
        ("n == 3", Line("next", "== 3")),
        ("total", Line("", "total")),
        ("s1", Line("", "s1")),
        ("", Line("", "")),
    ],
)
def test_a_word_is_a_command_unless_it_is_used_as_a_name(text: str, line: Line) -> None:
    assert parse(text) == line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("n ;; p x", ["n", "p x"]),
        ("p 'a;;b' ;; c", ["p 'a;;b'", "c"]),
        ('p "it\'s" ;; n', ['p "it\'s"', "n"]),
        ("p it's ;; n", ["p it's", "n"]),
        ("n;;n;;n", ["n", "n", "n"]),
        ("for x in y:\n    print(x)\n", ["for x in y:\n    print(x)"]),
        ("n\np x", ["n", "p x"]),
    ],
)
def test_two_semicolons_part_commands_outside_of_strings(text: str, parts: list[str]) -> None:
    assert split(text, {}) == parts


def test_an_alias_takes_arguments() -> None:
    aliases = {"pi": "for k in %1.__dict__: print(k, %2)", "ps": "pi self", "all": "p [%*]"}
    assert expand("pi order 1", aliases) == "for k in order.__dict__: print(k, 1)"
    assert expand("ps 2", {**aliases, "ps": "pi self 2"}) == "for k in self.__dict__: print(k, 2)"
    assert split("all 1 2 ;; n", aliases) == ["p [1 2]", "n"]


def test_an_alias_of_itself_comes_to_an_end() -> None:
    assert expand("again", {"again": "again"}) == "again"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("x + 1", True),
        ("x = 1", False),
        ("(y := 2)", False),
        ("await f()", False),
        ("print(1)", True),
        ("", False),
    ],
)
def test_an_expression_binds_nothing(text: str, *, answer: bool) -> None:
    assert is_expression(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [("for x in y:", True), ("f(1,", True), ("x = 1", False), ("x = = 1", False), ('"""begun', True)],
)
def test_a_statement_that_is_not_whole_is_read_on(text: str, *, answer: bool) -> None:
    assert is_begun(text) is answer


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("$_exception.args", "__exception__[1].args"),
        ("[$_retval,\n '$_retval', $_retval]", "[__return__,\n '$_retval', __return__]"),
        ("'$_exception'", "'$_exception'"),
        ("$_frame", "$_frame"),
        ("f('''$_retval", "f('''$_retval"),
        ("x", "x"),
    ],
)
def test_pdbs_variables_stand_for_what_pydevd_has(text: str, plain: str) -> None:
    assert plain_python(text) == plain
