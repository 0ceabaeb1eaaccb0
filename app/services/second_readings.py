"""Second datasets beside the one of a training: their cells are looked at in the file where descriptions differ."""

from collections.abc import Sequence

from app.services import prepared_files
from datasets import Column, Limits, Overrides, Preprocessing
from datasets.errors import ColumnsChanged, FilePosition
from datasets.preprocessing.encodings import FeatureEncoding, TargetEncoding
from datasets.preprocessing.multi_target import SeveralTargets
from datasets.reading.open_table import texts_as_written
from datasets.training_sets.second_table import Difference, first_difference
from datasets.training_sets.trained_columns import TrainedColumn, column_of, is_told, may_differ
from store import Store
from store.database.tables import Dataset


def find_difference(store: Store, dataset: Dataset, trained: Sequence[TrainedColumn]) -> Difference | None:
    """Return the first cell of a dataset that was read otherwise than in training; None where none was."""
    columns = {body["name"]: Column.from_json(body) for body in dataset.columns}
    doubted = [each for each in trained if each.name in columns and may_differ(each, columns[each.name])]
    if not doubted:
        return None
    said, table = dataset.overrides or {}, prepared_files.table(store, dataset)
    written = texts_as_written(
        store.copies.path(dataset.content_digest),
        [each.name for each in doubted],
        limits=Limits(max_bytes=max(store.settings.max_upload_bytes, dataset.size_bytes)),
        overrides=Overrides.from_json(said),
    )
    found = (
        first_difference(
            each, columns[each.name], table.column(each.name), written.column(each.name), is_told=is_told(each, said)
        )
        for each in doubted
    )
    return next((difference for difference in found if difference is not None), None)


def refuse_other_readings(store: Store, dataset: Dataset, preprocessing: Preprocessing) -> None:
    """Raise ColumnsChanged where a cell of a dataset was read otherwise than the model's training read its own."""
    target = preprocessing.target
    parts = target.parts if isinstance(target, SeveralTargets) else (target,)
    encodings: list[FeatureEncoding | TargetEncoding] = [*preprocessing.features]
    encodings += [part for part in parts if isinstance(part, TargetEncoding)]
    trained = [column for column in map(column_of, encodings) if column is not None]
    found = find_difference(store, dataset, trained)
    if found is not None:
        raise ColumnsChanged(
            found.message(dataset.id),
            position=FilePosition(row=found.row, name=found.column),
            found=found.found,
            expected=found.there,
            hint=found.hint(dataset.id),
        )
