"""Columns that count or name the rows are told from columns that measure something."""

from pathlib import Path

import numpy as np
import pytest

from datasets import Kind, Limits, Overrides, Table, parse_table
from tests.datasets.conftest import Parse

ROWS = 40
RISING = [5 * number + number % 3 for number in range(ROWS)]
SHUFFLED = np.random.Generator(np.random.PCG64(2)).permutation(RISING).tolist()


def written(name: str, cells: list[object]) -> str:
    """Write a table of two columns, the first under this name."""
    return f"{name},noise\n" + "".join(f"{cell},{place * 7 % 11}\n" for place, cell in enumerate(cells))


def first(table: Table) -> tuple[Kind, bool]:
    """Return what the first column is, and whether it is known to rise."""
    return table.columns[0].kind, table.columns[0].rises


@pytest.mark.parametrize(
    "name", ["", "Unnamed: 0", "id", "ID", "index", "row_id", "PassengerId", "customer_id", "...1"]
)
@pytest.mark.parametrize("cells", [RISING, SHUFFLED], ids=["sorted", "shuffled"])
def test_a_column_named_as_rows_are_counted_is_an_identifier(parse: Parse, name: str, cells: list[object]) -> None:
    """With gaps, in any order: `DataFrame.sample` and `to_csv` leave such columns."""
    table = parse(written(name, cells))

    assert first(table)[0] is Kind.ID
    assert "data.id_column" in {warning.code for warning in table.warnings}


def test_numbers_that_rise_are_told_of_and_stay_numbers(parse: Parse) -> None:
    """An index under another name, or a table that is sorted by what was measured: only its owner knows."""
    table = parse(written("length", RISING))

    assert first(table) == (Kind.NUMBER, True)
    assert [(warning.code, warning.column) for warning in table.warnings] == [("data.id_column", "length")]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("length", SHUFFLED),
        ("length", [*RISING[:-1], RISING[-2]]),
        ("length", [number + 0.5 for number in RISING]),
        ("length", ["", *RISING[1:]]),
        ("length", RISING[:15]),
        ("id", [*RISING[:-1], RISING[0]]),
        ("store_id", [number % 9 for number in RISING]),
        ("acid", SHUFFLED),
    ],
    ids=["mixed", "repeating", "halves", "one missing", "few rows", "an id twice", "a key of others", "a word"],
)
def test_other_numbers_are_measured(parse: Parse, name: str, cells: list[object]) -> None:
    """Nothing is left out that could be learned from."""
    assert first(parse(written(name, cells))) == (Kind.NUMBER, False)


@pytest.mark.parametrize("name", ["length", "id"])
def test_an_owner_can_say_that_such_numbers_are_measured(tmp_path: Path, name: str) -> None:
    """The patch of the warning takes the doubt away: at upload, or by PATCH."""
    path = tmp_path / "table.csv"
    path.write_text(written(name, RISING))
    (warning,) = parse_table(path, limits=Limits()).warnings

    table = parse_table(path, limits=Limits(), overrides=Overrides.from_json(warning.patch or {}))

    assert first(table) == (Kind.NUMBER, False)
    assert table.warnings == ()


@pytest.mark.parametrize(
    ("name", "cells", "found"), [("id", SHUFFLED, (Kind.ID, False)), ("n", RISING, (Kind.NUMBER, True))]
)
def test_typed_tables_are_looked_at_alike(
    tmp_path: Path, name: str, cells: list[int], found: tuple[Kind, bool]
) -> None:
    """JSON Lines, Parquet and the like say as little about what counts rows."""
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(f'{{"{name}": {number}, "x": {place % 7}}}\n' for place, number in enumerate(cells)))

    assert first(parse_table(path, limits=Limits())) == found


@pytest.mark.parametrize(("names", "doubted"), [(("depth", "temp"), ["depth"]), (("id", "temp"), [])])
def test_a_table_has_one_index(parse: Parse, names: tuple[str, str], doubted: list[str]) -> None:
    """What rises beside it was measured: a table is sorted by it, or by what goes with it."""
    rows = "".join(f"{number},{2 * number + 1},x\n" for number in RISING)

    table = parse(f"{','.join(names)},kind\n{rows}")

    assert [column.name for column in table.columns if column.rises] == doubted
