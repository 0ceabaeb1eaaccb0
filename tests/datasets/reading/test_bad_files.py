"""A corpus of files that are no usable tables: each has one exact code and one exact place."""

import gzip
import io
import json
import pickle
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from datasets import Overrides
from datasets.errors import DatasetError, NonFinite
from tests.datasets.conftest import Parse


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("table.csv", "a,b\n1,2\n")
    return buffer.getvalue()


def _parquet() -> bytes:
    buffer = io.BytesIO()
    pa.parquet.write_table(pa.table({"a": [1]}), buffer)
    return buffer.getvalue()


def _npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(4))
    return buffer.getvalue()


def at(line: int, row: int, column: int, name: str) -> dict[str, object]:
    """Name a cell in full."""
    return {"line": line, "row": row, "column": column, "name": name}


MANY = "".join(f"{i},{i}\n" for i in range(70_000))
CASES: dict[str, tuple[str | bytes, str, dict[str, object]]] = {
    "nothing": ("", "data.empty", {}),
    "blank lines": ("\n\r\n  \n", "data.empty", {}),
    "a byte order mark alone": ("\ufeff", "data.empty", {}),
    "megabytes of blanks": (b"\n" * 300_000, "data.empty", {}),
    "a header alone": ("a,b\n", "data.no_rows", {"line": 1}),
    "a header without its newline": ("a,b", "data.no_rows", {"line": 1}),
    "a header and blank lines": ("\na,b\n\n\n", "data.no_rows", {"line": 2}),
    "one cell too many": ("a,b\n1,2\n3,4,5\n", "data.ragged_row", {"line": 3, "row": 2, "column": 3}),
    "one cell too few": ("a,b\n1,2\n3\n", "data.ragged_row", {"line": 3, "row": 2, "column": 1}),
    "ragged after a quoted newline": ('a,b\n"1\n2",2\n3\n', "data.ragged_row", {"line": 4, "row": 2, "column": 1}),
    "ragged after blank lines": ("a,b\n\n1,2\n\n3\n", "data.ragged_row", {"line": 5, "row": 2, "column": 1}),
    "ragged without a header": ("1,2\n3,4\n5\n", "data.ragged_row", {"line": 3, "row": 3, "column": 1}),
    "ragged far below": ("a,b\n" + MANY + "1\n", "data.ragged_row", {"line": 70_002, "row": 70_001, "column": 1}),
    "ragged with carriage returns": ("a,b\r\n1,2\r\n3\r\n", "data.ragged_row", {"line": 3, "row": 2, "column": 1}),
    "a trailing delimiter": ("a,b\n1,2,\n", "data.ragged_row", {"line": 2, "row": 1, "column": 3}),
    "a title of two cells": ("My,own\na,b,c\n1,2,3\n", "data.ragged_row", {"line": 2, "row": 1, "column": 3}),
    "an open quote": ('a,b\n1,"2\n3,4\n', "data.unclosed_quote", {"line": 2, "column": 2}),
    "text behind a closing quote": ('a,"b\n1,"2\n3,"4\n5,"6\n', "data.text_after_quote", {"line": 2}),
    "an open quote in the last cell": ('a,b\n1,2\n3,"', "data.unclosed_quote", {"line": 3, "column": 2}),
    "an open quote in the header": ('a,"b\n1,2\n', "data.unclosed_quote", {"line": 1, "column": 2}),
    "an open quote far above the end": ('a,b\n1,"2\n' + MANY, "data.unclosed_quote", {"line": 2, "column": 2}),
    "a NUL byte": (b"a,b\n1,2\n3,\x004\n", "data.nul_byte", at(3, 2, 2, "b")),
    "a NUL byte in a text": (b"a,b\n1,yes\n3,n\x00o\n", "data.nul_byte", at(3, 2, 2, "b")),
    "a NUL byte far below": ("a,b\n" + MANY + "\0,1\n", "data.nul_byte", at(70_002, 70_001, 1, "a")),
    "infinity": ("a,b\n1,2\n3,inf\n", "data.non_finite", at(3, 2, 2, "b")),
    "minus infinity": ("a,b\n-Infinity,2\n", "data.non_finite", at(2, 1, 1, "a")),
    "too large for a float": ("a;b\n1;2\n3;1e999\n", "data.non_finite", at(3, 2, 2, "b")),
    "the first infinity of two": ("a,b\n1,inf\ninf,2\n", "data.non_finite", at(2, 1, 2, "b")),
    "two columns of one name": ("a,b,a\n1,2,3\n", "data.duplicate_column", {"line": 1, "column": 3, "name": "a"}),
    "names equal once trimmed": ("a, a\n1,2\n", "data.duplicate_column", {"line": 1, "column": 2, "name": "a"}),
    "a control character in a name": ("a,b\x07\n1,2\n", "data.bad_column_name", {"line": 1, "column": 2}),
    "a name that turns text around": ("a,b\u202ec\n1,2\n", "data.bad_column_name", {"line": 1, "column": 2}),
    "a name of 201 characters": ("a," + "n" * 201 + "\n1,2\n", "data.bad_column_name", {"line": 1, "column": 2}),
    "a zip archive": (_zip(), "data.format_unsupported", {}),
    "a Parquet file": (_parquet(), "data.format_unsupported", {}),
    "a NumPy array": (_npy(), "data.format_unsupported", {}),
    "a gzip file": (gzip.compress(b"a,b\n1,2\n", mtime=0), "data.format_unsupported", {}),
    "a pickle": (pickle.dumps({"a": [1]}), "data.format_unsupported", {}),
    "JSON rows": ('[{"a": 1}]', "data.format_unsupported", {}),
    "JSON lines": ('{"a": 1}\n{"a": 2}\n', "data.format_unsupported", {}),
    "a web page": ("<!DOCTYPE html><html></html>", "data.format_unsupported", {}),
    "random bytes": (np.random.default_rng(1).bytes(5000), "data.binary", {}),
    "zeros": (bytes(5000), "data.binary", {}),
    "UTF-16 without its mark": ("a,b\n1,2\n3,4\n".encode("utf-16-le"), "data.bad_encoding", {}),
    "half a UTF-16 character": ("a,b\n1,2\n".encode("utf-16") + b"\x00", "data.bad_encoding", {"line": 3}),
    "a mark that promises UTF-8": (b"\xef\xbb\xbfa,b\n1,\xff\n", "data.bad_encoding", {"line": 2}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_refused_with_its_code_and_place(parse: Parse, name: str) -> None:
    """Whoever sent the file must be able to go to the cell and mend it."""
    content, code, place = CASES[name]

    with pytest.raises(DatasetError) as raised:
        parse(content)

    found = raised.value.to_json()
    assert found["code"] == code
    assert found.get("position", {}) == place
    assert str(found["message"]).endswith(".")


LIMITED: dict[str, tuple[str, dict[str, int], str, dict[str, object]]] = {
    "bytes": ("a,b\n1,2\n", {"max_bytes": 7}, "data.too_large", {}),
    "rows": ("a,b\n1,2\n3,4\n", {"max_rows": 1}, "data.too_many_rows", {}),
    "columns": ("a,b,c\n1,2,3\n", {"max_columns": 2}, "data.too_many_columns", {"line": 1}),
    "a line of a million columns": ("1," * 10**6, {"max_line_chars": 10**5}, "data.too_many_columns", {"line": 1}),
    "an endless first line": ("x" * 10**6, {"max_line_chars": 10**5}, "data.line_too_long", {"line": 1}),
    "an endless later line": (
        "a,b\n1,2\n" + "x" * 3 * 10**6,
        {"max_line_chars": 5 * 10**5},
        "data.line_too_long",
        {"line": 3},
    ),
    "a cell": (
        "a,b\n1,2\n3," + "x" * 200 + "\n",
        {"max_cell_chars": 100},
        "data.cell_too_long",
        {"line": 3, "row": 2, "column": 2, "name": "b"},
    ),
    "a cell that is larger than a block": (
        "a,b\n1,2\n" + "x" * (5 * 10**6) + ",1\n",
        {"max_line_chars": 6 * 10**6},
        "data.cell_too_long",
        {"line": 3},
    ),
    "an open quote before megabytes": (
        'a,b\n1,2\n3,"4\n' + MANY * 4,
        {"max_cell_chars": 10**5, "max_line_chars": 10**5},
        "data.cell_too_long",
        {"line": 3},
    ),
}


@pytest.mark.parametrize("name", LIMITED)
def test_what_exceeds_a_limit_is_refused(parse: Parse, name: str) -> None:
    """Memory is bounded by refusing early, with the same care for the place."""
    content, limits, code, place = LIMITED[name]

    with pytest.raises(DatasetError) as raised:
        parse(content, **limits)

    found = raised.value.to_json()
    assert found["code"] == code
    assert found.get("position", {}) == place


@pytest.mark.parametrize("name", ["a", "größe, neu"])
def test_a_code_that_looks_like_too_large_a_number_is_read_as_its_refusal_says(parse: Parse, name: str) -> None:
    """12e345 is the number of an article; left empty, it would be lost."""
    content = f'"{name}",b\n12e345,1\n13e2,2\n'
    with pytest.raises(NonFinite) as raised:
        parse(content)
    hint = str(raised.value.hint)

    table = parse(content, told=Overrides.from_json({"kinds": json.loads(hint[hint.index("{") : hint.index("}") + 1])}))

    assert table.arrow[name].to_pylist() == ["12e345", "13e2"]


def test_what_is_infinite_by_name_is_no_code(parse: Parse) -> None:
    """The cell can only be left empty."""
    with pytest.raises(NonFinite) as raised:
        parse("a,b\n1,2\n3,inf\n")

    assert raised.value.hint == "Leave the cell empty if the value is missing."


def test_a_ragged_row_says_how_many_cells_it_has(parse: Parse) -> None:
    """Counting commas by eye is no fun."""
    with pytest.raises(DatasetError) as raised:
        parse("a,b,c\n1,2,3\n1,2,3,4,5\n")

    assert (raised.value.found, raised.value.expected) == (5, 3)
    assert raised.value.message == "Line 3 (data row 2) has 5 cells; the first row has 3."


@pytest.mark.parametrize(
    ("content", "name"),
    [(_zip(), "zip"), (_parquet(), "Parquet"), (_npy(), "NumPy"), (gzip.compress(b"a", mtime=0), "gzip")],
)
def test_a_refused_format_is_named(parse: Parse, content: bytes, name: str) -> None:
    """The content decides, so the message says what the content is."""
    with pytest.raises(DatasetError, match=name):
        parse(content)
