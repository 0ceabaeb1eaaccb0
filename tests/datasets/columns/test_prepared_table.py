"""The prepared file holds the values exactly, in bytes that follow from the values alone."""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from datasets import Limits, digest_file, open_prepared, parse_csv, write_prepared
from datasets.columns.prepared_table import PreparedWriter
from tests.datasets.conftest import Parse

TEXT = "x,word,gap\n" + "".join(f"{i / 7},w{i % 5},{'' if i % 3 else i}\n" for i in range(3000))


def test_a_prepared_file_gives_the_table_back(parse: Parse, tmp_path: Path) -> None:
    """Workers read this file instead of the CSV."""
    table = parse(TEXT)

    write_prepared(table, tmp_path / "prepared.arrow")

    assert open_prepared(tmp_path / "prepared.arrow").equals(table.arrow)


def test_equal_tables_give_equal_bytes(parse: Parse, tmp_path: Path) -> None:
    """However the file was written and cut into blocks, its prepared form has one digest."""
    digests = set()
    for name, content in {
        "plain": TEXT.encode(),
        "windows": TEXT.replace("\n", "\r\n").encode("utf-16"),
        "quoted": TEXT.replace("w1", '"w1"').replace(",", ";").encode(),
    }.items():
        write_prepared(parse(content), tmp_path / name)
        digests.add(digest_file(tmp_path / name))

    assert len(digests) == 1


def test_writing_while_parsing_gives_the_same_bytes(tmp_path: Path) -> None:
    """One way to say a thing: with a destination or without."""
    (tmp_path / "table.csv").write_text(TEXT)

    direct = parse_csv(tmp_path / "table.csv", limits=Limits(), prepared=tmp_path / "direct")
    write_prepared(parse_csv(tmp_path / "table.csv", limits=Limits()), tmp_path / "later")

    assert direct.row_count == 3000
    assert digest_file(tmp_path / "direct") == digest_file(tmp_path / "later")


def test_what_stands_under_a_null_is_not_written(tmp_path: Path) -> None:
    """Leftovers of memory would change the digest from run to run."""
    digests = set()
    for leftover in (0.0, 7.0):
        values = pa.Array.from_buffers(
            pa.float64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(np.array([1.0, leftover]).tobytes())]
        )
        with PreparedWriter(tmp_path / "out", pa.schema([("x", pa.float64())])) as writer:
            writer.add([values])
        digests.add(digest_file(tmp_path / "out"))

    assert len(digests) == 1


def test_blocks_of_any_size_give_the_same_bytes(tmp_path: Path) -> None:
    """How a reader cuts the rows must not show."""
    rows = pa.array(np.arange(200_000.0))
    digests = set()
    for size in (999, 65_536, 200_000):
        with PreparedWriter(tmp_path / "out", pa.schema([("x", pa.float64())])) as writer:
            for start in range(0, len(rows), size):
                writer.add([rows.slice(start, size)])
        digests.add(digest_file(tmp_path / "out"))

    assert len(digests) == 1


def test_a_prepared_file_is_mapped_not_read(parse: Parse, tmp_path: Path) -> None:
    """Data larger than memory trains."""
    write_prepared(parse("x,y\n" + "1.5,2.5\n" * 200_000), tmp_path / "prepared.arrow")
    before = pa.total_allocated_bytes()

    table = open_prepared(tmp_path / "prepared.arrow")

    assert table.nbytes > 3_000_000
    assert pa.total_allocated_bytes() - before < 100_000


def test_a_table_outlives_its_unnamed_file(parse: Parse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a destination the values live as long as the table, and nothing is left behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    table = parse(TEXT.encode("utf-16"))

    assert table.arrow.column("x")[2999].as_py() == 2999 / 7
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
