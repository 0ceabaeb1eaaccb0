"""The base of recurrent layers: their hyperparameters, the cell of one step, and the tape that keeps every step.

The kernels of all gates are packed into one matrix U, so that step s is z = Uᵀ[x; 1; h]; scaling its columns by one
half where a gate is logistic makes σ(z) = (1 + tanh(z/2)) / 2 one tanh for all gates together. On the way back each
step's dz is kept; the gradients of U and of all inputs are then one product each. Source: Werbos 1990.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.constraints import Constraint, constrained
from neural.engine.arrays import Array, Calls
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, choice, flag, integer, real
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.shared.base import Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.recurrence.directions import MERGES
from neural.layers.shared.restraints import OfBias, OfKernel, OfOutputs
from neural.regularizers import Regularizer, regularized

Skip = npt.NDArray[np.bool_]  # (batch,), which rows this step must not touch
Piece = tuple[Array, Array]  # a part of U and the parameters that stand there


@dataclass(frozen=True)
class Tape:
    """What one direction keeps of each step: step s reads stacked[s] and leaves its state in stacked[s + 1]."""

    buffers: LayerBuffers
    label: str
    units: int
    stacked: Array  # (time + 1, inputs + ones + units, batch): [x; 1; h]
    errors: Array  # (time, blocks · units, batch): dz

    def take(self, name: str, *shape: int) -> Array:
        """Make an array of this direction's own."""
        return self.buffers.scratch(f"{self.label}{name}", shape)

    @property
    def steps(self) -> int:
        """The number of time steps."""
        return len(self.errors)

    @property
    def batch(self) -> int:
        """The number of rows."""
        batch: int = self.errors.shape[-1]
        return batch

    def state(self, step: int) -> Array:
        """The h that a step reads, (units, batch)."""
        return self.stacked[step, -self.units :]

    def written(self, steps: slice) -> Array:
        """The h that some steps leave, (steps, units, batch)."""
        return self.stacked[1:][steps, -self.units :]


class Cell(ABC):
    """The arithmetic of one step, apart from its product."""

    products: list[Array]  # for each step, where its product Uᵀ[x; 1; h] goes
    start: Calls = []  # noqa: RUF012  # before the way back
    direct: Array | None = None  # the part of the error of h that does not come through the product

    def kinks(self) -> tuple[Callable[[], Array], ...]:
        """Tell on which side of its kinks the cell stands."""
        return ()

    @abstractmethod
    def forward(self, step: int, skip: Skip | None) -> Calls:
        """Turn the product into the next state."""

    @abstractmethod
    def slopes(self, steps: slice) -> Calls:
        """Write into `errors` what does not depend on errors."""

    @abstractmethod
    def backward(self, step: int, dh: Array, skip: Skip | None) -> Calls:
        """Turn the error of a step's h into dz."""


