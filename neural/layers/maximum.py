"""The largest and the smallest of several values."""

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.merging import Merging, inputs_of


@dataclass(frozen=True, kw_only=True)
class _Extreme(Merging, ABC):
    """y = the extreme of all xᵢ, found by comparing it so far with one input after the other.

    At each comparison the error goes to the winner, half to each where both are the same, as in JAX: with
    s = (1 + sign(xᵢ - y)) / 2 of the maximum so far, dxᵢ = s·dy and dy ← dy - dxᵢ.
    """

    better: ClassVar[Callable[..., object]]
    worse_first: ClassVar[bool]  # whether the later one wins where it is larger

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Compare from the first input on; backward from the last."""
        first, *others = inputs_of(buffers)
        kept = [first, *(buffers.scratch(f"extreme {number}", first.shape) for number in range(1, len(others)))]
        results = [*kept[1:], buffers.y_values]
        forward: Calls = [
            partial(self.better, before, x, out=after) for before, x, after in zip(kept, others, results, strict=True)
        ]
        pairs = [*zip(kept, others, strict=True)]
        share, dy = buffers.scratch("share", first.shape), buffers.dy
        backward: Calls = []
        for (before, x), dx in zip(reversed(pairs), reversed(buffers.dxs[1:]), strict=True):
            backward += [*self._share(before, x, share), partial(np.multiply, dy, share, share)]
            backward += [] if dx is None else [partial(np.copyto, dx, share)]
            backward.append(partial(np.subtract, dy, share, dy))
        backward += [] if buffers.dxs[0] is None else [partial(np.copyto, buffers.dxs[0], dy)]
        return Bound(forward, backward, (lambda: np.stack([np.sign(x - before) for before, x in pairs]),))

    def _share(self, before: Array, x: Array, share: Array) -> Calls:
        one, half = scalar(1.0, x.dtype), scalar(0.5, x.dtype)
        larger, smaller = (x, before) if self.worse_first else (before, x)
        return [
            partial(np.subtract, larger, smaller, share),
            partial(np.sign, share, share),
            partial(np.add, share, one, share),
            partial(np.multiply, share, half, share),
        ]


@dataclass(frozen=True, kw_only=True)
class Maximum(_Extreme):
    """y = max(x₁, …, xₙ)."""

    key: ClassVar[str] = "maximum"
    summary: ClassVar[str] = "Largest of its inputs, value by value."
    better: ClassVar[Callable[..., object]] = np.maximum
    worse_first: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class Minimum(_Extreme):
    """y = min(x₁, …, xₙ)."""

    key: ClassVar[str] = "minimum"
    summary: ClassVar[str] = "Smallest of its inputs, value by value."
    better: ClassVar[Callable[..., object]] = np.minimum
    worse_first: ClassVar[bool] = False
