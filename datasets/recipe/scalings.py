"""Scalings and fillings of numbers, by the names that a job body gives them."""

from collections.abc import Callable

import numpy as np


def standard(numbers: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation, also of numbers whose squares would leave the range of floats."""
    largest = float(max(numbers.max(), -numbers.min())) or 1.0
    if 1e-100 < largest < 1e100:
        return float(numbers.mean()), float(numbers.std())
    shrunk = numbers / largest
    return float(shrunk.mean()) * largest, float(shrunk.std()) * largest


def signed_log(numbers: np.ndarray) -> np.ndarray:
    """Return sign(v)·log(1 + |v|): a logarithm that keeps 0 and the sign."""
    logs: np.ndarray = np.sign(numbers) * np.log1p(np.abs(numbers))
    return logs


def _range(numbers: np.ndarray) -> tuple[float, float]:
    return float(numbers.min()), float(numbers.max() / 2 - numbers.min() / 2) * 2


def _none(_numbers: np.ndarray) -> tuple[float, float]:
    return 0.0, 1.0


def _middle(numbers: np.ndarray) -> tuple[float, float]:
    low, median, high = np.quantile(numbers, (0.25, 0.5, 0.75))
    return float(median), float(high / 2 - low / 2) * 2


SCALINGS: dict[str, Callable[[np.ndarray], tuple[float, float]]] = {
    "standard": standard,
    "minmax": _range,
    "robust": _middle,
    "log": lambda numbers: standard(signed_log(numbers)),
    "none": _none,
}
"""What is subtracted from numbers and what they are divided by; `log` works on their logarithms."""


def _most_frequent(numbers: np.ndarray) -> float:
    values, counts = np.unique(numbers, return_counts=True)
    return float(values[np.argmax(counts)])


FILLS: dict[str, Callable[[np.ndarray], float]] = {
    "median": lambda numbers: float(np.median(numbers)),
    "mean": lambda numbers: standard(numbers)[0],
    "most_frequent": _most_frequent,
    "zero": lambda _numbers: 0.0,
    "constant": lambda _numbers: 0.0,
    "drop": lambda numbers: float(np.median(numbers)),
}
"""What stands in for missing numbers; an extra input says where it does. Rows that `drop` left out of training are
answered with the median at predict."""
