"""What a model is, and which one is active: the user's DeepLab checkpoint, or what needs none."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from grabcut import GrabCut

ClassMap = NDArray[np.uint8]
"""The class of each pixel, row by row."""
VOC_CLASSES = [
    "background",
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
]


class Model(Protocol):
    """Says of each pixel of a picture what it belongs to."""

    name: str
    """What people are told is active."""
    classes: list[str]
    """What the numbers in a class map mean."""
    max_size: int
    """The longest side, in pixels, that it is to be given unless told otherwise."""

    def classify(self, picture: Image.Image) -> ClassMap:
        """Return the class of each pixel of an RGB picture; what it takes grows with the pixels."""
        ...


class ModelError(Exception):
    """The model that was asked for cannot be had."""


def load_model(environ: Mapping[str, str]) -> Model:
    """Load the checkpoint that `DEEPLAB_CHECKPOINT` names, else what needs none. Raises `ModelError`."""
    named = environ.get("DEEPLAB_CHECKPOINT")
    if not named:
        return GrabCut()
    try:
        from deeplab import DeepLab  # noqa: PLC0415 - torch is there for those alone who have a checkpoint
    except ModuleNotFoundError as missing:
        message = (
            f"DEEPLAB_CHECKPOINT is set and there is no {missing.name}: install requirements-deeplab.txt"
        )
        raise ModelError(message) from missing
    try:
        return DeepLab(Path(named), VOC_CLASSES)
    except Exception as error:  # torch raises a dozen kinds for a file that is none of its own
        message = f"{named} is no checkpoint of deeplabv3_resnet101_coco: {error}"
        raise ModelError(message) from error


def max_size_of(environ: Mapping[str, str], model: Model) -> int | None:
    """Return what `MAX_SIZE` says: a number of pixels, `off` for none; unset: the model's own."""
    told = environ.get("MAX_SIZE") or str(model.max_size)
    if told == "off":
        return None
    if not told.isdecimal() or int(told) < 1:
        message = f"MAX_SIZE is {told!r}, neither a number of pixels nor `off`"
        raise ValueError(message)
    return int(told)
