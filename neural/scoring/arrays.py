"""The types of arrays that answers are judged in."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.float64]
Ids: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]


def divided(parts: Numbers, wholes: Numbers) -> Numbers:
    """Divide, giving 0 where nothing is to be divided by."""
    return np.divide(parts, wholes, out=np.zeros(len(parts)), where=wholes > 0)
