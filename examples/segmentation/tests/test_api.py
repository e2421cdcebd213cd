"""The API keeps its contract: a picture in, the picture of its segments out."""

import asyncio
import io
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

import server
from models import VOC_CLASSES
from segmentation import PALETTE

if TYPE_CHECKING:
    from conftest import Encoded, Striped


def opened(answer: httpx2.Response) -> Image.Image:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    return Image.open(io.BytesIO(answer.content))


def sent(api: TestClient, picture: bytes, kind: str = "image/jpeg") -> httpx2.Response:
    return api.post("/segmentation", files={"file": ("filename", picture, kind)})


def test_a_picture_becomes_its_segments(api: TestClient, disc: bytes) -> None:  # S2.1, D3.4
    segments = opened(sent(api, disc))
    assert (segments.format, segments.mode, segments.size) == ("PNG", "P", (96, 64))
    seen = np.asarray(segments)
    assert set(np.unique(seen)) == {0, 1}
    assert seen[32, 48] == 1, "the disc"
    assert not seen[:8].any(), "what is above it"
    assert sent(api, disc).content == sent(api, disc).content, "the same picture, the same answer"


def test_each_class_has_its_colour(api: TestClient, disc: bytes) -> None:  # S2.2
    palette = opened(sent(api, disc)).getpalette()
    assert palette is not None
    assert palette[:6] == [0, 0, 0, 1, 127, 31]
    assert tuple(PALETTE[45:48]) == (15, 120, 210)
    colours = {tuple(PALETTE[3 * index : 3 * index + 3]) for index in range(21)}
    assert len(colours) == 21


def test_the_classes_are_those_of_voc() -> None:  # S2.3
    assert len(VOC_CLASSES) == 21
    assert [VOC_CLASSES[number] for number in (0, 1, 15, 20)] == [
        "background",
        "aeroplane",
        "person",
        "tvmonitor",
    ]


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "1"), ("GIF", "P"), ("TIFF", "I;16")],
)
def test_any_format_is_read_whatever_it_is_called(
    form: str, mode: str, api: TestClient, encoded: "Encoded"
) -> None:  # S2.4
    assert opened(sent(api, encoded((31, 17), form, mode), "text/plain")).size == (31, 17)


@pytest.mark.parametrize("fields", [{}, {"picture": ("filename", b"x")}])
def test_a_missing_file_is_named(fields: dict[str, tuple[str, bytes]], api: TestClient) -> None:  # S2.5
    answer = api.post("/segmentation", files=fields)
    assert answer.status_code == 422
    (detail,) = answer.json()["detail"]
    assert (detail["type"], detail["loc"]) == ("missing", ["body", "file"])


