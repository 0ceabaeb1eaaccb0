"""Columns that tell the target are found for any target, from the rows themselves."""

import numpy as np
import pytest

from datasets import Table
from datasets.reading.leaks import leaking_columns, likely_target
from tests.datasets.conftest import Parse

RANDOM = np.random.Generator(np.random.PCG64(3))
ROWS = 2_400
CLASSES = RANDOM.permutation(["no", "yes"] * (ROWS // 2))
CODES = np.where(CLASSES == "no", "Q1", "X9")


def table_of(parse: Parse, **columns: object) -> Table:
    """Write columns as CSV and read them."""
    lines = zip(*columns.values(), strict=True)  # type: ignore[call-overload]
    return parse(",".join(columns) + "\n" + "".join(",".join(map(str, line)) + "\n" for line in lines))


def test_any_column_can_be_the_target(parse: Parse) -> None:
    """Which one it is, only the job tells; a column tells its target, and is told by it where both are one to one."""
    table = table_of(parse, code=CODES, noise=RANDOM.normal(size=ROWS), churn=CLASSES)

    assert leaking_columns(table.columns, table.arrow, "churn") == ("code",)
    assert leaking_columns(table.columns, table.arrow, "code") == ("churn",)
    assert leaking_columns(table.columns, table.arrow, "noise") == ()


def test_one_row_that_differs_is_enough(parse: Parse) -> None:
    """It says `in every row`; rows between those that were glanced at count as well."""
    table = table_of(parse, code=["X9", *CODES[1:], "Q1"], churn=["no", *CLASSES[1:], "yes"])

    assert leaking_columns(table.columns, table.arrow, "churn") == ()


@pytest.mark.parametrize("is_sorted", [False, True])
def test_stretches_of_numbers_tell_classes(parse: Parse, *, is_sorted: bool) -> None:
    """Also where the table is sorted by its classes, so that its first rows show one of them."""
    order = np.argsort(CLASSES, kind="stable") if is_sorted else np.arange(ROWS)
    score = np.where(CLASSES == "no", 0, 10) + RANDOM.random(ROWS)
    table = table_of(parse, score=score[order], noise=RANDOM.random(ROWS), churn=CLASSES[order])

    assert leaking_columns(table.columns, table.arrow, "churn") == ("score",)


def test_the_likely_target_has_the_name_or_few_values(parse: Parse) -> None:
    """A column of numbers without such a name is not suspected to be the answer."""
    named = table_of(parse, y=RANDOM.random(30), churn=CLASSES[:30])
    yes_no = table_of(parse, x=RANDOM.random(30), churn=CLASSES[:30])
    numbers = table_of(parse, x=RANDOM.random(30), z=RANDOM.random(30))

    assert [likely_target(table.columns) for table in (named, yes_no, numbers)] == ["y", "churn", None]
