"""One editor over a whole stack: a breakpoint in each service, local paths, library code, differences."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from docker.stack import Stack
from e2e.running import Editor

PLACES = {"web": "web/app.py", "api": "api/app.py", "worker": "worker/tasks.py"}


@pytest.fixture(scope="module")
def hub(shop: Stack) -> int:
    port = shop.up()
    shop.wait_until_serving("web", "api")
    shop.wait_for_workers(web=3, api=2, worker=2)
    return port


@pytest.fixture
def editor(hub: int) -> Iterator[Editor]:
    with Editor(hub) as connected:
        yield connected


def arm(editor: Editor, shop: Stack, *services: str, **attach: Any) -> None:
    """Attach with a breakpoint in each of the services, and return once all are verified."""
    wanted = {shop.source(PLACES[name]): [shop.line_of(PLACES[name], "who")] for name in services}
    for answered in editor.start(wanted, **attach):
        if not answered["verified"]:
            editor.event("breakpoint", lambda body, wanted=answered["id"]: is_verified(body, wanted))


def is_verified(body: dict[str, Any], wanted: int) -> bool:
    return body["breakpoint"]["id"] == wanted and body["breakpoint"]["verified"]


def ask_worker(shop: Stack) -> str:
    """Give the Celery worker a task, and return its result."""
    program = "import tasks; print(tasks.who.delay('later').get(timeout=60)['greeting'])"
    return shop.compose("exec", "-T", "--env", "PYTHONPATH=", "worker", "python", "-c", program)


def test_one_breakpoint_in_each_service_stops_all_with_local_paths(shop: Stack, editor: Editor) -> None:
    arm(editor, shop, *PLACES)
    with ThreadPoolExecutor() as pool:
        web, api = *shop.getting("web", "/who/ann"), *shop.getting("api", "/who/bob")
        later = pool.submit(ask_worker, shop)
        seen = {}
        for _ in PLACES:
            thread = editor.stopped()
            names = {known["id"]: known["name"] for known in editor.request("threads")["threads"]}
            service = names[thread].partition("/")[0]
            frame = editor.top(thread)
            assert frame["source"]["path"] == str(shop.source(PLACES[service])), "a path of the editor's own"
            assert not frame["source"].get("sourceReference")
            seen[service] = editor.locals_of(frame)[1]["greeting"]
            editor.resume(thread)
        assert seen == {
            "web": "'hello ann from web'",
            "api": "'hello bob from api'",
            "worker": "'hello later from worker'",
        }
        assert web.result(20)["greeting"] == "hello ann from web"
        assert api.result(20)["greeting"] == "hello bob from api"
        assert later.result(20).strip() == "hello later from worker"
    editor.request("disconnect")


def test_other_services_serve_on_while_one_is_paused(shop: Stack, editor: Editor) -> None:
    arm(editor, shop, "web")
    (paused,) = shop.getting("web", "/who/ann")
    thread = editor.stopped()
    assert shop.get("api", "/who/bob")["greeting"] == "hello bob from api"
    assert shop.containers()["web"]["State"]["Running"]
    editor.resume(thread)
    assert paused.result(20)["greeting"] == "hello ann from web"
    editor.request("disconnect")


def test_library_code_of_the_image_can_be_read_and_stepped_into(shop: Stack, editor: Editor) -> None:
    arm(editor, shop, "web", justMyCode=False)
    (request,) = shop.getting("web", "/who/ann")
    thread = editor.stopped()
    editor.request("stepIn", {"threadId": thread})
    assert editor.stopped() == thread
    frame = editor.top(thread)
    assert "/site-packages/flask/" in frame["source"]["path"]
    source = frame["source"]
    assert source["sourceReference"] > 0, "the editor cannot open it by itself"
    text = editor.request("source", {"source": source, "sourceReference": source["sourceReference"]})[
        "content"
    ]
    assert "def jsonify" in text
    editor.resume(thread)
    request.result(20)
    editor.request("disconnect")


def test_a_breakpoint_in_a_file_that_no_service_has_says_so(shop: Stack, editor: Editor) -> None:
    stray = shop.folder / "stray.py"
    stray.write_text("x = 1\n")
    (answered,) = editor.start({stray: [1]})
    while "no such file" not in answered.get("message", ""):
        answered = editor.event("breakpoint")["breakpoint"]
    assert not answered["verified"]
    editor.request("disconnect")
    stray.unlink()


def test_a_file_that_differs_is_named_and_its_breakpoints_say_so(shop: Stack, editor: Editor) -> None:
    source = shop.source("web/app.py")
    text = source.read_text()
    source.write_text(f"{text}# one\n# two\n")
    there, here = len(text.splitlines()), len(text.splitlines()) + 2
    sentence = f"app.py in web is not your file ({there} lines there, {here} here): what runs is /app/app.py"
    try:
        shop.compose("restart", "web")  # its files are compared anew
        (answered,) = editor.start({source: [shop.line_of("web/app.py", "who")]})
        while not (answered["verified"] and answered.get("message") == sentence):
            answered = editor.event("breakpoint")["breakpoint"]
        said = editor.event("output", lambda body: "is not your file" in body["output"])
        assert sentence in said["output"]
        assert said["category"] == "important"
    finally:
        source.write_text(text)
    editor.request("disconnect")


def test_a_file_that_is_edited_meanwhile_is_compared_again(shop: Stack, editor: Editor) -> None:
    arm(editor, shop, "web")
    source = shop.source("web/app.py")
    text = source.read_text()
    source.write_text(text.replace("import os\n", "import os\n\n# A line\n# more.\n"))
    there = len(text.splitlines())
    sentence = f"app.py in web is not your file ({there} lines there, {there + 3} here)"
    try:
        editor.set_breakpoints(source, shop.line_of("web/app.py", "who"))
        editor.event("output", lambda body: sentence in body["output"])
        editor.event("breakpoint", lambda body: sentence in body["breakpoint"].get("message", ""))
    finally:
        source.write_text(text)
    editor.set_breakpoints(source, shop.line_of("web/app.py", "who"))
    editor.event("breakpoint", lambda body: not body["breakpoint"].get("message"))
    editor.request("disconnect")


def test_the_doctor_proves_that_a_breakpoint_stops(shop: Stack, hub: int) -> None:
    assert hub
    for service, local in (("web", "name = 'ann'"), ("api", "name = 'ann'")):
        done = shop.hatchway("doctor", "--prove", service, "--route", "/who/ann")
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"a local can be read: {local}" in done.stdout
        assert "it runs on and is answered with 200" in done.stdout
    assert {process["state"] for process in shop.ps()} == {"dormant"}


def test_the_doctor_names_a_file_that_is_not_what_runs(shop: Stack, hub: int) -> None:
    assert hub
    source = shop.source("web/app.py")
    before = source.read_text()
    source.write_text(f"# an edit\n{before}")
    try:
        done = shop.hatchway("doctor", "--prove", "web", "--route", "/who/ann")
    finally:
        source.write_text(before)
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "NO web/app.py is what runs /" in told
    assert "differs from your app.py: its lines are others; build the image anew" in told
