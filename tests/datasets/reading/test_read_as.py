"""A date format and a kind that are told of one column go together, and the kind is the stronger word."""

from pathlib import Path

import pytest

from datasets import Kind, Limits, Overrides, Table, parse_table
from datasets.errors import NotBoolean, NotDate

SAME = "a,b\n" + "01/02/2022,1\n" * 3
TWO = "a,b\n01/02/2022,1\n03/04/2022,2\n01/02/2022,2\n"
DAYS_FIRST = {"a": "%d/%m/%Y"}


def read(folder: Path, content: str, kind: Kind | None = None) -> Table:
    """Read a table that is told to have the day first, and a kind."""
    path = folder / "table.csv"
    path.write_text(content)
    kinds = {} if kind is None else {"a": kind}
    return parse_table(path, limits=Limits(), overrides=Overrides(date_format=DAYS_FIRST, kinds=kinds))


def test_one_date_in_every_row_is_a_date_that_says_nothing(tmp_path: Path) -> None:
    """The format fits; there is nothing to refuse, and nothing to learn."""
    table = read(tmp_path, SAME)

    assert table.column("a").kind is Kind.CONSTANT
    assert [warning.code for warning in table.warnings if warning.column == "a"] == ["data.constant_column"]


def test_one_date_in_every_row_is_read_in_the_format_where_the_kind_is_told_too(tmp_path: Path) -> None:
    """By its own guess the service would take the month first."""
    column = read(tmp_path, SAME, Kind.DATE).column("a")

    assert column.kind is Kind.DATE
    assert column.statistics["format"] == "%d/%m/%Y"


@pytest.mark.parametrize("content", ["a,b\n" + "soon,1\n" * 3, "a,b\n" + "2022-02-01,1\n" * 3])
def test_another_text_in_every_row_is_no_date(tmp_path: Path, content: str) -> None:
    """The format fits no cell, so it was told of the wrong column, or is wrong."""
    with pytest.raises(NotDate, match="holds no dates like `%d/%m/%Y`"):
        read(tmp_path, content)


@pytest.mark.parametrize("kind", [Kind.CATEGORY, Kind.BOOLEAN, Kind.ID])
def test_texts_stay_as_they_are_written(tmp_path: Path, kind: Kind) -> None:
    """What was told of dates holds once the kind is a date again."""
    table = read(tmp_path, TWO, kind)

    assert table.column("a").kind is kind
    assert table.arrow["a"].to_pylist() == ["01/02/2022", "03/04/2022", "01/02/2022"]
    assert "format" not in table.column("a").statistics


def test_a_kind_that_does_not_fit_is_refused_by_its_name(tmp_path: Path) -> None:
    """Not for the format that gave way to it."""
    with pytest.raises(NotBoolean, match="a yes/no column has two"):
        read(tmp_path, SAME, Kind.BOOLEAN)
