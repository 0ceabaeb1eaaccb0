"""Targets laid out beside the logits that they belong to."""

from typing import Any

import numpy as np
import numpy.typing as npt

from neural.arrays import Array


def fill(targets: Array, y: npt.NDArray[Any]) -> None:
    """Write targets of consecutive rows into an array of shape (slots, outputs, batch); class ids become one-hot."""
    slots, outputs, batch = targets.shape
    if y.ndim == 1:
        targets.fill(0)
        slot, column = np.divmod(np.arange(len(y)), batch)
        targets.reshape(-1)[(slot * outputs + y) * batch + column] = 1
    else:
        targets[...] = y.reshape(slots, batch, outputs).transpose(0, 2, 1)
