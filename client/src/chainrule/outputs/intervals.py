"""Prediction sets and intervals from the scores of validation rows that a weights file carries."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np

from chainrule.errors import NoIntervals
from chainrule.outputs.answers import labels_of, numbers_of, shares_of, singles_of

Array = np.ndarray


def regions(
    outputs: Array, target: Mapping[str, Any], calibration: Mapping[str, Any] | None, level: float
) -> list[dict[str, Any]]:
    """Tell for each row what holds the truth with a probability of `level`: `set`, or `low` and `high`.

    Raise `NoIntervals` where the file has no scores, or so few that they do not promise so much.
    """
    if calibration is None:
        raise NoIntervals("The file has no scores of validation rows, from which sets and intervals are made.")
    thresholds = [threshold(each, calibration["rows"], level) for each in calibration["targets"]]
    each = [
        told(single, outputs if len(thresholds) == 1 else outputs[:, place : place + 1], limit)
        for place, (single, limit) in enumerate(zip(singles_of(target), thresholds, strict=True))
    ]
    if "parts" not in target and "means" not in target:
        return each[0]
    return [joined(target, row) for row in zip(*each, strict=True)]


def threshold(kept: Mapping[str, Any], rows: int, level: float) -> float:
    """Give the score that a further row does not exceed with this probability."""
    rank = ceil((rows + 1) * level - 1e-9)
    place = int(np.searchsorted(kept["ranks"], rank))
    if not 0 < level < 1 or place == len(kept["ranks"]):
        raise NoIntervals(f"{rows} validation rows promise {rows / (rows + 1):.4g} at most; asked was {level}.")
    return float(kept["scores"][place])


def told(target: Mapping[str, Any], outputs: Array, limit: float) -> list[dict[str, Any]]:
    """Say the regions of one target."""
    if target["task"] == "regression":
        numbers = numbers_of(target, outputs)
        return [{"low": low, "high": high} for low, high in zip(numbers - limit, numbers + limit, strict=True)]
    belongs = 1.0 - shares_of(target, outputs) <= limit
    labels = labels_of(target)
    return [{"set": [label for label, is_in in zip(labels, row, strict=True) if is_in]} for row in belongs.tolist()]


def joined(target: Mapping[str, Any], row: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Join what is told of several targets: by column, or in the order of a vector."""
    if "parts" not in target:
        return {name: in_shape([each[name] for each in row], target.get("shape") or ()) for name in row[0]}
    columns = [part["column"] for part in target["parts"]]
    return {name: {column: each[name] for column, each in zip(columns, row, strict=True)} for name in row[0]}


def in_shape(values: list[Any], shape: Sequence[int]) -> list[Any]:
    """Nest what is told of each place as the cells are."""
    for size in reversed(shape[1:]):
        values = [values[start : start + size] for start in range(0, len(values), size)]
    return values
