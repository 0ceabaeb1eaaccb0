"""Adafactor: steps scaled by the gradient's recent size, of matrices remembered by row and by column."""

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.fields import check, real
from neural.optimizers.base import OptimizerState, zeros


@dataclass(frozen=True, kw_only=True)
class Adafactor:
    """u = g / √v, w ← w - max(ε₂, rms(w))·ρ·u / max(1, rms(u) / d), with ρ = min(η, 1/√t).

    v remembers g² + ε₁ with β = 1 - t^decay: of a matrix only the means r of rows and c of columns, v = r·cᵀ / mean(r);
    of kernels with more axes, of each matrix of the last two. Source: Shazeer & Stern 2018; the defaults are Keras'.
    """

    key: ClassVar[str] = "adafactor"
    summary: ClassVar[str] = (
        "Steps as large as the weights, scaled by row and column: what transformers are trained with."
    )
    aliases: ClassVar[tuple[str, ...]] = ()
    slots: ClassVar[tuple[str, ...]] = ("row", "column", "scratch")

    learning_rate: float = real(0.001, exclusive_minimum=0, summary="Share of the weights that a step goes.")
    beta_2_decay: float = real(-0.8, maximum=0, summary="How the memory of squares lengthens: 1 - step^this is kept.")
    epsilon_1: float = real(1e-30, exclusive_minimum=0, summary="Keeps squares away from zero.")
    epsilon_2: float = real(1e-3, exclusive_minimum=0, summary="Size that small weights are taken to have.")
    clip_threshold: float = real(1.0, exclusive_minimum=0, summary="Largest root mean square of a scaled gradient.")

    def __post_init__(self) -> None:
        check(self)

    def init(self, parameters: Array) -> OptimizerState:
        """Make the state before the first step."""
        return zeros(parameters, *self.slots, learning_rate=self.learning_rate)

    def update(self, parameters: Array, gradients: Array, state: OptimizerState) -> Calls:
        """Prepare one update in place."""
        dtype = parameters.dtype
        kept, new, rho, size, own = (np.zeros((), dtype) for _ in range(5))
        calls: Calls = [partial(self._advance, state, kept, new, rho)]
        for shape, w, g, r, c, t in state.parts(parameters, gradients, *state.slots.values()):
            share = scalar(1 / w.size, dtype)
            calls += [partial(np.square, g, t), partial(np.add, t, scalar(self.epsilon_1, dtype), t)]
            calls += _by_row_and_column(shape, r, c, t, kept, new) if len(shape) > 1 else _whole(c, t, kept, new)
            calls += [
                partial(np.sqrt, t, t),
                partial(np.divide, g, t, t),
                partial(t.dot, t, size),
                partial(np.multiply, size, share, size),
                partial(np.sqrt, size, size),
                partial(np.multiply, size, scalar(1 / self.clip_threshold, dtype), size),
                partial(np.maximum, size, scalar(1.0, dtype), out=size),
                partial(w.dot, w, own),
                partial(np.multiply, own, share, own),
                partial(np.sqrt, own, own),
                partial(np.maximum, own, scalar(self.epsilon_2, dtype), out=own),
                partial(np.multiply, own, rho, own),
                partial(np.divide, own, size, own),
                partial(np.multiply, t, own, t),
                partial(np.subtract, w, t, w),
            ]
        return calls

    def _advance(self, state: OptimizerState, kept: Array, new: Array, rho: Array) -> None:
        state.step += 1
        rho[()] = min(state.learning_rate, 1 / math.sqrt(state.step))
        new[()] = state.step**self.beta_2_decay
        kept[()] = 1 - new


def _whole(v: Array, t: Array, kept: Array, new: Array) -> Calls:
    """Remember the squares in t as they are; leave v in t."""
    return [
        partial(np.multiply, t, new, t),
        partial(np.multiply, v, kept, v),
        partial(np.add, v, t, v),
        partial(np.copyto, t, v),
    ]


def _by_row_and_column(shape: tuple[int, ...], r: Array, c: Array, t: Array, kept: Array, new: Array) -> Calls:
    """Remember the means of the squares in t along the last two axes; leave their product in t."""
    high, wide = shape[-2:]
    matrices = t.reshape(-1, high, wide)
    rows, columns = r[: len(matrices) * high].reshape(-1, high), c[: len(matrices) * wide].reshape(-1, wide)
    of_rows, of_columns, mean = np.empty_like(rows), np.empty_like(columns), np.empty_like(rows[:, 0])
    calls: Calls = []
    for axis, count, found, known in ((2, wide, of_rows, rows), (1, high, of_columns, columns)):
        calls += [
            partial(np.add.reduce, matrices, axis, None, found),
            partial(np.multiply, found, scalar(1 / count, t.dtype), found),
            partial(np.multiply, found, new, found),
            partial(np.multiply, known, kept, known),
            partial(np.add, known, found, known),
        ]
    return [
        *calls,
        partial(np.add.reduce, rows, 1, None, mean),
        partial(np.multiply, mean, scalar(1 / high, t.dtype), mean),
        partial(np.divide, rows, mean[:, None], of_rows),
        partial(np.multiply, of_rows[:, :, None], columns[:, None], matrices),
    ]
