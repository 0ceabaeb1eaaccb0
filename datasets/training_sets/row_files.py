"""Rows for a network, written to disk as they are learned from, for tables whose rows would fill the memory."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from datasets.columns.column_store import ColumnStore, blocks_of, within
from datasets.preprocessing.encodings import TargetEncoding
from datasets.preprocessing.preprocessing import Preprocessing

MOST_IN_MEMORY = 128 << 20
"""Bytes of inputs in float32 beyond which rows are kept on disk, and mixed window by window."""


@dataclass(frozen=True, kw_only=True)
class RowFile:
    """Inputs (rows, *shape) in a file, of this type; and the targets, in memory."""

    path: Path
    rows: int
    shape: tuple[int, ...]
    dtype: str
    y: np.ndarray


def write_rows(
    source: ColumnStore, preprocessing: Preprocessing, rows: np.ndarray, path: Path, *, dtype: str = "float32"
) -> RowFile:
    """Encode the rows with these indices, which are sorted, block by block; the numbers are those of `transform`."""
    assert isinstance(preprocessing.target, TargetEncoding)  # noqa: S101 - several targets are trained on in memory
    names = [*(feature.column for feature in preprocessing.features), preprocessing.target.column]
    targets = []
    with path.open("wb") as file:
        for block, places in within(blocks_of(source, list(dict.fromkeys(names))), rows):
            if len(places):
                part = pa.Table.from_batches([block]).take(places)
                file.write(preprocessing.transform(part).astype(dtype, copy=False).data)
                targets.append(preprocessing.encode_target(part))
    y = np.concatenate(targets) if targets else np.empty((0, 1))
    return RowFile(path=path, rows=len(y), shape=preprocessing.input_shape, dtype=dtype, y=y)
