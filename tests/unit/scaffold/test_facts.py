"""The values between reading a project and writing files."""

from hatchway.scaffold.facts import SURE, Application, Match, Place, Protocol


def application(*, is_factory: bool) -> Application:
    return Application(
        name="web",
        framework="flask",
        protocol=Protocol.WSGI,
        folder="src",
        module="shop.web",
        attribute="create_app" if is_factory else "app",
        is_factory=is_factory,
        arguments=(),
        place=Place("src/shop/web.py", 4),
        server=None,
        port=None,
        routes=(),
        settings="",
        has_schedule=False,
        match=Match(SURE, "src/shop/web.py:4 makes Flask(...)"),
    )


def test_an_application_is_named_as_servers_take_it() -> None:
    assert application(is_factory=False).spec == "shop.web:app"
    assert application(is_factory=True).spec == "shop.web:create_app()"


def test_a_place_is_shown_as_editors_open_it() -> None:
    assert [str(Place("app.py", 3)), str(Place("app.py"))] == ["app.py:3", "app.py"]
