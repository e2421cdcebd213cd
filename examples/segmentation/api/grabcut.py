"""The model that needs no weights: OpenCV's GrabCut tells what is in front from what is behind it.

It takes what touches the edge of a picture for background, and finds the foreground by its colours. It knows
no classes: whatever stands in front is `foreground`.
"""

import threading

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

BACKGROUND = 0
FOREGROUND = 1
EDGE = 0.08
"""The part of each side that is taken for background."""
SMALLEST = 8
"""Pixels of a side: there is nothing to be told apart in less."""
ROUNDS = 3


class GrabCut:
    """Foreground and background, by their colours."""

    name = "GrabCut (built in: foreground and background, no classes)"
    classes = ["background", "foreground"]  # noqa: RUF012 - as the protocol has it
    max_size = 256

    def __init__(self) -> None:
        """Have one picture at a time: the random numbers of OpenCV are one sequence for all."""
        self._turn = threading.Lock()

    def classify(self, picture: Image.Image) -> NDArray[np.uint8]:
        """Return where the foreground is; the same picture has the same answer every time."""
        width, height = picture.size
        marks = np.full((height, width), cv2.GC_BGD, np.uint8)
        if min(width, height) < SMALLEST:
            return np.full_like(marks, BACKGROUND)
        aside, above = max(1, round(width * EDGE)), max(1, round(height * EDGE))
        inner = (aside, above, width - 2 * aside, height - 2 * above)
        colours = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR)
        with self._turn:
            cv2.setRNGSeed(0)
            cv2.grabCut(
                colours, marks, inner, np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_RECT
            )
        is_front = (marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)
        return np.where(is_front, FOREGROUND, BACKGROUND).astype(np.uint8)
