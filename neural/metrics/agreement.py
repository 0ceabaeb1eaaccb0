"""How well answers agree with the truth, by the table of both: overlap, and what is beyond chance."""

import math

import numpy as np

from neural.metrics.confusion import Confusion, Counts, shares


class MeanIoU(Confusion):
    """TP / (TP + FP + FN) of each class that occurs or is answered, averaged; of yes/no both answers are classes."""

    def value(self) -> float:
        """Return what scikit-learn's `jaccard_score` gives with `average="macro"`, and Keras' `MeanIoU`."""
        counts = self.counts()
        hits = counts.diagonal(axis1=1, axis2=2).ravel()
        either = (counts.sum(axis=1) + counts.sum(axis=2)).ravel() - hits
        return float(np.mean(shares(hits, either)[either > 0])) if either.any() else math.nan


class CohenKappa(Confusion):
    """(a - c) / (1 - c) for the share a of right answers and c of those by chance, averaged over yes/no outputs.

    Source: Cohen 1960. NaN where chance alone would always be right.
    """

    def value(self) -> float:
        """Return what scikit-learn's `cohen_kappa_score` gives."""
        return float(np.mean([_kappa(table) for table in self.counts()]))


class Matthews(Confusion):
    """Correlation between answers and truth, averaged over yes/no outputs; 0 where one of them never changes.

    (c·s - Σ p·t) / √((s² - Σ p²)·(s² - Σ t²)) for s rows, c right ones, p answers and t rows of each class. Sources:
    Matthews 1975; Gorodkin 2004 (several classes).
    """

    def value(self) -> float:
        """Return what scikit-learn's `matthews_corrcoef` gives."""
        return float(np.mean([_correlation(table) for table in self.counts()]))


def _kappa(table: Counts) -> float:
    rows, answered, true = table.sum(), table.sum(axis=0), table.sum(axis=1)
    chance = answered @ true
    return float((rows * table.trace() - chance) / (rows**2 - chance)) if rows**2 > chance else math.nan


def _correlation(table: Counts) -> float:
    rows, answered, true = table.sum(), table.sum(axis=0), table.sum(axis=1)
    if not rows:
        return math.nan
    spread = (rows**2 - answered @ answered) * (rows**2 - true @ true)
    return float((rows * table.trace() - answered @ true) / math.sqrt(spread)) if spread else 0.0
