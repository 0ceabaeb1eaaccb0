"""What a layer is to the network, and where it stands once it is bound."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from neural.activations.base import Function
from neural.arrays import Array, Calls

Shape = tuple[int, ...]


@dataclass(frozen=True)
class ParameterShape:
    """One array of a layer's parameters."""

    name: str  # "kernel"
    shape: Shape
    initializer: str


@dataclass(frozen=True)
class Place:
    """Where a bound layer stands: its neighbours' arrays and its own part of the flat vectors.

    Values are feature-major, (features, batch). `x` and `y` carry one row of ones more, so that a bias is one more
    row of the kernel. `dy` belongs to the layer, which may overwrite it on the way back.
    """

    x: Array  # (inputs + 1, batch)
    y: Array  # (outputs + 1, batch)
    dx: Array | None  # (inputs, batch), None where nobody needs it
    dy: Array  # (outputs, batch)
    parameters: Array  # flat
    gradients: Array  # flat
    scratch: Callable[[str, Shape], Array]
    generator: np.random.Generator | None  # None: bound for inference


@dataclass(frozen=True)
class Bound:
    """A layer's two ways, as prebound calls."""

    forward: Calls
    backward: Calls


class Layer(Protocol):
    """A frozen description of a layer."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]

    @property
    def name(self) -> str | None:
        """The name in the network; None until the network gives one."""
        ...

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output row."""
        ...

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """List the parameters in the order in which they stand in the flat vector."""
        ...

    def flops_per_row(self, input_shape: Shape) -> int:
        """Estimate the floating point operations of one forward row."""
        ...

    def bind(self, place: Place) -> Bound:
        """Prepare both ways on the arrays of a place."""
        ...

    def output_function(self) -> Function | None:
        """Return the activation that makes this layer's output, if it has one."""
        ...

    def without_output_function(self) -> "Layer":
        """Return the same layer giving what its activation would have been given."""
        ...
