"""The report on a model's answers to rows whose true answers are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from datasets import Preprocessing
from datasets.preprocessing.target import spoken
from models.conformal import covered, extents
from models.judging.baselines import TrainingRows, baselines, not_beaten
from models.judging.importance import importance
from models.judging.json_values import by_name, known
from models.judging.judge import Judge
from models.predictor import Predictor
from models.targets import Parts, given_answers, single_targets
from neural.scoring.intervals import LEVEL, RESAMPLES

SEED = 0
LEVELS = (0.8, 0.9, 0.95)  # of sets and intervals whose coverage is shown
MOST_ROWS = 10_000
MOST_VALUES = 20_000_000
MOST_ANSWERS = 200_000  # rows × targets: each is drawn 200 times for the intervals


@dataclass(frozen=True, kw_only=True)
class JudgedRows:
    """Inputs and true answers, and how many rows with answers there were to draw from."""

    x: np.ndarray
    true: Parts
    drawn_from: int


def most_rows(preprocessing: Preprocessing) -> int:
    """Tell how many rows are judged at once: fewer where a row is very wide, so that they fit in memory."""
    widest = max(preprocessing.width, preprocessing.output_width)
    targets = len(single_targets(preprocessing.target))
    return max(1, min(MOST_ROWS, MOST_VALUES // widest, MOST_ANSWERS // targets))


def judge_of(preprocessing: Preprocessing, true: Parts) -> Judge:
    """Make the judge of answers to rows."""
    return Judge(targets=single_targets(preprocessing.target), true=true)


def _coverage(predictor: Predictor, true: Parts, outputs: np.ndarray) -> dict[str, Any] | None:
    """Tell how often the truth lies within sets and intervals, and how large these are."""
    conformal, target = predictor.conformal, predictor.preprocessing.target
    levels = [] if conformal is None else [level for level in LEVELS if level <= conformal.highest_level]
    if conformal is None or not levels:
        return None
    size = "mean_width" if target.task == "regression" else "mean_size"
    each = [(level, conformal.regions(target, outputs, level)) for level in levels]
    found = [
        {"level": level, "coverage": float(np.mean(covered(true, regions))), size: float(np.mean(extents(regions)))}
        for level, regions in each
    ]
    return {"calibration_rows": conformal.rows, "levels": found}


def report(
    predictor: Predictor,
    judged: JudgedRows,
    learned: TrainingRows | None,
    *,
    seed: int = SEED,
    warnings: Sequence[dict[str, str]] = (),
    most_answers: int | None = None,
) -> dict[str, Any]:
    """Judge answers by figures, with intervals, beside simple models that learned from `learned`, and by column.

    The same seed gives the same figures. `most_answers` bounds how many the network gives for the importance.
    """
    preprocessing = predictor.preprocessing
    judge = judge_of(preprocessing, judged.true)
    outputs = predictor.outputs(judged.x)
    answers = given_answers(preprocessing.target, outputs)
    figures = judge.figures(answers)
    draws = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(2)]
    simple = [] if learned is None else baselines(judge, learned, judged.x)
    intervals = judge.intervals(answers, draws[0])
    return {
        "task": preprocessing.target.task,
        "target": spoken(preprocessing.target),
        "drawn_from": judged.drawn_from,
        "metrics": by_name(figures),
        "intervals": {
            "level": LEVEL,
            "resamples": RESAMPLES,
            "metrics": {name: {"low": known(low), "high": known(high)} for name, (low, high) in intervals.items()},
        },
        **judge.details(answers),
        "coverage": _coverage(predictor, judged.true, outputs),
        "baselines": simple,
        "importance": importance(predictor, judge, judged.x, draws[1], most_answers),
        "warnings": [*not_beaten(judge, figures, simple), *warnings],
    }
