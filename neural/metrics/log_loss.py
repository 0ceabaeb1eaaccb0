"""The log loss: how surprising the true classes are."""

from typing import Any

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array
from neural.metrics.base import Arrays


class LogLoss:
    """Mean of -log p of what is true, of yes/no averaged over the outputs; p is held between ε and 1 - ε.

    ε is the spacing of the outputs' type at 1, as in scikit-learn's `log_loss`. Each row's value is kept: their sum
    must not depend on how the rows were batched.
    """

    def __init__(self, outputs: int) -> None:
        del outputs
        self._losses: list[npt.NDArray[np.float64]] = []

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Take the rows of a batch into account."""
        least = np.finfo(outputs.dtype).eps
        if y.ndim == 1:
            true = np.take_along_axis(outputs, y[:, None].astype(np.intp), axis=1)
        else:
            true = np.where(y > 0.5, outputs, 1 - outputs)
        surprise: npt.NDArray[np.float64] = -np.log(np.clip(true, least, 1 - least).astype(np.float64))
        self._losses.append(surprise.mean(axis=1))

    def value(self) -> float:
        """Return the mean over all rows; NaN before the first one."""
        return float(np.concatenate(self._losses).mean()) if self._losses else float("nan")

    def to_arrays(self) -> Arrays:
        """Return the value of each row."""
        return {"losses": np.concatenate(self._losses)} if self._losses else {}

    def restore_in_place(self, arrays: Arrays) -> None:
        """Set the value of each row."""
        self._losses = [arrays["losses"].astype(np.float64)] if "losses" in arrays else []
