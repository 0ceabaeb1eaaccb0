"""The embedding layer: a vector for each id."""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from neural.constraints import Constraint, constrained
from neural.engine.arrays import Calls
from neural.engine.layouts import columns_view
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, choice, flag, integer
from neural.initializers import INITIALIZERS, Initializer, initializer
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.restraints import OfOutputs
from neural.regularizers import Regularizer, regularized

PRODUCT_LIMIT = 1 << 20  # numbers of a one-hot matrix up to which a product adds gradients faster than row by row


@dataclass(frozen=True, kw_only=True)
class Embedding(OfOutputs, Layer):
    """y[t] = E[id[t]] with a table E of shape (input_dim, output_dim), for rows of ids from 0 to input_dim - 1.

    With `mask_zero` the id 0 is padding: its time steps are masked for the layers behind and for the loss.
    Source: Bengio et al. 2003.
    """

    key: ClassVar[str] = "embedding"
    summary: ClassVar[str] = "Turns each id of a sequence into a vector that is learnt."
    mask_use: ClassVar[MaskUse] = MaskUse.MAKES

    input_dim: int = integer(minimum=1, summary="Size of the vocabulary; ids run from 0 to one less.")
    output_dim: int = integer(minimum=1, summary="Size of the vectors.")
    mask_zero: bool = flag(default=False, summary="Whether the id 0 is padding.")
    initializer: str | Initializer = choice("random_uniform", lambda: INITIALIZERS, summary="How the vectors start.")
    embeddings_regularizer: str | Regularizer = regularized("the vectors")
    embeddings_constraint: str | Constraint = constrained("the vectors")

    def __post_init__(self) -> None:
        check(self)
        initializer(self.initializer)

    @property
    def makes_mask(self) -> bool:
        """Tell which time steps hold a true id, if 0 is padding."""
        return self.mask_zero

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, output_dim)."""
        if len(input_shape) != 1:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="ids, (time,)")
        return (*input_shape, self.output_dim)

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """The table of vectors, one for each id."""
        del input_shape
        return (ParameterShape("embeddings", (self.input_dim, self.output_dim), self.initializer),)

    def flops_per_row(self, input_shape: Shape) -> int:
        """One for each number that is copied."""
        return input_shape[0] * self.output_dim

    def check_inputs(self, x: npt.NDArray[Any]) -> None:
        """Raise ParameterOutOfRange at the first number of x, (rows, time), that is no id of the vocabulary."""
        outside = (x < 0) | (x >= self.input_dim) | (x != np.floor(x))
        if outside.any():
            row, step = (int(index) for index in np.argwhere(outside)[0])
            expected = f"an id from 0 to {self.input_dim - 1}"
            raise ParameterOutOfRange(str(self.name), f"x[{row}, {step}]", x[row, step].item(), expected=expected)

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Forward y = E[ids]; backward dE[id] = Σ dy over the steps with this id."""
        time, batch = buffers.input_shape[0], buffers.y.shape[-1]
        ids = np.zeros((time, batch), np.intp)
        E = buffers.parameters.reshape(self.input_dim, -1)
        rows = buffers.scratch("rows", (time * batch, self.output_dim))
        forward: Calls = [
            partial(np.copyto, ids, buffers.x_values, casting="unsafe"),
            partial(np.take, E, ids.reshape(-1), 0, rows, "clip"),
            partial(np.copyto, columns_view(buffers.y_values), rows.T),
        ]
        if buffers.y_mask is not None and self.mask_zero:
            is_true = np.zeros(ids.shape, bool)  # a comparison into floats would go through a buffer
            forward += [partial(np.not_equal, ids, 0, is_true), partial(np.copyto, buffers.y_mask, is_true)]
        leave: Calls = [] if buffers.dx is None else [partial(buffers.dx.fill, 0)]  # ids have no error
        return Bound(forward, [*self._backward(buffers, ids.reshape(-1)), *leave])

    def _backward(self, buffers: LayerBuffers, ids: npt.NDArray[np.intp]) -> Calls:
        dE, dy = buffers.gradients.reshape(self.input_dim, -1), columns_view(buffers.dy)
        if self.input_dim * len(ids) <= PRODUCT_LIMIT:
            one_hot = buffers.scratch("one hot", (self.input_dim, len(ids)))
            is_id, every_id = np.zeros(one_hot.shape, bool), np.arange(self.input_dim)[:, None]
            return [
                partial(np.equal, ids, every_id, is_id),
                partial(np.copyto, one_hot, is_id),
                partial(one_hot.dot, dy.T, dE),
            ]
        rows = buffers.scratch("rows", (len(ids), self.output_dim))
        return [partial(dE.fill, 0), partial(np.copyto, rows, dy.T), partial(np.add.at, dE, ids, rows)]
