"""Whatever is sent is read or refused with a reason; nothing else ever happens."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from datasets import Limits, parse_csv
from datasets.errors import DatasetError, Malformed

pieces = st.sampled_from([b'"', b",", b";", b"\n", b"\r", b"\r\n", b"a", b"1", b"1.5", b" ", b'""', b"\t", b"|", b"NA"])
odd_pieces = st.sampled_from(
    [b"\0", b"\xff", b"\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xa9", b"\x85", b"inf", b"\x1a", b"{"]
)
nearly_tables = st.lists(pieces | odd_pieces, max_size=40).map(b"".join)


@given(content=st.binary(max_size=200) | nearly_tables)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No file may end in an answer of 500; and every refusal has found its place."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        try:
            table = parse_csv(path, limits=Limits(max_columns=20, max_line_chars=300, max_cell_chars=100))
        except Malformed as error:
            raise AssertionError("a fault without a place") from error
        except DatasetError:
            return

    assert table.row_count == table.arrow.num_rows > 0


@given(content=st.lists(pieces, max_size=60).map(b"".join))
def test_rows_are_those_of_the_standard_library(content: bytes) -> None:
    """Two readers look at each file, a fast one and an exact one: they must see the same number of rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        try:
            table = parse_csv(path, limits=Limits())
        except DatasetError:
            return

    assert table.dialect is not None
    text = io.StringIO(content.decode(), newline="")
    rows = sum(1 for row in csv.reader(text, delimiter=table.dialect.delimiter) if row)
    assert table.row_count == rows - table.dialect.has_header
