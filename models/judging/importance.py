"""How important each column is to a model: how much worse it answers when the column is shuffled."""

from typing import Any

import numpy as np

from datasets import input_blocks
from models.judging.json_values import known
from models.judging.judge import Judge
from models.predictor import Predictor
from models.targets import given_answers
from neural import scoring

REPEATS = 3
MOST_ROWS = 1000
MOST_ANSWERS = 20_000  # that the network gives for it
FEWEST_ROWS = 20  # unless there are less


def importance(
    predictor: Predictor, judge: Judge, x: np.ndarray, rng: np.random.Generator, most_answers: int | None = None
) -> dict[str, Any] | None:
    """Tell it of every column, the most important first; None where there are too many columns to try each."""
    blocks = input_blocks(predictor.preprocessing.features)
    most = MOST_ANSWERS if most_answers is None else min(MOST_ANSWERS, most_answers)
    rows = min(len(x), MOST_ROWS, most // (REPEATS * len(blocks)))
    if rows < min(len(x), FEWEST_ROWS):
        return None
    chosen = np.sort(rng.choice(len(x), rows, replace=False))
    flat = x[chosen].reshape(rows, -1)

    def cost(inputs: np.ndarray) -> float:
        outputs = predictor.outputs(inputs.reshape(rows, *x.shape[1:]))
        return judge.cost(given_answers(predictor.preprocessing.target, outputs), chosen)

    rises = scoring.permutation_importance(flat, [block for _, block in blocks], cost, rng, repeats=REPEATS)
    found: list[dict[str, Any]] = [
        {"column": column, "importance": known(rise)} for (column, _), rise in zip(blocks, rises, strict=True)
    ]
    return {
        "by": judge.leading,
        "rows": rows,
        "repeats": REPEATS,
        "columns": sorted(found, key=lambda each: -(each["importance"] or 0)),
    }
