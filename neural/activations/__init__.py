"""The table of activation functions."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.activations.base import Function
from neural.activations.bounded_relu import BoundedRelu
from neural.activations.celu import Celu
from neural.activations.elu import Elu
from neural.activations.exponential import Exponential
from neural.activations.gelu import Gelu
from neural.activations.gelu_tanh import GeluTanh
from neural.activations.hard_sigmoid import HardSigmoid
from neural.activations.hard_silu import HardSilu
from neural.activations.hard_tanh import HardTanh
from neural.activations.leaky_relu import LeakyRelu
from neural.activations.linear import Linear
from neural.activations.log_sigmoid import LogSigmoid
from neural.activations.log_softmax import LogSoftmax
from neural.activations.mish import Mish
from neural.activations.relu import Relu
from neural.activations.selu import Selu
from neural.activations.sigmoid import Sigmoid
from neural.activations.silu import Silu
from neural.activations.softmax import Softmax
from neural.activations.softplus import Softplus
from neural.activations.softsign import Softsign
from neural.activations.sparse_plus import SparsePlus
from neural.activations.squareplus import Squareplus
from neural.activations.tanh import Tanh
from neural.errors import UnknownComponent

_ALL: tuple[type[Function], ...] = (
    Linear, Sigmoid, Tanh, Relu, LeakyRelu, Elu, Selu, Gelu, GeluTanh, Silu, Mish, Softplus, Softsign, HardSigmoid,
    HardTanh, HardSilu, BoundedRelu, Celu, LogSigmoid, Squareplus, SparsePlus, Exponential, Softmax, LogSoftmax,
)  # fmt: skip
ACTIVATIONS: Mapping[str, type[Function]] = MappingProxyType({function.key: function for function in _ALL})


def activation(function: str | Function) -> Function:
    """Find an activation by name; a description is returned as it is."""
    if not isinstance(function, str):
        return function
    if function not in ACTIVATIONS:
        raise UnknownComponent("activation", function, tuple(ACTIVATIONS))
    return ACTIVATIONS[function]()


__all__ = [
    "ACTIVATIONS",
    "BoundedRelu",
    "Celu",
    "Elu",
    "Exponential",
    "Function",
    "Gelu",
    "GeluTanh",
    "HardSigmoid",
    "HardSilu",
    "HardTanh",
    "LeakyRelu",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "Relu",
    "Selu",
    "Sigmoid",
    "Silu",
    "Softmax",
    "Softplus",
    "Softsign",
    "SparsePlus",
    "Squareplus",
    "Tanh",
    "activation",
]
