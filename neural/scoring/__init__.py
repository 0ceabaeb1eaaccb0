"""How good answers are beside the truth: figures, curves, intervals, simple models to compare with.

Arrays in, arrays and numbers out: nothing here knows a network. What is not defined (an area without rows of the class,
R² of a constant truth) is NaN.
"""

from neural.scoring.calibration import Calibration, calibration
from neural.scoring.classes import ClassFigures, accuracy, balanced_accuracy, class_figures, confusion_matrix
from neural.scoring.conformal import ConformalScores, class_scores, class_sets, distances
from neural.scoring.curves import Curve, precision_recall_curve, roc_curve, thin
from neural.scoring.importance import permutation_importance
from neural.scoring.intervals import bootstrap
from neural.scoring.linear import logistic_regression, ridge_regression
from neural.scoring.numbers import r2, residual_quantiles, root_mean_square
from neural.scoring.probabilities import brier_scores, log_losses

__all__ = [
    "Calibration",
    "ClassFigures",
    "ConformalScores",
    "Curve",
    "accuracy",
    "balanced_accuracy",
    "bootstrap",
    "brier_scores",
    "calibration",
    "class_figures",
    "class_scores",
    "class_sets",
    "confusion_matrix",
    "distances",
    "log_losses",
    "logistic_regression",
    "permutation_importance",
    "precision_recall_curve",
    "r2",
    "residual_quantiles",
    "ridge_regression",
    "roc_curve",
    "root_mean_square",
    "thin",
]
