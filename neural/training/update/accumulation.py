"""Gradient accumulation: several mini-batches as one exact step, their gradients summed by rows."""

from functools import partial

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls, scalar


class Accumulation:
    """Gathers gradients over `steps` batches, or fewer at the end of an epoch, then updates with their mean over rows.

    A batch's gradient is a mean over its rows; Σ rows·g / Σ rows is the gradient of all of them as one batch.
    """

    def __init__(self, steps: int, gradients: Array, update: Calls) -> None:
        """Stand between the gradients of a batch and the calls that use them."""
        self._steps, self._gradients, self._update = steps, gradients, update
        self._sum, self._scratch = np.zeros_like(gradients), np.empty_like(gradients)
        self._counts = np.zeros(2, np.int64)  # batches, rows
        self._share = np.zeros((), gradients.dtype)

    def calls(self, rows: int) -> Calls:
        """Prepare what follows the way back of a batch of so many rows."""
        factor = scalar(rows, self._gradients.dtype)
        return [
            partial(np.multiply, self._gradients, factor, self._scratch),
            partial(np.add, self._sum, self._scratch, self._sum),
            partial(self._count, rows),
        ]

    def _count(self, rows: int) -> None:
        self._counts += (1, rows)
        if self._counts[0] == self._steps:
            self.finish()

    def finish(self) -> None:
        """Update with what was gathered, if anything was."""
        if not self._counts[0]:
            return
        self._share[()] = 1 / int(self._counts[1])
        np.multiply(self._sum, self._share, self._gradients)
        for call in self._update:
            call()
        self._sum.fill(0)
        self._counts.fill(0)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Everything that changes, for the training's state."""
        return {"accumulated": self._sum, "accumulated_counts": self._counts}
