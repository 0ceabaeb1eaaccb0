"""Texts of wide tables are counted all columns at once, to what each column by itself would be."""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets import Limits, Table, digest_file, parse_csv
from datasets.columns.scan import ColumnScan
from datasets.columns.wide import wide_texts
from datasets.columns.wide.first_places import find_places
from datasets.columns.wide.wide_texts import scan_wide_texts

DAYS = [
    "2024-01-05",
    "2024-02-29",
    "2023-02-29",
    "0900-01-01",
    "2024-1-5",
    "05/06/2024",
    "13/06/2024",
    "2024-01-05 10:30",
]
WORDS = ["a", "A", "a.", "b  c", "\u00e4", "yes", "no", "NA", "nan", "-nan", "None", "?", "", " a ", "inf", "x" * 200]
FIGURES = ["1", "2", "1.5", "-3", "1e5", "007", "1e999", "$3", "4 kg", "1,5", "1.234", "12:30", "+5", ".5", "1."]
CODES = ["n3", "12q", "3 May 2024", "1 h 20 m", "--", "1.#ind", "\u0663", "1 m\u00b2", '=""2""']
MIXED = st.builds(
    lambda most, few: [*most * 3, *few],
    *(st.lists(st.sampled_from(some), min_size=1, max_size=4) for some in ([*FIGURES[:4], "1.234"], WORDS + CODES)),
)
CELLS = st.one_of(*(st.sampled_from(some) for some in (DAYS, WORDS, FIGURES, WORDS + FIGURES)))
COLUMN = st.one_of(
    *(st.lists(st.sampled_from(some), min_size=1, max_size=6) for some in (DAYS[:2], DAYS, WORDS, FIGURES)),
    st.lists(CELLS, min_size=1, max_size=6),
    MIXED,
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a delimiter and a table, each of whose columns has a few different cells."""
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    rows, seed = draw(st.integers(3, 130)), draw(st.integers(0, 99))
    rng = np.random.default_rng(seed)
    columns = [rng.choice(np.array(cells, object), rows) for cells in draw(st.lists(COLUMN, min_size=2, max_size=12))]
    columns.insert(0, np.array([f"row{row}" for row in range(rows)], object))
    lines = [[f"c{place}" for place in range(len(columns))], *zip(*columns, strict=True)]
    return delimiter, "".join(delimiter.join(f'"{cell}"' for cell in line) + "\n" for line in lines)


def read(folder: Path, text: str, least_columns: int) -> tuple[Table, str] | str:
    """Read a table, at once from so many columns on; gives the digest of what is stored with it, or the fault."""
    (folder / "table.csv").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wide_texts, "LEAST_COLUMNS", least_columns)
        try:
            table = parse_csv(folder / "table.csv", limits=Limits(), prepared=folder / "table.arrow")
        except Exception as fault:  # noqa: BLE001 - whatever it is, it has to be the same
            return repr(fault)
    return table, digest_file(folder / "table.arrow")


@settings(max_examples=60, deadline=None)
@given(tables())
def test_both_ways_give_the_same_table(drawn: tuple[str, str]) -> None:
    """To the byte of what is stored, with the same columns, warnings and faults."""
    with tempfile.TemporaryDirectory() as folder:
        quick, careful = read(Path(folder), drawn[1], 1), read(Path(folder), drawn[1], 10_000)

    if isinstance(quick, str) or isinstance(careful, str):
        assert quick == careful
        return
    assert quick[1] == careful[1]
    assert [column.to_json() for column in quick[0].columns] == [column.to_json() for column in careful[0].columns]
    assert quick[0].warnings == careful[0].warnings


def test_columns_with_a_text_are_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of numbers alone, and those without any cell, are left to look at each by itself."""
    monkeypatch.setattr(wide_texts, "LEAST_COLUMNS", 1)
    block = [pa.array(cells) for cells in (["a", "b"], ["1", "2"], ["", ""], ["1", "x"], ["2024-01-01", ""])]
    scans = {place: ColumnScan(str(place), width=5, decimals=".") for place in range(5)}

    assert scan_wide_texts(block, scans) == {0, 3, 4}


def test_places_follow_the_order_in_which_values_come() -> None:
    """For each column by itself; what is missing has none."""
    found = find_places(np.array([[7, 3, 7, -1], [-1, -1, -1, -1], [2, 2, 1, 2]]))

    assert found.of_cells.tolist() == [[0, 1, 0, -1], [-1, -1, -1, -1], [0, 0, 1, 0]]
    assert found.distinct.tolist() == [2, 0, 2]
    assert found.counts.tolist() == [2, 1, 3, 1]
