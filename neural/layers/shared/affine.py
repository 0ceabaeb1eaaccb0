"""The base of layers of the form f(kernel · x + bias): their output function and their bias."""

from dataclasses import dataclass, replace
from typing import Self

from neural.activations import ACTIVATIONS, Function, Linear, activation
from neural.fields import check, choice, flag, parameters_of
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.shared.base import Layer, ParameterShape
from neural.layers.shared.restraints import OfBias, OfOutputs


@dataclass(frozen=True, kw_only=True)
class Affine(OfBias, OfOutputs, Layer):
    """A layer with an output function and a bias."""

    activation: str | Function = choice(
        "linear", lambda: ACTIVATIONS, summary="Function applied to the outputs.", order=4
    )
    use_bias: bool = flag(default=True, summary="Whether a bias is added.", order=6)
    bias_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the bias starts.", order=6)

    def __post_init__(self) -> None:
        check(self)
        activation(self.activation)
        for info in parameters_of(type(self)):
            if info.name.endswith("initializer"):
                initializer(getattr(self, info.name))

    def bias(self, size: int) -> tuple[ParameterShape, ...]:
        """Describe the bias, if there is one."""
        return (ParameterShape("bias", (size,), self.bias_initializer),) if self.use_bias else ()

    def output_function(self) -> Function:
        """Return the output function f."""
        return activation(self.activation)

    def without_output_function(self) -> Self:
        """Return the same layer with f(z) = z."""
        return replace(self, activation=Linear())