@pytest.mark.parametrize("cut", ["nothing", "text", "half a PNG", "half a JPEG", "a header alone"])
def test_what_is_no_picture_is_told_so(  # S2.6, S2.W5, S2.M1
    cut: str, api: TestClient, disc: bytes, encoded: "Encoded"
) -> None:
    jpeg = encoded((600, 400), "JPEG")
    broken = {
        "nothing": b"",
        "text": b"hello",
        "half a PNG": disc[: len(disc) // 2],
        "half a JPEG": jpeg[: len(jpeg) // 2],
        "a header alone": disc[:33],
    }[cut]
    answer = sent(api, broken)
    assert (answer.status_code, answer.json()) == (
        400,
        {"detail": "This file is no picture, or a broken one."},
    )


def test_other_requests(api: TestClient) -> None:  # S2.7
    assert api.get("/segmentation").status_code == 405
    assert api.get("/segmentation").json() == {"detail": "Method Not Allowed"}
    assert api.get("/").json() == {"detail": "Not Found"}
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert api.get(path).status_code == 200


def test_its_description(api: TestClient) -> None:  # S2.7, S2.W8, S2.M1, S2.M3
    told = api.get("/openapi.json").json()
    assert (told["info"]["title"], told["info"]["version"]) == ("DeepLabV3 image segmentation", "0.1.0")
    assert "port 8501" in told["info"]["description"]
    assert "GrabCut" in told["info"]["description"]
    answers = told["paths"]["/segmentation"]["post"]["responses"]
    assert set(answers["200"]["content"]) == {"image/png"}
    assert {"200", "400", "413", "422"} <= set(answers)


def test_health_names_the_model(api: TestClient) -> None:  # S2.M3, S2.M4
    assert api.get("/health").json() == {
        "status": "ok",
        "model": "GrabCut (built in: foreground and background, no classes)",
        "classes": ["background", "foreground"],
        "max_size": 256,
    }


def test_a_large_picture_is_looked_at_in_small(
    api: TestClient, encoded: "Encoded", striped: "Striped"
) -> None:  # S2.9, S2.M2
    assert opened(sent(api, encoded((1024, 768), "JPEG"))).size == (1024, 768)
    assert opened(sent(api, encoded((300, 900)))).size == (300, 900)
    assert striped.sizes == [(512, 384), (171, 512)]


def test_max_size_is_a_switch(
    api: TestClient, encoded: "Encoded", striped: "Striped", monkeypatch: pytest.MonkeyPatch
) -> None:  # S2.M2
    monkeypatch.setattr(server, "max_size", None)
    sent(api, encoded((1024, 768), "JPEG"))
    assert striped.sizes == [(1024, 768)]


def test_scaling_the_map_makes_up_no_class(
    api: TestClient, encoded: "Encoded", striped: "Striped"
) -> None:  # S2.W1, S2.M1
    segments = opened(sent(api, encoded((1500, 400))))
    assert striped.sizes == [(512, 137)]
    assert set(np.unique(np.asarray(segments))) == {0, 15}


def test_the_palette_is_there(api: TestClient, disc: bytes) -> None:  # S2.W2
    colours = opened(sent(api, disc)).convert("RGB").getcolors()
    assert {colour for _, colour in colours or ()} == {(0, 0, 0), (1, 127, 31)}


@pytest.mark.parametrize("size", [(1, 1), (40, 30), (5000, 4), (4, 5000)])
def test_nothing_is_enlarged_and_no_side_vanishes(
    size: tuple[int, int], api: TestClient, encoded: "Encoded", striped: "Striped"
) -> None:  # S2.W4, S2.M1
    assert opened(sent(api, encoded(size))).size == size
    (seen,) = striped.sizes
    assert min(seen) >= 1
    assert max(seen) <= min(512, max(size))


@pytest.mark.parametrize("size", [(1, 1), (9, 3), (8, 8), (5000, 4)])
def test_the_real_model_bears_any_size(size: tuple[int, int], api: TestClient, encoded: "Encoded") -> None:
    assert opened(sent(api, encoded(size))).size == size  # S2.W4


@pytest.mark.parametrize("size", [(6000, 5000), (20_000, 20_000)])  # thirty megapixels; a bomb
def test_too_many_pixels(
    size: tuple[int, int], api: TestClient, encoded: "Encoded", striped: "Striped"
) -> None:  # S2.W5, S2.M1
    answer = sent(api, encoded(size, mode="1"))
    assert (answer.status_code, answer.json()) == (413, {"detail": "A picture may have 25 megapixels."})
    assert striped.sizes == []


def test_too_many_bytes(address: str, disc: bytes) -> None:  # S2.W5, S2.M1
    answer = httpx2.post(f"{address}/segmentation", files={"file": disc + bytes(20 * 2**20)})
    assert (answer.status_code, answer.json()) == (413, {"detail": "A request may have 20 MB."})
    assert httpx2.get(f"{address}/health").status_code == 200


def test_a_slow_model_holds_nobody_else(
    disc: bytes, striped: "Striped", monkeypatch: pytest.MonkeyPatch
) -> None:  # S2.W9
    looks, go_on = threading.Event(), threading.Event()
    classify = striped.classify

    def slow(picture: Image.Image) -> np.ndarray:
        looks.set()
        assert go_on.wait(30)
        return classify(picture)

    monkeypatch.setattr(striped, "classify", slow)

    async def ask_both() -> None:
        transport = httpx2.ASGITransport(server.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://api") as client:
            segments = asyncio.create_task(client.post("/segmentation", files={"file": disc}))
            assert await asyncio.to_thread(looks.wait, 30)
            assert (await client.get("/health")).status_code == 200
            assert not segments.done()
            go_on.set()
            assert (await segments).status_code == 200

    asyncio.run(ask_both())


def test_no_file_is_left(
    api: TestClient, encoded: "Encoded", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # S2.W9
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    large = encoded((1500, 1500), "BMP")
    assert len(large) > 2**20, "what is larger lies in a file while it is received"
    assert sent(api, large).status_code == 200
    assert not list(tmp_path.iterdir())


def test_it_says_what_the_model_took(api: TestClient, disc: bytes) -> None:  # S2.M2
    assert sent(api, disc).headers["server-timing"].startswith("model;dur=")