@dataclass(frozen=True, kw_only=True)
class Recurrent(OfKernel, OfBias, OfOutputs, Layer, ABC):
    """A layer that reads a sequence step by step.

    Masked steps leave the state as it was and give it once more, but zeros where both directions are merged or
    `zero_output_for_mask` says so; as Keras, also for the last step where only that is given.
    """

    mask_use: ClassVar[MaskUse] = MaskUse.USES_AND_CARRIES
    gates: ClassVar[int]  # blocks of the Keras kernels
    blocks: ClassVar[int]  # blocks of U
    ones: ClassVar[int] = 1  # biases of each gate

    units: int = integer(minimum=1, summary="Size of the state and of the output.")
    return_sequences: bool = flag(default=False, summary="Whether every step gives an output, or only the last.")
    go_backwards: bool = flag(default=False, summary="Whether the sequence is read from its end.")
    bidirectional: bool = flag(default=False, summary="Read in both directions, with weights of their own; merged.")
    merge_mode: str = choice(
        "concat",
        lambda: MERGES,
        summary="How the outputs of both directions become one: side by side (concat), their sum, mean or product.",
    )
    zero_output_for_mask: bool = flag(
        default=False, summary="Whether a masked step gives zeros instead of the state once more."
    )
    initializer: str | Initializer = choice(
        "glorot_uniform", lambda: INITIALIZERS, summary="How the kernels of the inputs start."
    )
    recurrent_initializer: str | Initializer = choice(
        "orthogonal", lambda: INITIALIZERS, summary="How the kernels of the states start."
    )
    dropout: float = real(
        0.0, minimum=0, exclusive_maximum=1, summary="Share of the inputs' features to clear while training."
    )
    recurrent_dropout: float = real(
        0.0, minimum=0, exclusive_maximum=1, summary="Share of the state to clear while training, before products."
    )
    use_bias: bool = flag(default=True, summary="Whether biases are added.")
    bias_initializer: str | Initializer = choice("zeros", lambda: INITIALIZERS, summary="How the biases start.")
    recurrent_regularizer: str | Regularizer = regularized("the kernel of the states")
    recurrent_constraint: str | Constraint = constrained("the kernel of the states")

    def __post_init__(self) -> None:
        check(self)
        for name in (self.initializer, self.recurrent_initializer, self.bias_initializer):
            initializer(name)
        if self.bidirectional and self.go_backwards:
            raise ParameterOutOfRange(
                self.key, "go_backwards", value=True, expected="false where bidirectional is true"
            )
        if self.merge_mode not in MERGES or (self.merge_mode != "concat" and not self.bidirectional):
            expected = f"one of {', '.join(MERGES)}" if self.bidirectional else "concat where bidirectional is false"
            raise ParameterOutOfRange(self.key, "merge_mode", self.merge_mode, expected=expected)

    def gives_mask(self, masked: tuple[bool, ...]) -> bool:
        """Tell that one state has no time axis, so no mask."""
        return self.return_sequences and masked[0]

    @property
    def clears_masked_steps(self) -> bool:
        """Whether a masked step gives zeros: in both directions always, if every step gives an output."""
        return self.return_sequences if self.bidirectional else self.zero_output_for_mask

    @abstractmethod
    def cell(self, tape: Tape) -> Cell:
        """Make the arithmetic of the steps on a tape."""

    @abstractmethod
    def scales(self) -> tuple[float, ...]:
        """Return the factor of each block of U on the way forward: one half for logistic gates."""

    def columns_of_gates(self) -> list[slice]:
        """Return the columns of U that belong to each gate."""
        return [slice(block * self.units, (block + 1) * self.units) for block in range(self.blocks)]

    def bias_shape(self) -> ParameterShape:
        """Describe the biases."""
        return ParameterShape("bias", (self.gates * self.units,), self.bias_initializer)

    @abstractmethod
    def pieces(self, U: Array, kernels: list[Array]) -> list[Piece]:
        """Tell where kernel, recurrent kernel and (if used) bias stand in U."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, units) or (units,), twice the units for both directions side by side."""
        if len(input_shape) != 2:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="a sequence, (time, features)")
        width = self.units * (2 if self.bidirectional and self.merge_mode == "concat" else 1)
        return (input_shape[0], width) if self.return_sequences else (width,)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Kernel, recurrent kernel and bias, of the forward direction first."""
        wide = self.gates * self.units
        own = [
            ParameterShape("kernel", (input_shape[-1], wide), self.initializer),
            ParameterShape("recurrent_kernel", (self.units, wide), self.recurrent_initializer),
            *([self.bias_shape()] if self.use_bias else []),
        ]
        prefixes = ("forward_", "backward_") if self.bidirectional else ("",)
        return tuple(
            ParameterShape(prefix + found.name, found.shape, found.initializer) for prefix in prefixes for found in own
        )

    def flops_per_row(self, input_shape: Shape) -> int:
        """Two for each weight at each step."""
        directions = 2 if self.bidirectional else 1
        weights = self.gates * self.units * (input_shape[-1] + self.units + self.use_bias * self.ones)
        return 2 * directions * input_shape[0] * weights
