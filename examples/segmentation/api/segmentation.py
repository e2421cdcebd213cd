"""From a picture to the picture of its segments, as large as it was."""

import time
from dataclasses import dataclass

import numpy as np
from PIL import Image

from models import Model
from pictures import decoded

PALETTE = bytes(index * step % 255 for index in range(256) for step in (2**25 - 1, 2**15 - 1, 2**21 - 1))
"""The colour of each class: neighbours in number are told apart at a glance."""


@dataclass(frozen=True)
class Segments:
    """What a model saw in a picture."""

    picture: Image.Image
    """With a palette; each pixel is the number of its class."""
    size: tuple[int, int]
    """What the model was given, in pixels."""
    found: list[int]
    """The classes that are in it."""
    seconds: float
    """What the model took."""


def get_segments(model: Model, picture: Image.Image, max_size: int | None) -> Segments:
    """Have the model look at the picture, or at a smaller copy of it. Raises `UnreadableError`."""
    whole = picture.size
    seen = decoded(picture, max_size)
    size = seen.size
    begin = time.perf_counter()
    class_map = model.classify(seen)
    seconds = time.perf_counter() - begin
    found = np.unique(class_map).tolist()
    # Nearest: whatever mixes neighbours makes up classes that nobody saw.
    painted = Image.frombytes("P", size, class_map.tobytes()).resize(whole, Image.Resampling.NEAREST)
    painted.putpalette(PALETTE)
    return Segments(painted, size, found, seconds)
