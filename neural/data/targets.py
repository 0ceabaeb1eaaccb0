"""Targets laid out beside the logits that they belong to."""

from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array

IGNORED = -1
"""The class id of a time step that does not count: neither in the loss nor in a metric."""


def fill(targets: Array, y: npt.NDArray[Any]) -> None:
    """Write targets of consecutive rows into an array of shape (slots, outputs, batch); class ids become one-hot.

    What is ignored is all zeros.
    """
    slots, outputs, batch = targets.shape
    if y.ndim == 1:
        targets[...] = y.reshape(slots, 1, batch) == np.arange(outputs)[:, None]
    else:
        targets[...] = y.reshape(slots, batch, outputs).transpose(0, 2, 1)


def counting(y: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Tell which columns have a target, from class ids (columns,) or other targets (columns, outputs)."""
    return y != IGNORED if y.ndim == 1 else np.ones(len(y), bool)


def has_ignored(y: npt.NDArray[Any]) -> bool:
    """Tell whether any class id is ignored."""
    return y.dtype.kind == "i" and bool((y == IGNORED).any())
