"""DeepLabV3 on ResNet-101 in plain torch, its parameters named as in the published checkpoint.

After "Rethinking Atrous Convolution for Semantic Image Segmentation" (Chen et al., 2017): the last two stages
of the backbone keep their resolution and widen their kernels instead.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import interpolate

MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
"""Of ImageNet's pixels, on which the backbone was trained."""
EXPANSION = 4
BLOCKS = (3, 4, 23, 3)
RATES = (12, 24, 36)
"""The distances, in cells, at which the head looks around each of them."""


class Bottleneck(nn.Module):
    """A narrow convolution around which the input is led past."""

    def __init__(self, inputs: int, width: int, stride: int, dilation: int, *, first: bool) -> None:
        """Keep the size unless there is a stride."""
        super().__init__()
        outputs = width * EXPANSION
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, dilation, dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            if first
            else None
        )

    def forward(self, cells: Tensor) -> Tensor:
        """Add to the input what was found in it."""
        past = cells if self.downsample is None else self.downsample(cells)
        cells = self.relu(self.bn1(self.conv1(cells)))
        cells = self.relu(self.bn2(self.conv2(cells)))
        return self.relu(self.bn3(self.conv3(cells)) + past)


class Backbone(nn.Module):
    """ResNet-101 without its last layers, at an eighth of the picture's size."""

    def __init__(self) -> None:
        """Build the stages; the last two dilate instead of shrinking."""
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = stage(64, 64, BLOCKS[0], stride=1, dilations=(1, 1))
        self.layer2 = stage(256, 128, BLOCKS[1], stride=2, dilations=(1, 1))
        self.layer3 = stage(512, 256, BLOCKS[2], stride=1, dilations=(1, 2))
        self.layer4 = stage(1024, 512, BLOCKS[3], stride=1, dilations=(2, 4))

    def forward(self, pixels: Tensor) -> Tensor:
        """Return what was found, 2048 numbers for each cell."""
        cells = self.maxpool(self.relu(self.bn1(self.conv1(pixels))))
        found: Tensor = self.layer4(self.layer3(self.layer2(self.layer1(cells))))
        return found


def stage(inputs: int, width: int, blocks: int, stride: int, dilations: tuple[int, int]) -> nn.Sequential:
    """Return blocks in a row; the first has a dilation of its own."""
    first = Bottleneck(inputs, width, stride, dilations[0], first=True)
    rest = [Bottleneck(width * EXPANSION, width, 1, dilations[1], first=False) for _ in range(blocks - 1)]
    return nn.Sequential(first, *rest)


def layer(inputs: int, outputs: int, size: int = 1, dilation: int = 1) -> list[nn.Module]:
    """Return a convolution that keeps the size, normalised."""
    padding = dilation if size > 1 else 0
    convolution = nn.Conv2d(inputs, outputs, size, padding=padding, dilation=dilation, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]


class Pooling(nn.Sequential):
    """What the picture as a whole says to each cell."""

    def forward(self, cells: Tensor) -> Tensor:
        """Average, and spread the answer."""
        return interpolate(super().forward(cells), cells.shape[-2:], mode="bilinear", align_corners=False)


class Surroundings(nn.Module):
    """Each cell looked at from several distances at once."""

    def __init__(self, inputs: int, outputs: int = 256) -> None:
        """Look from the cell itself, from `RATES`, and from the whole picture."""
        super().__init__()
        distant = [nn.Sequential(*layer(inputs, outputs, 3, rate)) for rate in RATES]
        whole = Pooling(nn.AdaptiveAvgPool2d(1), *layer(inputs, outputs))
        self.convs = nn.ModuleList([nn.Sequential(*layer(inputs, outputs)), *distant, whole])
        self.project = nn.Sequential(*layer(len(self.convs) * outputs, outputs), nn.Dropout(0.5))

    def forward(self, cells: Tensor) -> Tensor:
        """Join the views."""
        joined: Tensor = self.project(torch.cat([view(cells) for view in self.convs], dim=1))
        return joined


class Network(nn.Module):
    """The backbone and its heads; the auxiliary one is in the checkpoint, and for training alone."""

    def __init__(self, classes: int) -> None:
        """Have random weights until some are loaded."""
        super().__init__()
        self.backbone = Backbone()
        self.classifier = nn.Sequential(Surroundings(2048), *layer(256, 256, 3), nn.Conv2d(256, classes, 1))
        self.aux_classifier = nn.Sequential(*layer(1024, 256, 3), nn.Dropout(0.1), nn.Conv2d(256, classes, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """Return a score for each class of each pixel."""
        scores = self.classifier(self.backbone(pixels))
        return interpolate(scores, pixels.shape[-2:], mode="bilinear", align_corners=False)


class DeepLab:
    """A checkpoint of `deeplabv3_resnet101_coco`, of which only the user knows how good it is."""

    max_size = 512

    def __init__(self, checkpoint: Path, classes: list[str]) -> None:
        """Load the weights; they are data, and nothing in the file is run."""
        self.name = f"DeepLabV3-ResNet101 ({checkpoint.name})"
        self.classes = classes
        with torch.device("meta"):  # no time and memory for weights that are replaced at once
            self._network = Network(len(classes))
        weights = torch.load(checkpoint, map_location="cpu", weights_only=True)
        self._network.load_state_dict(weights, assign=True)
        self._network.eval()

    def classify(self, picture: Image.Image) -> NDArray[np.uint8]:
        """Return the class of each pixel that scores highest."""
        scaled = (np.asarray(picture, np.float32) / 255 - MEAN) / DEVIATION
        pixels = torch.from_numpy(scaled.astype(np.float32)).permute(2, 0, 1).unsqueeze(0)
        with torch.inference_mode():
            classes: NDArray[np.uint8] = self._network(pixels)[0].argmax(0).to(torch.uint8).numpy()
        return classes
