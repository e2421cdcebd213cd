"""The network is that of the published checkpoint; a checkpoint made here is loaded, and segments."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

import server
from models import VOC_CLASSES, ModelError, load_model

torch = pytest.importorskip("torch")
PARAMETERS = "946faaee5fee9449904dddf9093f6b16f42b3c946ed87780bb5091197d116a91"
"""Digest of names and shapes in torchvision 0.28.0's `deeplabv3_resnet101(num_classes=21, aux_loss=True)`."""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save one for all tests here."""
    from checkpoint import made_checkpoint  # noqa: PLC0415 - torch may not be there

    file = tmp_path_factory.mktemp("model") / "random.pth"
    file.write_bytes(made_checkpoint())
    return file


def test_names_and_shapes_are_the_published_ones(checkpoint: Path) -> None:  # S2.8, D3.2
    weights = torch.load(checkpoint, weights_only=True)
    told = "".join(f"{name} {list(weight.shape)}\n" for name, weight in sorted(weights.items()))
    assert len(weights) == 676
    assert hashlib.sha256(told.encode()).hexdigest() == PARAMETERS


def test_it_sees_what_its_weights_say(checkpoint: Path, disc: bytes) -> None:  # S2.8, S2.M3
    model = load_model({"DEEPLAB_CHECKPOINT": str(checkpoint)})
    assert (model.name, model.max_size) == ("DeepLabV3-ResNet101 (random.pth)", 512)
    assert model.classes == VOC_CLASSES
    with Image.open(io.BytesIO(disc)) as picture:
        classes = model.classify(picture.convert("RGB"))
    assert classes.shape == (64, 96)
    assert set(np.unique(classes)) == {19}


def test_the_api_serves_it(
    checkpoint: Path, disc: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:  # S2.1, S2.M3
    monkeypatch.setattr(server, "model", load_model({"DEEPLAB_CHECKPOINT": str(checkpoint)}))
    api = TestClient(server.app)
    assert api.get("/health").json()["model"] == "DeepLabV3-ResNet101 (random.pth)"
    answer = api.post("/segmentation", files={"file": disc})
    with Image.open(io.BytesIO(answer.content)) as segments:
        assert (segments.mode, segments.size) == ("P", (96, 64))
        assert segments.getextrema() == (19, 19)


@pytest.mark.parametrize("kind", ["another network", "no weights", "code"])
def test_another_file_is_refused(kind: str, tmp_path: Path) -> None:  # S2.W6
    file = tmp_path / "wrong.pth"
    torch.save(
        {"another network": torch.nn.Linear(2, 2).state_dict(), "no weights": [1], "code": print}[kind], file
    )
    with pytest.raises(ModelError, match=r"wrong\.pth is no checkpoint of deeplabv3_resnet101_coco"):
        load_model({"DEEPLAB_CHECKPOINT": str(file)})
