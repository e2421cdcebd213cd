"""The API and the page, and pictures to give them."""

import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from fastapi.testclient import TestClient
from PIL import Image

FOLDER = Path(__file__).parent.parent
sys.path[:0] = [str(FOLDER / "api"), str(FOLDER / "ui")]

Encoded = Callable[..., bytes]


@pytest.fixture
def api() -> TestClient:
    """Ask the API."""
    import server  # noqa: PLC0415 - loads the model

    return TestClient(server.app)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the API for the page, on a port of its own."""
    import server  # noqa: PLC0415 - loads the model

    with closing(uvicorn.Config(server.app, port=0, log_level="warning").bind_socket()) as listener:
        serving = uvicorn.Server(uvicorn.Config(server.app, log_level="warning"))
        thread = threading.Thread(target=serving.run, args=([listener],))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def disc() -> bytes:
    """Return the picture of a disc before a background, 96 x 64 pixels."""
    return (FOLDER / "tests" / "disc.png").read_bytes()


@pytest.fixture(scope="session")
def encoded() -> Encoded:
    """Make the file of a picture of one colour."""

    def make(size: tuple[int, int], form: str = "PNG", mode: str = "RGB") -> bytes:
        file = io.BytesIO()
        Image.new(mode, size, 120).save(file, form)
        return file.getvalue()

    return make


class Striped:
    """A model that sees stripes of two classes and keeps the sizes it was given."""

    name = "stripes"
    classes = ["background", *[""] * 14, "person"]  # noqa: RUF012 - as the protocol has it
    max_size = 512

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.sizes: list[tuple[int, int]] = []

    def classify(self, picture: Image.Image) -> np.ndarray:
        """Return stripes, one pixel wide."""
        width, height = picture.size
        self.sizes.append(picture.size)
        return np.tile(np.arange(width) % 2 * 15, (height, 1)).astype(np.uint8)


@pytest.fixture
def striped(monkeypatch: pytest.MonkeyPatch) -> Striped:
    """Have the API use a model whose answers are known."""
    import server  # noqa: PLC0415 - loads the model

    model = Striped()
    monkeypatch.setattr(server, "model", model)
    monkeypatch.setattr(server, "max_size", model.max_size)
    return model
