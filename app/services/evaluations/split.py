"""The split of a training, made once more from its spec and its table."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

import specs
from app.errors import Refused, refuse
from app.services import prepared_files
from datasets import Column, Preprocessing
from datasets.errors import DatasetError
from datasets.training_sets.splits import Split
from datasets.training_sets.translation import TRANSLATION
from specs import Spec
from store import Store
from store.database import rows
from store.database.tables import Dataset
from store.errors import ReadingChanged
from store.jobs.readings import Readings, refuse_changed

MOST_CELLS = 100_000_000
PARTS = ("training", "validation", "test")


@dataclass(frozen=True, kw_only=True)
class SplitAgain:
    """Which rows were where, with the tables that the row numbers are into."""

    split: Split
    preprocessing: Preprocessing
    dropped_rows: int
    dataset: Dataset
    validation_dataset: Dataset
    table: pa.Table
    validation_table: pa.Table

    def rows(self, part: str) -> np.ndarray:
        """Return the row numbers of a part, counted from 0."""
        found: np.ndarray = getattr(self.split, part)
        return found

    def source(self, part: str) -> tuple[Dataset, pa.Table]:
        """Return the dataset and the table that a part was taken from."""
        if part == "validation":
            return self.validation_dataset, self.validation_table
        return self.dataset, self.table


def split_again(
    store: Store,
    project_id: str,
    dataset_id: str,
    spec: Spec,
    fitted: Preprocessing | None = None,
    readings: Readings | None = None,
) -> SplitAgain:
    """Split as the training did; refuses tables that are too large for a request, and those that were changed since.

    They were changed where what is fitted to the training rows is not what the model has, `fitted`, or where they are
    read otherwise than the job's `readings` say.
    """
    with store.database.reading() as session:
        dataset = rows.find(session, Dataset, dataset_id, project_id)
        other_id = spec.split.validation_dataset_id
        other = None if other_id is None else rows.find(session, Dataset, other_id, project_id)
        try:
            refuse_changed(session, project_id, readings)
        except ReadingChanged as error:
            raise _changed(dataset) from error
    for each in (dataset, other):
        _refuse_large(each)
    table = prepared_files.table(store, dataset)
    other_table = None if other is None else prepared_files.table(store, other)
    columns = [Column.from_json(column) for column in dataset.columns]
    settle = specs.prepare if spec.task == TRANSLATION else specs.fit
    try:
        found = settle(table, columns, spec, other_table)
    except DatasetError as error:  # it was split before, when the job was made
        raise _changed(dataset) from error
    if fitted is not None and found.preprocessing != fitted:
        raise _changed(dataset)
    return SplitAgain(
        split=found.split,
        preprocessing=found.preprocessing,
        dropped_rows=found.dropped_rows,
        dataset=dataset,
        validation_dataset=other or dataset,
        table=table,
        validation_table=table if other_table is None else other_table,
    )


def _changed(dataset: Dataset) -> Refused:
    return refuse(
        "evaluation.data_changed",
        f"Dataset `{dataset.id}` is read in another way now than when the job was made, so which rows it learned from "
        "is not known any more.",
        hint="Name rows that it never saw by the `dataset_id` of a dataset of their own.",
    )


def _refuse_large(dataset: Dataset | None) -> None:
    cells = 0 if dataset is None else dataset.row_count * len(dataset.columns)
    if dataset is not None and cells > MOST_CELLS:
        raise refuse(
            "limit.too_many_rows",
            f"Dataset `{dataset.id}` has {cells} cells; splits of up to {MOST_CELLS} are looked at in a request.",
            found=cells,
            expected=f"<= {MOST_CELLS} cells",
            hint="Upload rows that were held out as a dataset of their own, and evaluate on its `dataset_id`.",
        )
