"""Precision, recall and their harmonic means: of the yes for yes/no, else averaged over the classes."""

import math
from typing import ClassVar

import numpy as np

from neural.metrics.confusion import Confusion, shares


class Precision(Confusion):
    """TP / (TP + FP): which share of the rows that were taken for a class are of it; 0 where none was."""

    def value(self) -> float:
        """Return what scikit-learn's `precision_score` gives with `average="binary"` or `"macro"`."""
        found = self.tally()
        return math.nan if found is None else found.mean(found.hits, found.predicted)


class Recall(Confusion):
    """TP / (TP + FN): which share of the rows of a class were taken for it; 0 where there is none."""

    def value(self) -> float:
        """Return what scikit-learn's `recall_score` gives with `average="binary"` or `"macro"`."""
        found = self.tally()
        return math.nan if found is None else found.mean(found.hits, found.true)


class _FBeta(Confusion):
    """(1 + β²)·TP / (β²·(TP + FN) + TP + FP): recall counts β times as much as precision. Source: van Rijsbergen 1979.

    Of the yes for yes/no, else the mean over the classes that occur.
    """

    beta: ClassVar[float]

    def value(self) -> float:
        """Return what scikit-learn's `fbeta_score` gives with `average="binary"` or `"macro"`."""
        found = self.tally()
        if found is None:
            return math.nan
        square = self.beta**2
        return found.mean((1 + square) * found.hits, square * found.true + found.predicted)


class F1(_FBeta):
    """2·TP / (2·TP + FP + FN)."""

    beta: ClassVar[float] = 1.0


class F2(_FBeta):
    """5·TP / (5·TP + 4·FN + FP): a row that is missed counts more than one that is taken wrongly."""

    beta: ClassVar[float] = 2.0


class FHalf(_FBeta):
    """1.25·TP / (1.25·TP + 0.25·FN + FP): a row that is taken wrongly counts more than one that is missed."""

    beta: ClassVar[float] = 0.5


class F1Weighted(Confusion):
    """Mean of the F1 of each class, weighed by its rows; of yes/no both answers count, of several questions the yes."""

    beta: ClassVar[float] = 1.0

    def value(self) -> float:
        """Return what scikit-learn's `fbeta_score` gives with `average="weighted"`."""
        found = self.tally(both_answers=True)
        if found is None:
            return math.nan
        square = self.beta * self.beta
        values = shares((1 + square) * found.hits, square * found.true + found.predicted)
        rows = found.true.sum()
        return float(np.dot(values, found.true) / rows) if rows else 0.0


class F2Weighted(F1Weighted):
    """The same of F2."""

    beta: ClassVar[float] = 2.0


class FHalfWeighted(F1Weighted):
    """The same of F0.5."""

    beta: ClassVar[float] = 0.5


class F1Micro(Confusion):
    """2·ΣTP / Σ(2·TP + FP + FN) over all classes; of yes/no both answers count, of several questions the yes."""

    beta: ClassVar[float] = 1.0

    def value(self) -> float:
        """Return what scikit-learn's `fbeta_score` gives with `average="micro"`."""
        found = self.tally(both_answers=True)
        if found is None:
            return math.nan
        square = self.beta * self.beta
        involved = square * found.true.sum() + found.predicted.sum()  # (1 + β²)·TP + β²·FN + FP
        return float((1 + square) * found.hits.sum() / involved) if involved else 0.0


class F2Micro(F1Micro):
    """5·ΣTP / Σ(5·TP + 4·FN + FP)."""

    beta: ClassVar[float] = 2.0


class FHalfMicro(F1Micro):
    """1.25·ΣTP / Σ(1.25·TP + 0.25·FN + FP)."""

    beta: ClassVar[float] = 0.5
