"""Uploads become pictures here, within limits that keep the server alive."""

from typing import BinaryIO

from PIL import Image

MOST_BYTES = 20 * 2**20
"""Of a request's body."""
MOST_PIXELS = 25_000_000
"""Of a picture: 75 MB of memory once it is decoded."""
Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # also for what lies inside of a file, behind its header


class UnreadableError(Exception):
    """The upload is no picture, or a broken one."""


class TooLargeError(Exception):
    """The picture has more pixels than are taken."""


def open_picture(upload: BinaryIO) -> Image.Image:
    """Return the upload as a picture whose pixels nobody has decoded yet.

    Raises `UnreadableError` or `TooLargeError`.
    """
    try:
        picture = Image.open(upload)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLargeError from None
    except Exception as error:  # the formats raise whatever they meet
        raise UnreadableError from error
    if picture.width * picture.height > MOST_PIXELS:
        raise TooLargeError
    return picture


def decoded(picture: Image.Image, max_size: int | None) -> Image.Image:
    """Return the picture in RGB, no side longer than `max_size`, never enlarged. Raises `UnreadableError`."""
    size = size_within(max_size, picture.size)
    picture.draft("RGB", size)  # a JPEG is decoded at an eighth of its size in a fraction of the time
    try:
        return picture.convert("RGB").resize(size, Image.Resampling.BILINEAR)
    except Exception as error:
        raise UnreadableError from error


def size_within(max_size: int | None, size: tuple[int, int]) -> tuple[int, int]:
    """Return the size with no side longer than `max_size`, and none shorter than one pixel."""
    factor = min(1.0, *(max_size / side for side in size)) if max_size else 1.0
    width, height = (max(1, round(side * factor)) for side in size)
    return width, height
