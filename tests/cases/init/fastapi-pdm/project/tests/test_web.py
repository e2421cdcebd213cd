from fastapi.testclient import TestClient

from tides.web import app


def test_it_tells_its_release():
    assert TestClient(app).get("/tides").json() == {"release": "0.4.0"}
