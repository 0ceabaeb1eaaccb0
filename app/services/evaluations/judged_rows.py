"""The rows that a model is judged on: of any dataset, or held out by its own training."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from app.errors import refuse
from app.services import prepared_files
from app.services.evaluations.split import SplitAgain
from datasets import Preprocessing, encode_answers, encode_inputs, labelled_rows
from datasets.preprocessing.encodings import TargetEncoding
from store import Store
from store.database.tables import Dataset

MOST_ROWS = 10_000
MOST_VALUES = 20_000_000


@dataclass(frozen=True)
class Sample:
    """How many rows to draw at most, all of them where that is None, and the seed to draw with."""

    most: int | None
    seed: int

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Draw some of the rows, in their order."""
        if self.most is None or len(rows) <= self.most:
            return rows
        return np.sort(np.random.default_rng(self.seed).choice(rows, self.most, replace=False))


@dataclass(frozen=True, kw_only=True)
class JudgedRows:
    """Inputs and true answers, and how many rows with answers there were to draw from."""

    x: np.ndarray
    true: np.ndarray
    drawn_from: int


def of_dataset(store: Store, dataset: Dataset, preprocessing: Preprocessing, sample: Sample) -> JudgedRows:
    """Take the rows of a dataset that have an answer."""
    table = prepared_files.table(store, dataset)
    found = labelled_rows(table, preprocessing.target.columns[0])
    return _judged(table, preprocessing, found, sample)


def of_part(again: Callable[[], SplitAgain], preprocessing: Preprocessing, part: str, sample: Sample) -> JudgedRows:
    """Take the rows that the training held out for validation, or for the test."""
    split = again()
    found = split.rows(part)
    if not len(found):
        raise refuse(
            "evaluation.no_rows",
            f"The training held out no rows for `{part}`.",
            pointer="/rows",
            hint="Name other rows by `dataset_id`.",
        )
    return _judged(split.source(part)[1], preprocessing, found, sample)


def most_rows(preprocessing: Preprocessing) -> int:
    """Tell how many rows are judged in one request: fewer where a row is very wide, so that they fit in memory."""
    widest = max(preprocessing.width, preprocessing.output_width)
    return max(1, min(MOST_ROWS, MOST_VALUES // widest))


def _judged(table: pa.Table, preprocessing: Preprocessing, found: np.ndarray, sample: Sample) -> JudgedRows:
    kept = sample.of(found)
    most = most_rows(preprocessing)
    if len(kept) > most:
        raise refuse(
            "limit.too_many_rows",
            f"{len(kept)} rows are to be judged; up to {most} of this model's are in one request.",
            found=len(kept),
            expected=f"<= {most}",
            hint=f'Judge on rows drawn from them: "sample_rows": {most}.',
        )
    target = preprocessing.target
    assert isinstance(target, TargetEncoding)  # noqa: S101 - other tasks are refused before
    return JudgedRows(
        x=encode_inputs(table, preprocessing, kept),
        true=encode_answers(table, target, kept),
        drawn_from=len(found),
    )
