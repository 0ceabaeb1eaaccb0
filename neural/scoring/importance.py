"""Permutation importance: how much worse answers get when the values of one column are shuffled among the rows."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Cost = Callable[[npt.NDArray[Any]], float]


def permutation_importance(
    x: npt.NDArray[Any], blocks: Sequence[slice], cost: Cost, rng: np.random.Generator, *, repeats: int
) -> list[float]:
    """Mean rise of the cost for each block of inputs, x being (rows, inputs); `cost` judges the answers to such inputs.

    The inputs of a block are shuffled together: they are one column of the table. Source: Breiman,
    Random forests, 2001.
    """
    usual = cost(x)
    return [float(np.mean([cost(_shuffled(x, block, rng)) for _ in range(repeats)])) - usual for block in blocks]


def _shuffled(x: npt.NDArray[Any], block: slice, rng: np.random.Generator) -> npt.NDArray[Any]:
    shuffled = x.copy()
    shuffled[:, block] = x[rng.permutation(len(x)), block]
    return shuffled
