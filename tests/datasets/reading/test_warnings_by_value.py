"""Single values that nobody meant are told to the owner of a table, with their row."""

from pathlib import Path

import pyarrow as pa
import pytest

from datasets import Limits, Table, parse_table
from tests.datasets.conftest import Parse
from tests.datasets.reading.broken import parquet


def told(table: Table, code: str) -> list[str]:
    """Return the messages of one code."""
    return [warning.message for warning in table.warnings if warning.code == code]


@pytest.mark.parametrize(("one", "other"), [(">50K", ">50K."), ("Yes", "yes"), ("New York", "new  york"), ("a", "A ")])
def test_labels_that_differ_in_hardly_anything_are_told(parse: Parse, one: str, other: str) -> None:
    """The census table ends its labels with a dot in one of its files; each spelling would be a class of its own."""
    table = parse(f'x,label\n1,"{one}"\n2,"{other}"\n3,else\n4,"{one}"\n')

    (message,) = told(table, "data.similar_labels")
    assert f"`{one.strip()}`" in message
    assert f"`{other.strip()}`" in message


def test_other_labels_are_not_told(parse: Parse) -> None:
    """A number with a dot is another number, and a minus is no blank."""
    assert told(parse("x,label\n1,a-b\n2,ab\n3,v1.5\n4,v15\n"), "data.similar_labels") == []


@pytest.mark.parametrize("value", ["1e300", "-1e300", "12000000000"])
def test_a_number_far_from_all_others_is_named_with_its_row(parse: Parse, value: str) -> None:
    """One such cell makes all others look the same once they are scaled; the header is line 1."""
    rows = [str(number % 13) for number in range(40)]
    rows[10] = value

    table = parse("x,y\n" + "".join(f"{row},a\n" for row in rows))

    (message,) = told(table, "data.far_value")
    assert "line 12, data row 11, column 1 `x`" in message
    assert next(w.position.line for w in table.warnings if w.position and w.code == "data.far_value") == 12


def test_numbers_of_many_sizes_are_not_told(parse: Parse) -> None:
    """Incomes, populations and amounts of money reach far; where many do, it is the column's way."""
    sizes = parse("x,y\n" + "".join(f"{3 ** (number % 12)},a\n" for number in range(40)))
    seldom = parse("x,y\n" + "".join(f"{0 if number % 4 else 10**9 + number},a\n" for number in range(40)))

    assert told(sizes, "data.far_value") == told(seldom, "data.far_value") == []


def test_typed_tables_name_the_row_alone(tmp_path: Path) -> None:
    """Parquet has no lines."""
    path = tmp_path / "table.parquet"
    path.write_bytes(parquet(pa.table({"x": [1.0, 2.0, 3.0, 1e300, 4.0, 2.5]})))

    (message,) = told(parse_table(path, limits=Limits()), "data.far_value")

    assert "at data row 4, column 1 `x`" in message
