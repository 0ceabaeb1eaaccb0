"""Layers that work on each step of a sequence by itself: every step is a row of a larger batch."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np

from neural.activations.base import Function
from neural.constraints import Constraint
from neural.engine.arrays import Array, Calls
from neural.errors import ShapeError
from neural.fields import flag
from neural.layers.shared.base import Bound, Layer, LayerBuffers, ParameterShape, Shape
from neural.layers.shared.mask_use import MaskUse
from neural.regularizers import Regularizer


@dataclass(frozen=True, kw_only=True)
class AtEachStep:
    """What a layer says that can work on each step of a sequence by itself."""

    time_distributed: bool = flag(
        default=False, summary="Whether it works on each step of a sequence by itself.", order=10, optional=True
    )


def distributed(layer: Layer) -> Layer:
    """Return what a layer means: itself, or, if it says so, itself at each step."""
    if not getattr(layer, "time_distributed", False):
        return layer
    inner: Any = layer
    return TimeDistributed(name=layer.name, layer=replace(inner, time_distributed=False))


@dataclass(frozen=True, kw_only=True)
class TimeDistributed(Layer):
    """y[t] = layer(x[t]) for every step t, with the same weights: (time, …) becomes (time, what the layer makes of …).

    A row of `time` steps is `time` rows of the layer's batch, whose gradients are sums over all of them. A mask goes
    on as it came. Source: Keras' TimeDistributed.
    """

    key: ClassVar[str] = "time_distributed"
    summary: ClassVar[str] = "A layer at each step of a sequence by itself."
    mask_use: ClassVar[MaskUse] = MaskUse.CARRIES

    layer: Layer

    @property
    def inner(self) -> Layer:
        """The layer that works at each step."""
        return self.layer

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (time, …)."""
        if len(input_shape) < 2:
            raise ShapeError(f"layer {self.name}", got=input_shape, needed="a sequence, (time, …)")
        try:
            return (input_shape[0], *self.layer.output_shape(input_shape[1:]))
        except ShapeError as error:
            needed = f"at each step {error.needed}"
            raise ShapeError(f"layer {self.name}", got=input_shape, needed=needed) from error

    def parameter_shapes(self, input_shape: Shape) -> tuple[ParameterShape, ...]:
        """Those of the layer."""
        return self.layer.parameter_shapes(input_shape[1:])

    def restraints(self, parameter: ParameterShape) -> tuple[Regularizer, Constraint]:
        """Those of the layer."""
        return self.layer.restraints(parameter)

    def penalty_on_outputs(self) -> Regularizer:
        """That of the layer."""
        return self.layer.penalty_on_outputs()

    def flops_per_row(self, input_shape: Shape) -> int:
        """The layer's for each step."""
        return input_shape[0] * self.layer.flops_per_row(input_shape[1:])

    def output_function(self) -> Function | None:
        """That of the layer."""
        return self.layer.output_function()

    def without_output_function(self) -> Self:
        """Return the same giving what the layer's function would have been given."""
        return replace(self, layer=self.layer.without_output_function())

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Lay the steps out as rows, (features, …, time · batch), and what the layer gives back as steps."""
        time, batch = buffers.input_shape[0], buffers.y.shape[-1]
        before, after = buffers.input_shape[1:], buffers.output_shape[1:]

        def rows(label: str, shape: Shape, ones: int) -> Array:
            return buffers.scratch(f"steps of {label}", (shape[-1] + ones, *shape[:-1], time * batch))

        x, y, dy = rows("x", before, 1), rows("y", after, 1), rows("dy", after, 0)
        x[-1] = y[-1] = 1
        dx = None if buffers.dx is None else rows("dx", before, 0)
        inner = self.layer.bind(
            replace(
                buffers, xs=(x,), y=y, dxs=(dx,), dy=dy, masks=(None,), y_mask=None,
                input_shapes=(before,), output_shape=after,
            )
        )  # fmt: skip
        forward: Calls = [partial(np.copyto, _steps(x[:-1], time), _rows(buffers.x_values))]
        forward += inner.enter(x) if inner.enter is not None else []
        forward += [*inner.forward, partial(np.copyto, _rows(buffers.y_values), _steps(y[:-1], time))]
        backward: Calls = [partial(np.copyto, _steps(dy, time), _rows(buffers.dy)), *inner.backward]
        if buffers.dx is not None and dx is not None:
            backward.append(partial(np.copyto, _rows(buffers.dx), _steps(dx, time)))
        return replace(inner, forward=forward, backward=backward, enter=None)


def _steps(rows: Array, time: int) -> Array:
    """View (features, …, time · batch) as (features, …, time, batch)."""
    return rows.reshape(*rows.shape[:-1], time, -1)


def _rows(values: Array) -> Array:
    """View (features, time, …, batch) as (features, …, time, batch)."""
    view: Array = np.moveaxis(values, 1, -2)
    return view
