"""The interface of a layer, and the arrays that it is bound to."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from neural.activations.base import Function
from neural.constraints import Constraint, constraint
from neural.engine.arrays import Array, Call, Calls
from neural.engine.layouts import Shape, values_of
from neural.initializers import Initializer
from neural.layers.shared.mask_use import CURRENT, MaskUse
from neural.layers.shared.restraints import names_of
from neural.regularizers import Regularizer, regularizer


@dataclass(frozen=True)
class ParameterShape:
    """One array of a layer's parameters; those that are not trainable (moving statistics) get no gradient."""

    name: str  # "kernel"
    shape: Shape
    initializer: str | Initializer
    trainable: bool = True
    fans: tuple[int, int] | None = None  # what an output reads, what an input feeds; None: as the shape says


@dataclass(frozen=True, kw_only=True)
class LayerBuffers:
    """The arrays of a bound layer: its neighbours' values and errors, and its own part of the flat vectors.

    Values lie features first and batch last (`neural.engine.layouts`): (features + 1, batch), (features + 1, time,
    batch), (channels + 1, height, width, batch), where the one more is ones that carry biases through products;
    errors have no such row. The first layer's x may be a view that is not contiguous. Every dx is written, not added
    to.
    `dy` belongs to the layer, which may overwrite it on the way back.
    """

    xs: tuple[Array, ...]
    y: Array
    dxs: tuple[Array | None, ...]  # None where nobody needs it
    dy: Array
    parameters: Array  # flat, the trainable ones
    gradients: Array  # flat
    state: Array  # flat, what is not trained
    scratch: Callable[[str, Shape], Array]
    generator: np.random.Generator | None  # None: bound for inference
    input_shapes: tuple[Shape, ...]  # of one row
    output_shape: Shape
    masks: tuple[Array | None, ...] = (None,)  # (*places, batch) of 0 and 1 for each input that has one
    y_mask: Array | None = None  # filled by a layer that writes masks
    semantics: int = CURRENT  # which version of what layers mean

    @property
    def x(self) -> Array:
        """The first (mostly the only) input."""
        return self.xs[0]

    @property
    def dx(self) -> Array | None:
        """The error of the first input."""
        return self.dxs[0]

    @property
    def mask(self) -> Array | None:
        """The mask of the first input."""
        return self.masks[0]

    @property
    def input_shape(self) -> Shape:
        """The shape of one row of the first input."""
        return self.input_shapes[0]

    @property
    def training(self) -> bool:
        """Whether the layer is bound for training."""
        return self.generator is not None

    @property
    def x_values(self) -> Array:
        """The first input without its row of ones."""
        return values_of(self.xs[0])

    @property
    def y_values(self) -> Array:
        """The output without its row of ones."""
        return values_of(self.y)


@dataclass(frozen=True)
class Bound:
    """A layer's two ways, as prebound calls.

    Each of `kinks` gives an array that tells on which side of the layer's own kinks its values stand. A layer that
    copies its input before anything else may leave that to `enter`, which takes the input and comes before `forward`:
    then one binding serves all slots.
    """

    forward: Calls
    backward: Calls
    kinks: tuple[Callable[[], npt.NDArray[Any]], ...] = ()
    enter: Callable[[Array], Calls] | None = None
    penalties: tuple[Callable[[], float], ...] = ()  # on outputs, beside the loss


@dataclass(frozen=True, kw_only=True)
class Layer(ABC):
    """A frozen description of a layer; one with several inputs takes several shapes in `output_shape` and the like."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    minimum_inputs: ClassVar[int] = 1
    maximum_inputs: ClassVar[int | None] = 1  # None: any number
    mask_use: ClassVar[MaskUse]  # what it does with a mask
    only_moves: ClassVar[bool] = False  # outputs are inputs at other places: a function may as well come before them

    name: str | None = None  # in the network; None until the network gives one

    @property
    def makes_mask(self) -> bool:
        """Whether the layer itself tells which time steps count."""
        return False

    @property
    def inner(self) -> "Layer":
        """What computes: the layer itself, or the one that it lets work at each step."""
        return self

    @property
    def writes_mask(self) -> bool:
        """Whether the layer fills the mask of its output; else it is that of its first input."""
        return self.makes_mask or self.mask_use.joins

    def gives_mask(self, masked: tuple[bool, ...]) -> bool:
        """Tell whether the output has a mask, by which of the inputs have one."""
        if self.mask_use.joins:
            return all(masked)
        return self.makes_mask or (self.mask_use.carries and masked[0])

    @abstractmethod
    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output row; raises ShapeError when the input's does not fit."""

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """List the parameters in the order in which they stand in the flat vector."""
        del input_shape
        return ()

    def restraints(self, parameter: ParameterShape) -> tuple[Regularizer, Constraint]:
        """Return the penalty on a parameter, and what it is held to; raises ParameterOutOfRange for impossible ones."""
        penalty, limit = names_of(parameter.name)
        held_to = constraint(getattr(self, limit, "none"))
        held_to.check_shape(f"{self.key}.{limit}", parameter.shape)
        return regularizer(getattr(self, penalty, "none")), held_to

    def penalty_on_outputs(self) -> Regularizer:
        """Return the penalty on the layer's outputs."""
        return regularizer(getattr(self, "activity_regularizer", "none"))

    def flops_per_row(self, input_shape: Shape) -> int:
        """Estimate the floating point operations of one forward row."""
        return math.prod(input_shape)

    @abstractmethod
    def bind(self, buffers: LayerBuffers) -> Bound:
        """Prepare both ways on these arrays."""

    def frozen(self) -> Self:
        """Return the layer as it trains where its weights stay as they are."""
        return self

    def depends_on_semantics(self, *, is_frozen: bool) -> bool:
        """Tell whether an earlier version of what layers mean could give other numbers, here or behind the layer."""
        del is_frozen
        return self.makes_mask

    def output_function(self) -> Function | None:
        """Return the activation that makes this layer's output, if it has one."""
        return None

    def without_output_function(self) -> Self:
        """Return the same layer giving what its activation would have been given."""
        return self


__all__ = ["Bound", "Call", "Layer", "LayerBuffers", "ParameterShape", "Shape"]
