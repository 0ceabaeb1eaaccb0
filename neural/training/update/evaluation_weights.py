"""The weights that a training is evaluated by, and would leave if it ended now."""

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls
from neural.training.averaging import Average, Averaging


class EvaluationWeights:
    """The weights that are validated, kept and returned: the average where there is one, else the current ones.

    Numbers that are not trained (moving statistics) are always the current ones.
    """

    def __init__(self, averaging: Averaging | None, parameters: Array, trainable: int) -> None:
        """Make the average of the first `trainable` parameters."""
        self._averaging, self._parameters = averaging, parameters
        self.average = Average(np.zeros_like(parameters[: trainable if averaging else 0]), np.zeros(1, np.int64))
        self.weights = parameters if averaging is None else parameters.copy()

    def after_step(self) -> Calls:
        """Prepare what follows each update."""
        trained = self._parameters[: self.average.weights.size]
        return [] if self._averaging is None else self._averaging.after_step(self.average, trained)

    def end_epoch(self, epoch: int) -> None:
        """Take an epoch's last weights in, and bring `weights` up to date."""
        if self._averaging is not None:
            trained = self._parameters[: self.average.weights.size]
            self._averaging.after_epoch(self.average, trained, epoch)
            self._refresh()

    def copy(self) -> Array:
        """Copy the weights as they would be left now."""
        self._refresh()
        return self.weights.copy()

    def _refresh(self) -> None:
        if self._averaging is None:
            return
        np.copyto(self.weights, self._parameters)
        if self.average.count[0]:
            self.weights[: self.average.weights.size] = self.average.weights

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Everything that changes, for the training's state."""
        return {} if self._averaging is None else self.average.arrays()
