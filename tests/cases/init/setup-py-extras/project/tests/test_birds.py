import pytest

from birds import app


@pytest.mark.timeout(20)
def test_there_are_two():
    assert app.test_client().get("/birds").json == ["crow", "wren"]
