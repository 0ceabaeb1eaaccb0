"""Convolutions in groups: channels and kernels must fall into parts of one size."""

from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers.shared.base import Shape


def check_filters(key: str, filters: int, groups: int) -> None:
    """Raise ParameterOutOfRange unless every group has as many kernels."""
    if filters % groups:
        raise ParameterOutOfRange(key, "filters", filters, expected=f"a multiple of `groups`, which is {groups}")


def check_channels(layer: str | None, shape: Shape, groups: int) -> None:
    """Raise ShapeError unless every group has as many channels."""
    if shape[-1] % groups:
        needed = f"a number of channels that is a multiple of `groups`, which is {groups}"
        raise ShapeError(f"layer {layer}", got=shape, needed=needed)
