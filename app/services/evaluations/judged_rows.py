"""The rows that a model is judged on: of any dataset, or held out by its own training."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from app.errors import refuse
from app.services import prepared_files
from app.services.evaluations.split import SplitAgain
from app.services.second_readings import refuse_other_readings
from datasets import Preprocessing, encode_answers, encode_inputs, labelled_rows
from models.judging import JudgedRows, Sample, most_rows
from store import Store
from store.database.tables import Dataset


def of_dataset(store: Store, dataset: Dataset, preprocessing: Preprocessing, sample: Sample) -> JudgedRows:
    """Take the rows of a dataset that have an answer; raises ColumnsChanged where they were read otherwise."""
    refuse_other_readings(store, dataset, preprocessing)
    table = prepared_files.table(store, dataset)
    found = labelled_rows(table, preprocessing.target.columns)
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
    return JudgedRows(
        x=encode_inputs(table, preprocessing, kept),
        true=encode_answers(table, preprocessing.target, kept),
        drawn_from=len(found),
    )
