"""The quick reader of large files says what the careful one says, or leaves the file to it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from datasets import Column, Limits, open_prepared, parse_csv
from datasets.errors import DatasetError
from datasets.reading.csv.dialect import sniff
from datasets.reading.csv.fast import LEAST_BYTES, read_plain
from datasets.reading.csv.parse_csv import read_carefully
from datasets.reading.csv.text_file import open_text_file

LIMITS = Limits()
ROWS = 30_000
Both = Callable[[str], tuple[list[Column], list[Column], pa.Table, pa.Table] | None]


@pytest.fixture
def both(tmp_path: Path) -> Both:
    """Read a text with both readers; None where the quick one declines."""

    def read(text: str) -> tuple[list[Column], list[Column], pa.Table, pa.Table] | None:
        path = tmp_path / "table.csv"
        path.write_text(text)
        with open_text_file(path, LIMITS) as source:
            layout = sniff(source, LIMITS)
            quick = read_plain(source, layout, LIMITS, tmp_path / "quick.arrow", least_bytes=0)
            if quick is None:
                return None
            careful = read_carefully(source, layout, LIMITS, tmp_path / "careful.arrow")
        assert quick[1] == careful[1]
        assert quick[2] == careful[2]
        tables = [open_prepared(tmp_path / f"{name}.arrow") for name in ("quick", "careful")]
        return list(quick[0]), list(careful[0]), tables[0], tables[1]

    return read


def texts(table: pa.Table, name: str) -> list[str | None]:
    """Write out a column of any type."""
    return pc.cast(table.column(name), pa.string()).to_pylist()


def flat(value: object) -> object:
    """Lay a histogram or quantiles out as numbers."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in (part if isinstance(part, list) else [part])]
    return value


def lines(*columns: str, rows: int = ROWS) -> str:
    """Write a table whose cells follow from the row's number."""
    header = ",".join(f"c{index}" for index in range(len(columns)))
    body = "\n".join(",".join(column.format(i=i, m=i % 7, h=i / 7) for column in columns) for i in range(rows))
    return f"{header}\n{body}\n"


PLAIN = {
    "numbers": lines("{h}", "{i}", "{m}"),
    "categories": lines("{h}", "kind {m}"),
    "yes and no": lines("{h}", "yes", "no").replace("0.0,yes", "0.0,no"),
    "identifiers": lines("{h}", "customer-{i}"),
    "dates": lines("{h}", "2024-05-0{m}").replace("2024-05-00", "2024-05-09"),
    "missing values": lines("{h}", "{m}", "kind {m}").replace("kind 3", "").replace(",4,", ",NA,"),
    "quotes": lines('"{h}"', '"a, ""b"" {m}"'),
    "a column without values": lines("{h}", "", "{m}"),
    "constants": lines("{h}", "same", "5"),
    "texts late among numbers": lines("{h}", "{i}").replace("\n4.142857142857143,29\n", "\n4.142857142857143,many\n"),
    "numbers behind empty cells": lines("{h}", "", rows=200_000) + "1,5\n",
    "no final newline": lines("{h}", "kind {m}").rstrip(),
    "thousands": lines("{h}", '"{i:,}.5"'),
    "percent with words for missing ones": lines("{h}", "{m} %").replace(",3 %", ",#N/A"),
    "numbers with words for missing ones late": lines("{h}", "{i}") + "1,#N/A\n1,nil\n",
    "days with months": lines("{h}", "{m} Oct 2024 10:0{m}").replace("0 Oct", "9 Oct"),
    "times": lines("{h}", "1{m}:30:0{m}"),
    "copies of rows": lines("{m}", "kind {m}"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_both_readers_say_the_same(both: Both, name: str) -> None:
    """Which of them reads is a matter of speed alone."""
    found = both(PLAIN[name])

    assert found is not None
    quick, careful, table, other = found
    assert table.column_names == other.column_names
    for mine, theirs in zip(quick, careful, strict=True):
        assert (mine.name, mine.kind, mine.missing, mine.numeric) == (
            theirs.name, theirs.kind, theirs.missing, theirs.numeric
        )  # fmt: skip
        assert texts(table, mine.name) == texts(other, mine.name)
        uncounted = {"taken_as_missing"} if mine.numeric else set()  # pyarrow passes words among numbers over
        assert set(mine.statistics) - uncounted == set(theirs.statistics) - uncounted
        for key in {"min", "max", "mean", "std", "quantiles", "histogram", "whole", "format"} & set(mine.statistics):
            if key == "format" or isinstance(mine.statistics[key], str):
                assert mine.statistics[key] == theirs.statistics[key], key
                continue
            assert flat(mine.statistics[key]) == pytest.approx(flat(theirs.statistics[key]), rel=1e-9, abs=1e-12), key
        if mine.distinct_exact:
            assert (mine.distinct, mine.statistics.get("top")) == (theirs.distinct, theirs.statistics.get("top"))


LEFT = {
    "a ragged row": lines("{h}", "{i}") + "1\n",
    "an open quote": lines("{h}", "kind {m}") + '1,"open\n' + "2,x\n" * 3,
    "an infinite number": lines("{h}", "{i}") + "inf,1\n",
    "blanks around texts": lines("{h}", " kind {m} "),
    "a blank line above": "\n" + lines("{h}", "{i}"),
    "decimal commas": lines("{i}", "{m}").replace(",", ";"),
    "one price that is none": lines("{h}", "${i}") + "1,ask\n",
    "one bad date": lines("{h}", "2024-05-1{m}") + "1,soon\n",
    "days that read both ways": lines("{h}", "0{m}/02/2024").replace("00/", "09/"),
    "money behind empty cells": lines("{h}", "", rows=200_000) + "".join(f"{i},${i}.50\n" for i in range(9)),
    "texts behind empty cells": lines("{h}", "", rows=400_000) + "1,late\n2,later\n",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_unusual_is_left_to_the_careful_reader(both: Both, name: str) -> None:
    """It alone names the place of a fault, and knows every way of writing."""
    assert both(LEFT[name]) is None


def test_one_text_in_row_300_000_is_found_and_named(tmp_path: Path) -> None:
    """By line, row and column, in a file that the quick reader reads."""
    values = np.random.Generator(np.random.PCG64(1)).random((400_000, 3)).round(12)
    rows = [f"{a},{b},{c}" for a, b, c in values.tolist()]
    rows[299_999] = "1,many,3"
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["a,b,c", *rows]) + "\n")
    assert path.stat().st_size > LEAST_BYTES

    table = parse_csv(path, limits=LIMITS)

    (warning,) = [each for each in table.warnings if each.code == "data.mixed_column"]
    assert warning.position is not None
    assert warning.position.to_json() == {"line": 300_001, "row": 300_000, "column": 2, "name": "b"}
    assert "many" in warning.message


def test_a_fault_far_below_is_named_by_the_careful_reader(tmp_path: Path) -> None:
    """The quick reader knows that something is wrong, the careful one where."""
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "1.23456789,kind of\n" * 1_000_000 + "1,2,3\n")

    with pytest.raises(DatasetError) as raised:
        parse_csv(path, limits=LIMITS)

    assert raised.value.to_json()["position"] == {"line": 1_000_002, "row": 1_000_001, "column": 3}
