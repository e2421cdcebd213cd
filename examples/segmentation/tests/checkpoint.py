"""A checkpoint whose weights are random but for the last: it finds trains everywhere. Written to stdout."""

import io
import sys

import torch

from deeplab import Network

TRAIN = 19


def made_checkpoint() -> bytes:
    """Return the file, a quarter of a gigabyte."""
    torch.manual_seed(0)
    network = Network(21)
    last = network.classifier[-1]
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    last.bias.data[TRAIN] = 1.0
    file = io.BytesIO()
    torch.save(network.state_dict(), file)
    return file.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(made_checkpoint())
