"""What would be written, given what stands there: new, ours, a person's, or the same."""

import pytest

from hatchway.formats.artefact import Artefact, Entry
from hatchway.scaffold.plan import Change, Kept, Standing, Written, diff_of, digest_of, plan_of

FILE = Artefact("Dockerfile", "it is needed", "FROM python\n")
ATTACH = Artefact(
    ".vscode/launch.json",
    "F5 attaches",
    entries=(Entry(("configurations",), "name", {"name": "hatchway: attach", "port": 5678}),),
    skeleton='{"configurations": []}\n',
)
OTHER = b'{"configurations": [{"name": "hatchway: attach", "port": 1}]}'


def outcome(wanted: Artefact, content: bytes | None, written: Written | None = None) -> object:
    record = {wanted.path: written} if written else {}
    plan = plan_of([wanted], {wanted.path: Standing(content)}, record)
    return (*plan.changes, *plan.kept, *plan.same)[0]


def test_what_is_not_there_is_made() -> None:
    assert outcome(FILE, None) == Change("Dockerfile", None, b"FROM python\n", "it is needed")


def test_what_is_as_it_should_be_is_left() -> None:
    assert outcome(FILE, b"FROM python\n") == "Dockerfile"


def test_a_person_s_file_is_kept() -> None:
    assert outcome(FILE, b"FROM mine\n") == Kept("Dockerfile", "it is yours")


def test_what_we_wrote_is_brought_up_to_date() -> None:
    written = Written(digest_of(b"FROM old\n"))
    assert outcome(FILE, b"FROM old\n", written) == Change(
        "Dockerfile", b"FROM old\n", b"FROM python\n", "it is needed"
    )


def test_what_a_person_has_changed_since_is_theirs() -> None:
    assert outcome(FILE, b"FROM changed\n", Written(digest_of(b"FROM old\n"))) == Kept(
        "Dockerfile", "you have changed it"
    )


def test_an_entry_is_added_to_a_person_s_file() -> None:
    change = outcome(ATTACH, b'{\r\n\t"configurations": [], // none\r\n}')
    assert isinstance(change, Change)
    assert change.after == (
        b'{\r\n\t"configurations": [\r\n\t\t{\r\n\t\t\t"name": "hatchway: attach",\r\n\t\t\t"port": 5678\r\n'
        b"\t\t}\r\n\t], // none\r\n}"
    )


def test_an_entry_that_a_person_has_changed_is_theirs() -> None:
    assert outcome(ATTACH, OTHER) == Kept(".vscode/launch.json", "its entry `hatchway: attach` is yours")


def test_an_entry_of_ours_is_brought_up_to_date_wherever_the_file_was_changed() -> None:
    old = Artefact(
        ATTACH.path,
        "",
        entries=(Entry(("configurations",), "name", {"name": "hatchway: attach", "port": 1}),),
    )
    first = outcome(old, b'{"configurations": []}')
    assert isinstance(first, Change)
    now = b"// changed since\n" + first.after
    change = outcome(ATTACH, now, Written(digest_of(first.after), first.entries))
    assert isinstance(change, Change)
    assert change.after == now.replace(b'"port": 1', b'"port": 5678')


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "it is not in UTF-8"),
        (b"{", "it cannot be edited: line 1, column 2: a key in double quotes was expected"),
        (b"[]", "it cannot be edited: the file is not an object"),
    ],
)
def test_what_cannot_be_edited_is_kept_with_the_reason(content: bytes, why: str) -> None:
    assert outcome(ATTACH, content) == Kept(".vscode/launch.json", why)


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_file_is_as_good_as_none(content: bytes) -> None:
    change = outcome(ATTACH, content)
    assert isinstance(change, Change)
    assert b"hatchway: attach" in change.after


def test_a_path_in_trouble_is_kept() -> None:
    plan = plan_of([FILE], {"Dockerfile": Standing(None, "it is a symbolic link")}, {})
    assert plan.kept == (Kept("Dockerfile", "it is a symbolic link"),)


def test_the_difference_is_one_that_patch_takes() -> None:
    assert "".join(diff_of(Change("a", b"one\ntwo", b"one\n2\n", ""))) == (
        "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\n-two\n\\ No newline at end of file\n+2\n"
    )
    assert next(iter(diff_of(Change("a", None, b"x\n", "")))) == "--- /dev/null\n"
