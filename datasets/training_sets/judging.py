"""Rows with known answers, of any table, encoded by a fitted preprocessing: what a model can be judged on."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import NoReturn

import numpy as np
import pyarrow as pa

from datasets.errors import ColumnsChanged, DatasetError, FilePosition
from datasets.preprocessing.array_encoding import ArrayEncoding, as_array
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts
from datasets.preprocessing.encodings import FeatureEncoding, TargetEncoding, code_of_yes_no
from datasets.preprocessing.json_rows import check_names
from datasets.preprocessing.multi_target import SeveralTargets, VectorTarget
from datasets.preprocessing.preprocessing import Preprocessing
from datasets.preprocessing.target import Target, encode_target


def encode_inputs(table: pa.Table, preprocessing: Preprocessing, rows: np.ndarray) -> np.ndarray:
    """Return the network inputs of some rows; columns that the training did not have are ignored.

    Raises ColumnsChanged for columns that are absent or hold other things, by the row of the whole table.
    """
    names = tuple(dict.fromkeys(feature.column for feature in preprocessing.features))
    check_names([name for name in table.column_names if name in names], names, names)
    for feature in preprocessing.features:
        _check_type(table.schema.field(feature.column).type, feature)
    try:
        return preprocessing.transform(table.select(list(names)).take(pa.array(rows, pa.int64())))
    except DatasetError as error:
        _raise_by_row_of_table(error, table, preprocessing, rows)


def encode_answers(table: pa.Table, target: Target, rows: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the true answers of some rows, an array for each target, of a vector for each place.

    Class numbers as int64, or numbers in the units of the file as float64. Raises ColumnsChanged for a class that the
    training did not show, NotNumeric for what is no number.
    """
    if isinstance(target, SeveralTargets):
        return tuple(_encode_column(table, part, rows) for part in target.parts)
    if isinstance(target, VectorTarget):
        cells = table.column(target.column).take(pa.array(rows, pa.int64()))
        _check_vectors(cells.type, target)
        dtype = np.int64 if target.task == "multilabel" else np.float64
        return tuple(as_array(cells).astype(dtype).T)
    return (_encode_column(table, target, rows),)


def _check_vectors(found: pa.DataType, target: VectorTarget) -> None:
    size = found.list_size if pa.types.is_fixed_size_list(found) else None
    if size != target.output_width:
        raise _other_lists(target.column, size, target.output_width)


def _encode_column(table: pa.Table, target: TargetEncoding, rows: np.ndarray) -> np.ndarray:
    cells = table.column(target.column)
    if target.task == "regression":
        numbers: np.ndarray = as_numbers(cells, target.column, form=target.form)[rows]
        return numbers
    cells = cells.take(pa.array(rows, pa.int64()))
    codes, texts = as_texts(cells)
    unknown = np.array([code_of_yes_no(text, target.classes) < 0 for text in texts] + [False])
    if unknown[codes].any():
        place = int(np.flatnonzero(unknown[codes])[0])
        raise _unknown_class(target, str(texts[codes[place]]), int(rows[place]) + 1)
    encoded = encode_target(target, pa.table({target.column: cells}))
    return encoded.reshape(-1).astype(np.int64)


def input_blocks(features: Sequence[FeatureEncoding]) -> list[tuple[str, slice]]:
    """Name each column with its place among the network inputs of a row."""
    ends = np.cumsum([len(feature.names) for feature in features]).tolist()
    return [(feature.column, slice(end - len(feature.names), end)) for feature, end in zip(features, ends, strict=True)]


def _check_type(found: pa.DataType, feature: FeatureEncoding) -> None:
    size = prod(feature.shape) if isinstance(feature, ArrayEncoding) else None
    given = found.list_size if pa.types.is_fixed_size_list(found) else None
    if size != given:
        raise _other_lists(feature.column, given, size)


def _other_lists(column: str, given: int | None, expected: int | None) -> ColumnsChanged:
    kinds = ["single values" if count is None else f"lists of {count} numbers" for count in (given, expected)]
    return ColumnsChanged(
        f"`{column}` holds {kinds[0]}; the model was trained on {kinds[1]}.",
        position=FilePosition(name=column),
        found=kinds[0],
        expected=kinds[1],
    )


def _unknown_class(target: TargetEncoding, found: str, row: int) -> ColumnsChanged:
    return ColumnsChanged(
        f"`{target.column}` holds `{found[:60]}` in row {row}, a class that the model does not know.",
        position=FilePosition(row=row, name=target.column),
        found=found,
        expected=", ".join(target.classes[:10]),
        hint="Leave the cell empty: rows without an answer are not judged.",
    )


def _raise_by_row_of_table(
    error: DatasetError, table: pa.Table, preprocessing: Preprocessing, rows: np.ndarray
) -> NoReturn:
    """Meet the fault again in the table itself, whose rows its owner counts."""
    place = error.position
    feature = next((each for each in preprocessing.features if place and each.column == place.name), None)
    if place is not None and place.row is not None and feature is not None:
        until = int(rows[place.row - 1]) + 1
        replace(preprocessing, features=(feature,), shape=None).transform(
            table.select([feature.column]).slice(0, until)
        )
    raise error
