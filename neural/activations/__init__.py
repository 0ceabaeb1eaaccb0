"""The table of activation functions."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.activations.base import Function
from neural.activations.elu import Elu
from neural.activations.gelu import Gelu
from neural.activations.leaky_relu import LeakyRelu
from neural.activations.linear import Linear
from neural.activations.relu import Relu
from neural.activations.sigmoid import Sigmoid
from neural.activations.softmax import Softmax
from neural.activations.softplus import Softplus
from neural.activations.tanh import Tanh
from neural.errors import UnknownComponent

ACTIVATIONS: Mapping[str, type[Function]] = MappingProxyType(
    {function.key: function for function in (Linear, Sigmoid, Tanh, Relu, LeakyRelu, Elu, Gelu, Softplus, Softmax)}
)


def activation(function: str | Function) -> Function:
    """Find an activation by name; a description is returned as it is."""
    if not isinstance(function, str):
        return function
    if function not in ACTIVATIONS:
        raise UnknownComponent("activation", function, tuple(ACTIVATIONS))
    return ACTIVATIONS[function]()


__all__ = [
    "ACTIVATIONS",
    "Elu",
    "Function",
    "Gelu",
    "LeakyRelu",
    "Linear",
    "Relu",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "activation",
]
