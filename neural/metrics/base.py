"""The interface of a metric: rows are added, then its value is read."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array

Arrays = dict[str, npt.NDArray[np.generic]]


class Accumulator(Protocol):
    """Collects rows; its value does not depend on how the rows were cut into batches."""

    def __init__(self, outputs: int) -> None: ...

    def add(self, outputs: Array, y: npt.NDArray[Any]) -> None:
        """Take in outputs of shape (rows, outputs) with targets (rows, outputs), or class ids (rows,)."""
        ...

    def value(self) -> float:
        """Return the metric over all rows so far; NaN where it is not defined."""
        ...

    def to_arrays(self) -> Arrays:
        """Return everything collected, for a checkpoint."""
        ...

    def restore_in_place(self, arrays: Arrays) -> None:
        """Set what `to_arrays` returned."""
        ...
