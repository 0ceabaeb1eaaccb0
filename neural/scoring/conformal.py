"""Split-conformal prediction: sets and intervals that hold the truth with a chosen probability."""

from dataclasses import dataclass
from math import ceil
from typing import Self

import numpy as np

from neural.scoring.arrays import Ids, Numbers

MOST_KEPT = 1000


@dataclass(frozen=True, kw_only=True)
class ConformalScores:
    """Scores of rows that the training held out, sorted, with their ranks from 1; all of them, or 1000 of many."""

    ranks: Ids
    scores: Numbers
    rows: int

    @classmethod
    def of(cls, scores: Numbers) -> Self:
        """Sort the scores of all rows; of many keep every so many, the largest among them."""
        ordered = np.sort(scores)
        kept = min(len(ordered), MOST_KEPT)
        ranks = np.unique(np.ceil(np.linspace(0, len(ordered), kept + 1)[1:]).astype(np.int64))
        return cls(ranks=ranks, scores=ordered[ranks - 1], rows=len(ordered))

    @property
    def highest_level(self) -> float:
        """The largest probability that so many rows can promise."""
        return self.rows / (self.rows + 1)

    def threshold(self, level: float) -> float:
        """Give the score that a further row does not exceed with this probability; infinite beyond the highest level.

        It is the ⌈(n + 1)·level⌉-th smallest of n, or the next larger one that was kept. Source: Papadopoulos et al.,
        Inductive confidence machines for regression, 2002.
        """
        rank = ceil((self.rows + 1) * level - 1e-9)
        place = int(np.searchsorted(self.ranks, rank))
        return float(self.scores[place]) if place < len(self.scores) else float("inf")


def class_scores(shares: Numbers, true: Ids) -> Numbers:
    """1 - p of the true class, (rows,). Source: Sadinle et al., Least ambiguous set-valued classifiers, 2019."""
    p: Numbers = np.take_along_axis(shares, true[:, None], axis=1)[:, 0]
    return 1.0 - p


def class_sets(shares: Numbers, threshold: float) -> np.ndarray:
    """Tell which classes belong to the set of each row, (rows, classes): those that score no more; perhaps none."""
    belongs: np.ndarray = 1.0 - shares <= threshold
    return belongs


def distances(true: Numbers, answered: Numbers) -> Numbers:
    """|truth - answer|, (rows,): an interval reaches as far to both sides."""
    return np.abs(true - answered)
