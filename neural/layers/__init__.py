"""The table of layers."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.layers.activation import Activation
from neural.layers.base import Layer
from neural.layers.dense import Dense
from neural.layers.dropout import Dropout
from neural.layers.slice import Slice

LAYERS: Mapping[str, type[Layer]] = MappingProxyType(
    {layer.key: layer for layer in (Dense, Activation, Dropout, Slice)}
)

__all__ = ["LAYERS", "Activation", "Dense", "Dropout", "Layer", "Slice"]
