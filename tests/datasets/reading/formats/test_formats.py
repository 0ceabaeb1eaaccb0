"""The same table in every format that is read is the same data."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest

from datasets import Kind, Limits, Table, parse_table, suggest_target, target_candidates

Read = Callable[..., Table]
ROWS: list[dict[str, Any]] = [
    {"age": 20.5, "city": "Lyon", "member": True, "since": "2024-01-31"},
    {"age": None, "city": "Paris", "member": False, "since": "2023-12-01"},
    {"age": 41.0, "city": "Lyon", "member": True, "since": None},
]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read bytes from a file whose name says nothing."""

    def read_bytes(content: bytes, **limits: int) -> Table:
        path = tmp_path / "content"
        path.write_bytes(content)
        return parse_table(path, limits=Limits(**limits))

    return read_bytes


def arrow_file(table: pa.Table) -> bytes:
    """Write Arrow IPC with a footer."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def arrow_stream(table: pa.Table) -> bytes:
    """Write Arrow IPC without a footer."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def parquet(table: pa.Table) -> bytes:
    """Write Parquet."""
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(table, sink)
    return bytes(sink.getvalue())


def npz(**arrays: np.ndarray) -> bytes:
    """Write arrays under names, compressed."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    """Write one array."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
CSV = b"age,city,member,since\n20.5,Lyon,true,2024-01-31\n,Paris,false,2023-12-01\n41,Lyon,true,\n"
TABLE = pa.Table.from_pylist(ROWS)
TYPED = TABLE.set_column(3, "since", TABLE["since"].cast(pa.date32()))
CODED = TABLE.set_column(1, "city", TABLE["city"].dictionary_encode())
FILES = {
    "csv": (CSV, "csv"),
    "compressed csv": (gzip.compress(CSV, mtime=0), "csv"),
    "json lines": (LINES, "jsonl"),
    "compressed json lines": (gzip.compress(LINES, mtime=0), "jsonl"),
    "parquet": (parquet(TYPED), "parquet"),
    "arrow file": (arrow_file(TYPED), "arrow"),
    "arrow stream": (arrow_stream(CODED), "arrow"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_table(read: Read, name: str) -> None:
    """The bytes decide how a file is read; kinds, gaps and values come out the same."""
    content, form = FILES[name]

    table = read(content)

    assert table.format == form
    assert [str(column.kind) for column in table.columns] == ["number", "category", "boolean", "date"]
    assert [column.missing for column in table.columns] == [1, 0, 0, 1]
    assert table.arrow.equals(read(CSV).arrow)


def test_what_was_seen_is_told(read: Read) -> None:
    """A dialect for text, and that it was compressed."""
    table = read(gzip.compress(CSV))

    assert table.dialect is not None
    assert table.dialect.to_json() == {
        "decimal": ".",
        "delimiter": ",",
        "encoding": "utf-8",
        "has_header": True,
        "header_line": 1,
        "quote": '"',
        "escape": None,
        "comment": None,
        "sureness": {"delimiter": "certain", "quote": "certain", "header": "certain"},
        "compression": "gzip",
    }


PLAIN = np.array([[1.5, 2, 0], [3, 4, 1], [5.25, -6, 0]])


@pytest.mark.parametrize(
    "array",
    [PLAIN, PLAIN.astype(">f8"), np.asfortranarray(PLAIN), PLAIN.astype(np.float16), PLAIN.astype(np.float32)],
    ids=["plain", "big-endian", "fortran", "float16", "float32"],
)
def test_an_array_is_read_whatever_its_layout(read: Read, array: np.ndarray) -> None:
    """Byte order, memory order and precision change nothing about numbers that all of them hold."""
    table = read(npy(array))

    assert table.arrow.column_names == ["column_1", "column_2", "column_3"]
    assert np.array_equal(np.column_stack([column.to_numpy() for column in table.arrow.columns]), PLAIN)


def test_named_arrays_become_columns_and_vectors(read: Read) -> None:
    """`x` of two axes is one vector per row, `y` a column."""
    x = np.arange(12, dtype=np.float64).reshape(4, 3)

    table = read(npz(x=x, y=np.array([0, 1, 1, 0])))

    assert [(column.name, column.kind) for column in table.columns] == [("x", Kind.VECTOR), ("y", Kind.NUMBER)]
    assert table.column("x").statistics["shape"] == [3]
    assert table.column("x").statistics["mean"] == 5.5
    assert table.arrow.schema.field("x").type == pa.list_(pa.float32(), 3)
    assert table.arrow["x"].to_pylist() == x.tolist()


@pytest.mark.parametrize("shape", [(5, 4, 6), (5, 4, 6, 1)], ids=["grey", "with channels"])
def test_bytes_in_three_axes_are_images(read: Read, shape: tuple[int, ...]) -> None:
    """As the arrays of MNIST and CIFAR are kept."""
    pixels = np.arange(120, dtype=np.uint8).reshape(shape)

    table = read(npz(x=pixels, y=np.arange(5) % 2))

    assert table.column("x").kind is Kind.IMAGE
    assert table.column("x").statistics["shape"] == [4, 6, 1]
    assert table.arrow.schema.field("x").type == pa.list_(pa.uint8(), 24)
    assert np.array_equal(np.array(table.arrow["x"].to_pylist()), pixels.reshape(5, 24))


@pytest.mark.parametrize("write", ["json", "parquet", "arrow"])
def test_token_ids_are_filled_up_with_0(read: Read, write: str) -> None:
    """Sentences differ in length; the vectors are as long as the longest."""
    sentences = [[5, 7, 2], [9], [4, 4, 4, 1]]
    table = pa.table({"tokens": sentences, "label": ["a", "b", "a"]})
    lines = "".join(json.dumps(row) + "\n" for row in table.to_pylist()).encode()

    read_back = read({"json": lines, "parquet": parquet(table), "arrow": arrow_file(table)}[write])

    assert read_back.column("tokens").kind is Kind.VECTOR
    assert read_back.column("tokens").statistics["shape"] == [4]
    assert read_back.arrow["tokens"].to_pylist() == [[5, 7, 2, 0], [9, 0, 0, 0], [4, 4, 4, 1]]


def test_equal_vectors_are_duplicate_rows(read: Read) -> None:
    """Copies are found in vectors as in cells."""
    x = np.array([[1.0, 2, 3], [1, 2, 4], [1, 2, 3], [3, 2, 1]])

    table = read(npz(x=x, y=np.array([0, 1, 0, 1])))

    messages = [warning.message for warning in table.warnings if warning.code == "data.duplicate_rows"]
    assert len(messages) == 1
    assert messages[0].startswith("1 row is a copy")


def test_names_absent_from_a_line_are_missing_values(read: Read) -> None:
    """Rows of JSON Lines need not have all columns."""
    table = read(b'{"a": 1}\n\n{"b": "x", "a": 2}\n{"b": null}\n')

    assert table.arrow.to_pylist() == [{"a": 1, "b": None}, {"a": 2, "b": "x"}, {"a": None, "b": None}]


def test_text_among_numbers_is_found_by_line_row_and_name(read: Read) -> None:
    """One text makes the column text; its owner is told where it stands."""
    table = read(b'{"a": 1}\n\n{"a": "n.n."}\n{"a": 3}\n')

    warning = next(warning for warning in table.warnings if warning.code == "data.mixed_column")
    assert warning.position is not None
    assert warning.position.to_json() == {"line": 3, "row": 2, "column": 1, "name": "a"}
    assert table.column("a").kind is Kind.CATEGORY


def test_text_that_looks_like_a_number_stays_text_where_types_are_known(read: Read) -> None:
    """A postcode of a Parquet file keeps its leading zero."""
    table = read(parquet(pa.table({"postcode": ["01067", "01069", "01067"], "y": [1, 2, 3]})))

    assert table.column("postcode").kind is Kind.CATEGORY
    assert table.arrow["postcode"].to_pylist() == ["01067", "01069", "01067"]


def test_a_stored_archive_of_arrays_is_read_too(read: Read) -> None:
    """`numpy.savez` does not compress."""
    buffer = io.BytesIO()
    np.savez(buffer, a=np.arange(3.0), b=np.array([True, False, True]))

    table = read(buffer.getvalue())

    assert zipfile.is_zipfile(io.BytesIO(buffer.getvalue()))
    assert table.arrow.to_pylist() == [{"a": 0, "b": 1}, {"a": 1, "b": 0}, {"a": 2, "b": 1}]


def test_a_vector_is_no_target(read: Read) -> None:
    """Classes as one-hot rows have the name of a target and cannot be one."""
    table = read(npz(x=np.arange(400.0).reshape(200, 2), y=np.tile(np.eye(2), (100, 1))))

    assert suggest_target(table.columns) is None
    assert target_candidates(table.columns) == ()


@pytest.mark.parametrize("name", ["table.csv", "table.npz", "table.exe", "table"])
def test_the_content_decides_not_the_name(tmp_path: Path, name: str) -> None:
    """Names are whatever people make of them."""
    buffer = io.BytesIO()
    np.savez(buffer, x=np.ones((3, 2)), y=np.arange(3))
    (tmp_path / name).write_bytes(buffer.getvalue())

    assert parse_table(tmp_path / name, limits=Limits()).format == "npz"


@pytest.mark.parametrize("late", [0, 6000])
def test_long_digits_of_json_lines_are_kept(read: Read, late: int) -> None:
    """Two users whose numbers are one float, also where only the last lines have such numbers."""
    users = [*range(late), *(9007199254740992 + number % 2 for number in range(40))]
    table = read("".join(f'{{"user": {user}, "y": {number % 3}}}\n' for number, user in enumerate(users)).encode())

    assert table.columns[0].kind in {Kind.CATEGORY, Kind.ID}
    assert table.columns[0].distinct == late + 2
    assert table.arrow["user"].to_pylist()[-2:] == ["9007199254740992", "9007199254740993"]
    assert next(warning.code for warning in table.warnings) == "data.digits_kept"
