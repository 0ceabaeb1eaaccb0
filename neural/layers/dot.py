"""The dot product of two values along one axis of each: likeness of vectors, scores of sequences."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.engine.layouts import values_of
from neural.errors import ParameterOutOfRange, ShapeError
from neural.fields import check, flag, per_axis, sizes
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse

LARGEST = 1e7  # of a vector's inverse length, Keras' 1 / backend.epsilon()


@dataclass(frozen=True, kw_only=True)
class Dot(Layer):
    """y[i, j] = Σ_k a[i, k]·b[j, k], where k runs along one axis of each input and i, j along what is left of them.

    With the axes put so, y = a·bᵀ, da = dy·b, db = dyᵀ·a. Normalised, â = a / ‖a‖ along k, so that y is a cosine, and
    da = (dâ - â·(dâ·â)) / ‖a‖. Vectors have no i or j; two of them give one number.
    """

    key: ClassVar[str] = "dot"
    summary: ClassVar[str] = "Dot product of two inputs along one axis of each; normalised, their cosine."
    mask_use: ClassVar[MaskUse] = MaskUse.ENDS
    minimum_inputs: ClassVar[int] = 2
    maximum_inputs: ClassVar[int | None] = 2

    axes: int | tuple[int, int] = sizes(
        -1, axes=2, minimum=-2, maximum=2, summary="Axis of each input, counted from 1; -1: the last one."
    )
    normalize: bool = flag(default=False, summary="Whether vectors are brought to length 1 before.")

    def __post_init__(self) -> None:
        check(self)
        if 0 in per_axis(self.axes):
            expected = "axes of a row, counted from 1 or, from the last one, from -1"
            raise ParameterOutOfRange(self.key, "axes", self.axes, expected=expected)

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return what is left of both shapes, (1,) where nothing is."""
        if max(map(len, input_shapes)) > 2:
            raise ShapeError(f"layer {self.name}", got=input_shapes, needed="vectors or sequences")
        axes = [*map(_place, per_axis(self.axes), input_shapes)]
        sides = [*zip(input_shapes, axes, strict=True)]
        if None in axes or len({shape[axis] for shape, axis in sides if axis is not None}) > 1:
            needed = f"inputs of one size along the axes {list(per_axis(self.axes))}"
            raise ShapeError(f"layer {self.name}", got=input_shapes, needed=needed)
        return tuple(size for shape, axis in sides for place, size in enumerate(shape) if place != axis) or (1,)

    def parameter_shapes(self, *input_shapes: Shape) -> tuple[ParameterShape, ...]:
        """There are none."""
        del input_shapes
        return ()

    def flops_per_row(self, *input_shapes: Shape) -> int:
        """Two for each product."""
        first = input_shapes[0]
        along = first[_place(per_axis(self.axes)[0], first) or 0]
        return 2 * along * math.prod(self.output_shape(*input_shapes))

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind on copies (rows, what is left, along), whose products need no further copy."""
        a, b = (self._side(buffers, number) for number in (0, 1))
        shape = (len(a.values), a.values.shape[1], b.values.shape[1])
        y, dy = buffers.scratch("products", shape), buffers.scratch("errors of products", shape)
        out, back = (
            values.T.reshape(shape) if values.ndim == 2 else values.T for values in (buffers.y_values, buffers.dy)
        )
        forward: Calls = [
            *a.forward,
            *b.forward,
            partial(np.matmul, a.values, b.values.swapaxes(1, 2), y),
            partial(np.copyto, out, y),
        ]
        backward: Calls = [partial(np.copyto, dy, back)]
        if a.dx is not None:
            backward += [partial(np.matmul, dy, b.values, a.errors), *a.backward()]
        if b.dx is not None:
            backward += [partial(np.matmul, dy.swapaxes(1, 2), a.values, b.errors), *b.backward()]
        return Bound(forward, backward)

    def _side(self, buffers: LayerBuffers, number: int) -> "_Side":
        axis = _place(per_axis(self.axes)[number], buffers.input_shapes[number])
        return _Side(buffers, number, axis or 0, is_normalised=self.normalize)


def _place(axis: int, shape: Shape) -> int | None:
    """Return the place of an axis in a row's shape; None where it has no such axis."""
    place = axis - 1 if axis > 0 else len(shape) + axis
    return place if 0 <= place < len(shape) else None


class _Side:
    """One input as (rows, what is left, along), of length 1 along the axis if wanted."""

    def __init__(self, buffers: LayerBuffers, number: int, axis: int, *, is_normalised: bool) -> None:
        x, self.dx = values_of(buffers.xs[number]), buffers.dxs[number]
        self._axis, self._is_normalised = axis, is_normalised
        view = self._ordered(x)

        def scratch(label: str, shape: Shape) -> Array:
            return buffers.scratch(f"{label} {number}", shape)

        self.values, self.errors = scratch("values", view.shape), scratch("errors", view.shape)
        self._products, self._along = scratch("products", view.shape), scratch("along", (*view.shape[:2], 1))
        self._inverse = scratch("inverse", self._along.shape)
        self.forward: Calls = [partial(np.copyto, self.values, view), *(self._shorten() if is_normalised else [])]

    def _ordered(self, values: Array) -> Array:
        """View (features, batch) or (features, time, batch) as (batch, what is left, along)."""
        if values.ndim == 2:
            return values.T[:, None]
        return values.transpose(2, 1, 0) if self._axis == 1 else values.transpose(2, 0, 1)

    def _shorten(self) -> Calls:
        """Compute x · min(1 / ‖x‖, 10⁷), as Keras does."""
        values, products, inverse = self.values, self._products, self._inverse
        return [
            partial(np.multiply, values, values, products),
            partial(np.add.reduce, products, 2, None, inverse, keepdims=True),
            partial(np.sqrt, inverse, inverse),
            partial(np.divide, scalar(1.0, values.dtype), inverse, inverse),
            partial(np.minimum, inverse, scalar(LARGEST, values.dtype), out=inverse),
            partial(np.multiply, values, inverse, values),
        ]

    def backward(self) -> Calls:
        """Bring the errors back to the input."""
        if self.dx is None:
            return []
        leave: Calls = [partial(np.copyto, self._ordered(self.dx), self.errors)]
        if not self._is_normalised:
            return leave
        return [
            partial(np.multiply, self.values, self.errors, self._products),
            partial(np.add.reduce, self._products, 2, None, self._along, keepdims=True),
            partial(np.multiply, self.values, self._along, self._products),
            partial(np.subtract, self.errors, self._products, self.errors),
            partial(np.multiply, self.errors, self._inverse, self.errors),
            *leave,
        ]
