"""The page, run by Streamlit's own test, over the real API."""

from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
from streamlit.testing.v1 import AppTest

import client

if TYPE_CHECKING:
    from conftest import Encoded

PAGE = Path(__file__).parent.parent / "ui" / "ui.py"
PATIENCE = 60


@pytest.fixture
def page(address: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Open the page."""
    monkeypatch.setattr(client, "BASE", address)
    return AppTest.from_file(str(PAGE), default_timeout=PATIENCE).run()


def test_it_asks_for_a_picture(page: AppTest) -> None:  # S2.11, S2.M3
    assert not page.exception
    assert [title.value for title in page.title] == ["DeepLabV3 image segmentation"]
    assert len(page.markdown) == 1, "one paragraph"
    assert [uploader.label for uploader in page.file_uploader] == ["insert image"]
    assert [button.label for button in page.button] == ["Get segmentation map"]
    assert page.caption[0].value == (
        "Active model: GrabCut (built in: foreground and background, no classes)"
    )


def test_without_a_picture_it_asks_nobody(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:  # S2.12, S2.14
    monkeypatch.setattr(client, "segment", None)
    page.button[0].click().run()
    assert not page.exception
    assert [warning.value for warning in page.warning] == ["Insert an image!"]


def test_it_shows_both_pictures(page: AppTest, disc: bytes) -> None:  # S2.13, S2.W3
    page.file_uploader[0].upload("disc.png", disc, "image/png")
    page.button[0].click().run()
    assert not page.exception
    assert [header.value for header in page.header] == ["Original", "Segmented"]
    assert len(page.columns) == 2
    for column in page.columns:
        assert len(column.image) == 1
    assert page.caption[-1].value == "background 81%, foreground 19%"


def test_it_shows_what_the_api_says(page: AppTest, encoded: "Encoded") -> None:  # S2.W5, S2.M4
    for upload, said in (
        (b"no picture", "This file is no picture, or a broken one. (status 400)"),
        (encoded((6000, 5000), mode="1"), "A picture may have 25 megapixels. (status 413)"),
    ):
        page.file_uploader[0].upload("picture.png", upload, "image/png")
        page.button[0].click().run()
        assert not page.exception
        assert [error.value for error in page.error] == [said]


def test_it_waits_for_the_api(address: str, monkeypatch: pytest.MonkeyPatch) -> None:  # S2.M4
    monkeypatch.setattr(client, "BASE", "http://127.0.0.1:9")
    page = AppTest.from_file(str(PAGE), default_timeout=PATIENCE).run()
    assert not page.exception
    assert [info.value for info in page.info] == [
        "The API at http://127.0.0.1:9 does not answer (ConnectError). Waiting for it ..."
    ]
    assert not page.button
    monkeypatch.setattr(client, "BASE", address)
    page.run()
    assert [button.label for button in page.button] == ["Get segmentation map"]


def test_the_api_goes_away_meanwhile(
    page: AppTest, disc: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:  # S2.W7, S2.M4
    assert client.PATIENCE.read == 120, "minutes, and not the author's hours"
    said = "The API does not answer."

    def gone(*_: object) -> bytes:
        raise client.AwayError(said)

    monkeypatch.setattr(client, "segment", gone)
    page.file_uploader[0].upload("disc.png", disc, "image/png")
    page.button[0].click().run()
    assert not page.exception
    assert [error.value for error in page.error] == [said]


def test_an_error_of_somebody_in_between_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:  # S2.M4
    answer = httpx2.Response(502, html="<h1>Bad Gateway</h1>")
    monkeypatch.setattr(httpx2, "request", lambda *_, **__: answer)
    with pytest.raises(client.RefusedError, match=r"^Bad Gateway \(status 502\)$"):
        client.segment("disc.png", b"")
