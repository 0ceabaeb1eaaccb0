"""How good a model is: figures of its answers, with intervals, beside simple models, and by column."""

from models.judging.baselines import TrainingRows, training_order
from models.judging.reporting import SEED, JudgedRows, judge_of, most_rows, report
from models.judging.sample import Sample
from models.targets import MOST_TARGETS, is_judged, single_targets, true_answers

__all__ = [
    "MOST_TARGETS",
    "SEED",
    "JudgedRows",
    "Sample",
    "TrainingRows",
    "is_judged",
    "judge_of",
    "most_rows",
    "report",
    "single_targets",
    "training_order",
    "true_answers",
]
