"""What descriptions of columns tell without a look at their cells, which costs as much as reading the file again."""

from typing import Any

import pytest

from datasets import Column, Kind
from datasets.training_sets.trained_columns import column_as, may_differ


def column(kind: str, *, numeric: bool = False, **statistics: Any) -> Column:
    """Describe a column."""
    return Column(name="x", kind=Kind(kind), missing=0, distinct=2, numeric=numeric, statistics=statistics)


NUMBER, TEXT = column("number", numeric=True), column("category")
KILOS = column("number", numeric=True, format={"decimal": ".", "unit": "kg"})
DAYS, ISO = column("date", format="%d/%m/%Y"), column("date", format="ISO 8601")


@pytest.mark.parametrize(
    ("first", "kind", "values", "second", "differs"),
    [
        (NUMBER, "number", (), NUMBER, False),
        (NUMBER, "category", ("0", "1"), NUMBER, False),
        (NUMBER, "category", ("0", "1"), KILOS, True),
        (TEXT, "category", ("02134", "10001"), NUMBER, True),
        (TEXT, "category", ("a", "b"), TEXT, False),
        (TEXT, "category", ("a", "b"), column("category", missing_words=["a"]), True),
        (KILOS, "number", (), KILOS, False),
        (KILOS, "number", (), NUMBER, True),
        (DAYS, "date", (), DAYS, False),
        (DAYS, "date", (), ISO, False),
        (ISO, "date", (), DAYS, True),
        (DAYS, "category", (), DAYS, False),
        (column("number", numeric=True, missing_words=["-999"]), "number", (), NUMBER, True),
        (NUMBER, "number", (), column("empty"), False),
    ],
)
def test_only_columns_whose_descriptions_differ_are_looked_at(
    first: Column, kind: str, values: tuple[str, ...], second: Column, differs: object
) -> None:
    """Classes 0 and 1 are the most usual target: they need no look."""
    assert may_differ(column_as(first, kind, values), second) is differs
