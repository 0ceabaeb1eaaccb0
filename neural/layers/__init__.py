"""The table of layers."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.layers.activation import Activation
from neural.layers.add import Add
from neural.layers.base import Layer
from neural.layers.concatenate import Concatenate
from neural.layers.dense import Dense
from neural.layers.dropout import Dropout
from neural.layers.multiply import Multiply
from neural.layers.slice import Slice

LAYERS: Mapping[str, type[Layer]] = MappingProxyType(
    {layer.key: layer for layer in (Dense, Activation, Dropout, Add, Multiply, Concatenate, Slice)}
)

__all__ = ["LAYERS", "Activation", "Add", "Concatenate", "Dense", "Dropout", "Layer", "Multiply", "Slice"]
