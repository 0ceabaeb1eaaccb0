"""Rows that would fill the memory: encoded onto the disk, and read from there."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import specs
from datasets import Column, ColumnStore, Fitted, open_column_store, write_rows
from datasets.columns.column_store import LARGE_BYTES
from datasets.training_sets.row_files import MOST_IN_MEMORY
from datasets.training_sets.translation import TRANSLATION
from neural import Examples, StoredRows
from specs import DatasetFacts, Spec
from specs.resolving.data.inputs import input_count

FLOAT32_BYTES = 4


def are_stored(path: Path, columns: Sequence[Column], rows: int, spec: Spec) -> bool:
    """Whether rows are kept on disk: decided by data and spec alone, since windows are mixed in their own way."""
    if spec.task == TRANSLATION or not isinstance(spec.target, str):
        return False
    inputs = input_count(spec.features, DatasetFacts("", rows, tuple(columns)))
    return path.stat().st_size > LARGE_BYTES or rows * inputs * FLOAT32_BYTES > MOST_IN_MEMORY


def stored(
    path: Path, other: Path | None, columns: Sequence[Column], spec: Spec, folder: Path
) -> tuple[Fitted, Examples, Examples | None, Examples | None]:
    """Split and fit, and write the rows of each part to a file without a name; `other` is a second table."""
    table, held_out = open_column_store(path), None if other is None else open_column_store(other)
    fitted = specs.fit(table, columns, spec, held_out)
    parts, dtype = fitted.split, spec.training.dtype
    training = _examples(table, fitted, parts.training, folder, dtype, weights=fitted.training_weights)
    validation = _examples(table if held_out is None else held_out, fitted, parts.validation, folder, dtype)
    test = _examples(table, fitted, parts.test, folder, dtype)
    return fitted, training, validation if len(validation) else None, test if len(test) else None


def _examples(
    source: ColumnStore,
    fitted: Fitted,
    rows: np.ndarray,
    folder: Path,
    dtype: str,
    *,
    weights: np.ndarray | None = None,
) -> Examples:
    if not len(rows):
        return Examples(np.empty((0, *fitted.preprocessing.input_shape)), np.empty((0, 1)))
    with unnamed(folder) as path:
        file = write_rows(source, fitted.preprocessing, rows, path, dtype=dtype)
        return Examples(StoredRows(path, rows=file.rows, shape=file.shape, dtype=file.dtype), file.y, weights)


@contextmanager
def unnamed(folder: Path) -> Iterator[Path]:
    """Give a path in a folder; what was written there loses its name at the end, and is gone with its last reader."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="rows-", dir=folder) as file:
        yield Path(file.name)
