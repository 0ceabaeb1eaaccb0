"""Calibration: whether of what was given 80 %, 80 % happen."""

from dataclasses import dataclass

import numpy as np

from neural.scoring.arrays import Flags, Ids, Numbers

BINS = 10


@dataclass(frozen=True)
class Calibration:
    """For each bin of probabilities that has rows: their mean probability, the share that happened, their number."""

    predicted: Numbers
    observed: Numbers
    counts: Ids
    error: float
    """The expected calibration error: the mean distance of both, weighed by the rows of the bins."""


def calibration(probabilities: Numbers, happened: Flags, bins: int = BINS) -> Calibration:
    """Compare probabilities with what happened, in equal bins between 0 and 1, whose upper ends belong to them.

    Source: Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    inner_ends = np.linspace(0, 1, bins + 1)[1:-1]
    places = np.searchsorted(inner_ends, probabilities)
    counts = np.bincount(places, minlength=bins)
    has_rows = counts > 0
    kept = counts[has_rows]
    predicted = np.bincount(places, weights=probabilities, minlength=bins)[has_rows] / kept
    observed = np.bincount(places, weights=happened, minlength=bins)[has_rows] / kept
    error = float(np.sum(np.abs(predicted - observed) * kept) / kept.sum())
    return Calibration(predicted, observed, kept, error)
