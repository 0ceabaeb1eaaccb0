"""What layers read and give in plain NumPy, and the versions of what layers mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray
Layer = Mapping[str, Any]
Arrays = Mapping[str, Array]
FIRST, CURRENT = 1, 2  # versions of what layers mean: masks pass wherever time does, or as in Keras 3


@dataclass(frozen=True)
class Value:
    """What a layer gives, with the time steps that count, (rows, time), where some do not."""

    array: Array
    mask: Array | None = None
