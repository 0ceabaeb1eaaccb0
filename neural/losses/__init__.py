"""The table of losses."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.errors import UnknownComponent
from neural.losses.base import Loss
from neural.losses.binary_crossentropy import BinaryCrossentropy
from neural.losses.categorical_crossentropy import CategoricalCrossentropy
from neural.losses.huber import Huber
from neural.losses.mean_absolute_error import MeanAbsoluteError
from neural.losses.mean_squared_error import MeanSquaredError

LOSSES: Mapping[str, type[Loss]] = MappingProxyType(
    {
        loss.key: loss
        for loss in (MeanSquaredError, MeanAbsoluteError, Huber, BinaryCrossentropy, CategoricalCrossentropy)
    }
)


def loss(name: str | Loss) -> Loss:
    """Find a loss by name or alias; a description is returned as it is."""
    if not isinstance(name, str):
        return name
    for found in LOSSES.values():
        if name == found.key or name in found.aliases:
            return found()
    raise UnknownComponent("loss", name, tuple(LOSSES))


__all__ = [
    "LOSSES",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Huber",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "loss",
]
