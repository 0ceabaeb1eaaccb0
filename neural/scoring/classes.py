"""Figures of decisions between classes, from the true class and the answered one of each row."""

from dataclasses import dataclass

import numpy as np

from neural.scoring.arrays import Ids, Numbers, divided


@dataclass(frozen=True)
class ClassFigures:
    """For each class (classes,): 0 where nothing is to be divided by; `support` counts the rows of the class."""

    precision: Numbers
    recall: Numbers
    f1: Numbers
    support: Ids


def confusion_matrix(true: Ids, answered: Ids, classes: int) -> Ids:
    """Count rows by (true class, answered class), shape (classes, classes)."""
    pairs = true * classes + answered
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def accuracy(true: Ids, answered: Ids) -> float:
    """Compute the share of rows whose class is right."""
    return float(np.mean(true == answered))


def balanced_accuracy(true: Ids, answered: Ids, classes: int) -> float:
    """Average the recall over those classes that occur."""
    support = np.bincount(true, minlength=classes)
    hits = np.bincount(true[true == answered], minlength=classes)
    return float(np.mean(hits[support > 0] / support[support > 0]))


def class_figures(true: Ids, answered: Ids, classes: int) -> ClassFigures:
    """Compute precision, recall and their harmonic mean for each class, without the pairs of all of them."""
    counts = (np.bincount(each, minlength=classes) for each in (true[true == answered], true, answered))
    hits, support, taken = (each.astype(np.float64) for each in counts)
    return ClassFigures(
        precision=divided(hits, taken),
        recall=divided(hits, support),
        f1=divided(2 * hits, support + taken),
        support=support.astype(np.int64),
    )
