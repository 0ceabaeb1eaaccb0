"""Layers that read sequences only, or images only."""

from neural.errors import ShapeError
from neural.layers.shared.base import Shape

READS = {1: "a vector, (features,)", 2: "a sequence, (time, features)", 3: "an image, (height, width, channels)"}


def check_rank(layer: str | None, shape: Shape, rank: int) -> None:
    """Raise ShapeError unless a row has so many axes."""
    if len(shape) != rank:
        raise ShapeError(f"layer {layer}", got=shape, needed=READS[rank])
