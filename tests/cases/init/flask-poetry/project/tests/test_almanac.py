from almanac import create_app


def test_it_tells_its_release():
    assert create_app().test_client().get("/").json == {"release": "1.2.0"}
