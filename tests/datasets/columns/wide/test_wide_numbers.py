"""Wide tables of few rows are read all columns at once, to what each column by itself would be."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from datasets import Column, Kind, Limits, digest_file, parse_csv
from datasets.columns.forms.missing_words import USUAL
from datasets.columns.wide import wide_numbers
from datasets.columns.wide.wide_numbers import read_wide_numbers
from datasets.errors import NonFinite
from tests.datasets.conftest import Parse

NUMBERS = 120


def columns(rows: int) -> Iterator[tuple[str, list[str]]]:
    """Make columns of every kind."""
    rng = np.random.default_rng(3)
    for place in range(NUMBERS):
        yield f"x{place}", [f"{value:.3f}" for value in rng.normal(size=rows) * 10.0 ** (place % 9 - 4)]
    yield "id", [str(row) for row in range(rows)]
    yield "whole", [str(row % 7) for row in range(rows)]
    yield "gaps", ["NA" if row % 3 else f"{row}.5" for row in range(rows)]
    yield "one number", ["", "4.25", *[""] * (rows - 2)]
    yield "same", ["7.0" if row % 2 else "7" for row in range(rows)]
    yield "empty", [""] * rows
    yield "words", [f"kind {row % 3}" for row in range(rows)]
    yield "zip", [f"0{row + 1000}" for row in range(rows)]
    yield "long", [str(2**60 + row) for row in range(rows)]
    yield "tiny", [repr(5e-324 * (row % 3)) for row in range(rows)]
    yield "huge", [repr((-1.0) ** row * 1.7e308) for row in range(rows)]
    yield "day", [f"2024-01-{1 + row % 28:02d}" for row in range(rows)]
    yield "money", [f"${row}.50" for row in range(rows)]
    yield "mixed", ["oops" if row == 5 else str(row) for row in range(rows)]


def written(rows: int) -> str:
    """Write them as a table."""
    names, cells = zip(*columns(rows), strict=True)
    return "\n".join([",".join(names), *(",".join(line) for line in zip(*cells, strict=True)), ""])


def close(mine: object, theirs: object) -> bool:
    """Whether statistics are the same up to the order of summing."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return list(mine) == list(theirs) and all(close(mine[key], theirs[key]) for key in mine)
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(close, mine, theirs))
    if isinstance(mine, float) and isinstance(theirs, float):
        return mine == pytest.approx(theirs, rel=1e-12, abs=1e-300)
    return mine == theirs


def facts(column: Column) -> dict[str, object]:
    """Return everything about a column."""
    return column.to_json()


@pytest.mark.parametrize("rows", [11, 40, 300])
def test_both_ways_give_the_same_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """To the byte of what is stored, with the same statistics and warnings."""
    (tmp_path / "table.csv").write_text(written(rows))
    quick = parse_csv(tmp_path / "table.csv", limits=Limits(), prepared=tmp_path / "quick.arrow")

    monkeypatch.setattr(wide_numbers, "LEAST_COLUMNS", 10_000)
    careful = parse_csv(tmp_path / "table.csv", limits=Limits(), prepared=tmp_path / "careful.arrow")

    assert digest_file(tmp_path / "quick.arrow") == digest_file(tmp_path / "careful.arrow")
    assert quick.warnings == careful.warnings
    for mine, theirs in zip(quick.columns, careful.columns, strict=True):
        assert close(facts(mine), facts(theirs)), mine.name


def test_most_columns_are_read_at_once() -> None:
    """Whatever has to be decided is left to the scan of single columns."""
    names, cells = zip(*columns(40), strict=True)

    found = read_wide_numbers([pa.array(column) for column in cells], names, USUAL, delimiter=",")

    assert {names[place] for place in found} == {
        *(f"x{place}" for place in range(NUMBERS)), *("whole", "gaps", "one number", "same", "tiny", "huge")
    }  # fmt: skip
    assert read_wide_numbers([pa.array(column) for column in cells], names, USUAL, delimiter=";") == {}


def test_an_infinite_number_is_named_as_ever(parse: Parse) -> None:
    """By line and column."""
    lines = written(20).splitlines()
    lines[7] = lines[7].replace(lines[7].split(",")[3], "1e999", 1)

    with pytest.raises(NonFinite, match="line 8"):
        parse("\n".join(lines))


def test_decimal_commas_between_tabs_are_left_to_the_careful_reader(parse: Parse) -> None:
    """They say what a point in other columns means."""
    header = "\t".join(["a", *(f"b{place}" for place in range(110))])

    table = parse(header + "\n" + "".join(f"{n},5\t" + "\t".join([f"{n + 1}.100"] * 110) + "\n" for n in range(9)))

    assert table.column("a").kind is table.column("b0").kind is Kind.NUMBER
    assert table.arrow["b0"][0].as_py() == 1100
