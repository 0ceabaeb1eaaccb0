"""What is judged, target by target: each a column, or a place of a vector, with its true answers and those given."""

import numpy as np
import numpy.typing as npt

from datasets.preprocessing.encodings import TargetEncoding
from datasets.preprocessing.multi_target import SeveralTargets, VectorTarget
from datasets.preprocessing.target import Target

MOST_TARGETS = 100
NO_AND_YES = ("false", "true")

Parts = tuple[np.ndarray, ...]
"""An array for each target."""


def is_judged(target: Target, task: str) -> bool:
    """Whether models with such a target are judged."""
    return (task != "translation" and target.output_width <= MOST_TARGETS) or isinstance(target, TargetEncoding)


def single_targets(target: Target) -> tuple[TargetEncoding, ...]:
    """Take a target apart: columns one by one, a vector by its places."""
    if isinstance(target, SeveralTargets):
        return target.parts
    if isinstance(target, VectorTarget):
        return tuple(_place(target, index) for index in range(target.output_width))
    return (target,)


def _place(target: VectorTarget, index: int) -> TargetEncoding:
    name = f"{target.column}[{index}]"
    if target.task == "multilabel":
        return TargetEncoding(column=name, task="binary", classes=NO_AND_YES)
    return TargetEncoding(column=name, task="regression", mean=target.means[index], scale=target.scales[index])


def true_answers(target: Target, y: npt.NDArray[np.generic]) -> Parts:
    """Read from what a network learns its true answers: class numbers, or numbers in the units of the file."""
    columns = y.reshape(len(y), -1)
    return tuple(_true(single, columns[:, index]) for index, single in enumerate(single_targets(target)))


def _true(target: TargetEncoding, y: npt.NDArray[np.generic]) -> np.ndarray:
    if target.task == "regression":
        numbers: np.ndarray = y.astype(np.float64) * target.scale + target.mean
        return numbers
    return y.astype(np.int64)


def given_answers(target: Target, outputs: np.ndarray) -> Parts:
    """Read from the outputs of a network shares (rows, classes), or numbers (rows,) in the units of the file."""
    columns = np.asarray(outputs, np.float64).reshape(len(outputs), -1)
    singles = single_targets(target)
    if len(singles) == 1 and singles[0].task == "multiclass":
        return (columns,)
    return tuple(_given(single, columns[:, index]) for index, single in enumerate(singles))


def _given(target: TargetEncoding, output: np.ndarray) -> np.ndarray:
    if target.task == "regression":
        return target.numbers(output[:, None])
    return np.stack([1.0 - output, output], axis=1)
