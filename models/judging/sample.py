"""Some of many rows, drawn by a seed."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sample:
    """How many rows to draw at most, all of them where that is None, and the seed to draw with."""

    most: int | None
    seed: int

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Draw some of the rows, in their order."""
        if self.most is None or len(rows) <= self.most:
            return rows
        return np.sort(np.random.default_rng(self.seed).choice(rows, self.most, replace=False))
