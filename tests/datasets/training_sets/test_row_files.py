"""Rows on disk are those that would be in memory, whatever the blocks they are made in."""

from pathlib import Path

import numpy as np
import pytest

from datasets import Limits, open_prepared, parse_table, prepare_examples, write_rows
from datasets.columns.column_store import PreparedFile, are_valid, blocks_of, taken
from datasets.training_sets.row_files import RowFile
from tests.datasets.recipes import recipe


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A table of 70 000 rows, which takes two batches."""
    rng = np.random.Generator(np.random.PCG64(2))
    numbers, kinds = rng.normal(0, 1, 70_000).round(3).tolist(), rng.integers(0, 4, 70_000).tolist()
    cells = enumerate(zip(numbers, kinds, strict=True))
    rows = [f"{'' if i % 9 == 0 else n},kind {k},{'yes' if n > 0 else 'no'}" for i, (n, k) in cells]
    (tmp_path / "table.csv").write_text("\n".join(["number,kind,answer", *rows]))
    parse_table(tmp_path / "table.csv", limits=Limits(), prepared=tmp_path / "prepared.arrow")
    return tmp_path / "prepared.arrow"


def read(file: RowFile) -> np.ndarray:
    """Read a row file whole."""
    return np.fromfile(file.path, file.dtype).reshape(file.rows, *file.shape)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_on_disk_are_those_in_memory(prepared: Path, tmp_path: Path, dtype: str) -> None:
    """One preprocessing, fitted once; a table that stays on disk and one that is mapped."""
    table = open_prepared(prepared)
    columns = parse_table(tmp_path / "table.csv", limits=Limits()).columns
    whole = prepare_examples(table, columns, recipe("answer", "binary", seed=1))

    for name, source in (("mapped", table), ("on disk", PreparedFile(prepared))):
        file = write_rows(source, whole.preprocessing, whole.split.training, tmp_path / name, dtype=dtype)
        assert np.array_equal(read(file), whole.training_x.astype(dtype))
        assert np.array_equal(file.y, whole.training_y)


def test_a_prepared_file_has_the_cells_of_the_mapped_one(prepared: Path) -> None:
    """Length, names and values, one column at a time."""
    mapped, file = open_prepared(prepared), PreparedFile(prepared)
    rows = np.arange(0, mapped.num_rows, 3)

    assert file.num_rows == mapped.num_rows
    assert file.column_names == mapped.column_names
    for name in file.column_names:
        assert taken(file, name, rows).to_pylist() == taken(mapped, name, rows).to_pylist()
        assert taken(file, name, rows[:0]).to_pylist() == []
        assert np.array_equal(are_valid(file, name), are_valid(mapped, name))
    assert [b.num_rows for b in blocks_of(file, ["kind"])] == [b.num_rows for b in blocks_of(mapped, ["kind"])]
