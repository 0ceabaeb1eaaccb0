"""The largest and the smallest of several values."""

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar
from neural.layers.shared.base import Bound, LayerBuffers
from neural.layers.shared.mask_use import MaskUse
from neural.layers.shared.merging import Merging, inputs_of


@dataclass(frozen=True, kw_only=True)
class _Extreme(Merging, ABC):
    """y = the extreme of all xᵢ, found by comparing it so far with one input after the other.

    At each comparison the error goes to the winner, half to each where both are the same, as in JAX: with
    s = (1 + sign(xᵢ - y)) / 2 of the maximum so far, dxᵢ = s·dy and dy ← dy - dxᵢ. A masked step of an input is not
    compared; where it is masked in all, the first one stays. As in Keras.
    """

    mask_use: ClassVar[MaskUse] = MaskUse.USES_AND_JOINS

    better: ClassVar[Callable[..., object]]
    worse_first: ClassVar[bool]  # whether the later one wins where it is larger

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Compare from the first input on; backward from the last."""
        first, *others = inputs_of(buffers)
        kept = [first, *(buffers.scratch(f"extreme {number}", first.shape) for number in range(1, len(others)))]
        results = [*kept[1:], buffers.y_values]
        absences = _absences(buffers)
        forward: Calls = [call for absent in absences for call in absent.find]
        for before, x, after, absent in zip(kept, others, results, absences, strict=True):
            forward += [partial(self.better, before, x, out=after), *absent.choose(after, before, x)]
        pairs = [*zip(kept, others, strict=True)]
        share, dy = buffers.scratch("share", first.shape), buffers.dy
        backward: Calls = []
        zero, one = scalar(0, dy.dtype), scalar(1, dy.dtype)
        for (before, x), dx, absent in zip(reversed(pairs), reversed(buffers.dxs[1:]), reversed(absences), strict=True):
            backward += [*self._share(before, x, share), *absent.choose(share, zero, one)]
            backward.append(partial(np.multiply, dy, share, share))
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


@dataclass(frozen=True)
class _Absence:
    """Where one of two values is masked, (time, batch), so that the other one is taken."""

    find: Calls
    first_stays: npt.NDArray[np.bool_] | None = None
    second_stands: npt.NDArray[np.bool_] | None = None

    def choose(self, result: Array, first: Array, second: Array) -> Calls:
        """Write the first or the second into the result where the other one is masked."""
        calls: Calls = []
        if self.first_stays is not None:
            calls.append(partial(np.copyto, result, first, where=self.first_stays))
        if self.second_stands is not None:
            calls.append(partial(np.copyto, result, second, where=self.second_stands))
        return calls


def _absences(buffers: LayerBuffers) -> list[_Absence]:
    """Find out for each comparison which side is masked; what was compared is masked where all of it is."""
    so_far, absences = buffers.masks[0], []
    for mask in buffers.masks[1:]:
        find: Calls = []
        first_stays = second_stands = None
        if mask is not None:
            first_stays = np.zeros(mask.shape, bool)
            find.append(partial(np.equal, mask, 0, first_stays))
        if so_far is not None:
            second_stands = np.zeros(so_far.shape, bool)
            find.append(partial(np.equal, so_far, 0, second_stands))
            if first_stays is not None:  # where both are masked the first one stays
                find.append(partial(np.greater, second_stands, first_stays, second_stands))
        absences.append(_Absence(find, first_stays, second_stands))
        if so_far is None or mask is None:
            so_far = None
        else:
            both = np.zeros_like(mask)
            find.append(partial(np.maximum, so_far, mask, out=both))
            so_far = both
    return absences


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
