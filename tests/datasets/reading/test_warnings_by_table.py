"""What columns look like together is told to the owner of a table, once and with a name."""

import numpy as np
import pytest

from datasets import Table
from tests.datasets.conftest import Parse

RANDOM = np.random.Generator(np.random.PCG64(3))
ROWS = 300
NOISE = RANDOM.normal(size=ROWS)
CLASSES = RANDOM.permutation(["a", "b", "c"] * 100)


def table_of(parse: Parse, **columns: object) -> Table:
    """Write columns as CSV and read them."""
    lines = zip(*columns.values(), strict=True)  # type: ignore[call-overload]
    return parse(",".join(columns) + "\n" + "".join(",".join(map(str, line)) + "\n" for line in lines))


def told(table: Table) -> dict[str, str | None]:
    """Warning codes with their columns."""
    return {warning.code: warning.column for warning in table.warnings}


def test_nothing_is_said_of_a_table_without_oddities(parse: Parse) -> None:
    """Warnings that always come are read by nobody."""
    table = table_of(parse, x=NOISE, z=RANDOM.normal(size=ROWS) * 100, target=CLASSES)

    assert told(table) == {}


def test_a_copied_column_is_named(parse: Parse) -> None:
    """Under another name, with the same cells; the same cells in another order are no copy."""
    table = table_of(parse, x=NOISE, other=NOISE, turned=NOISE[::-1], target=CLASSES)

    assert told(table) == {"data.duplicate_column_values": "other"}


def test_a_lopsided_column_is_named(parse: Parse) -> None:
    """Nine of three hundred are hard to learn and easy to overlook."""
    rare = np.where(np.arange(ROWS) < 9, "yes", "no")

    assert told(table_of(parse, x=NOISE, z=NOISE**2, target=rare)) == {"data.imbalanced_column": "target"}


def test_scales_far_apart_are_named(parse: Parse) -> None:
    """A hundred thousand times the spread."""
    assert told(table_of(parse, x=NOISE, z=RANDOM.normal(size=ROWS) * 1e5, target=CLASSES)) == {
        "data.scales_differ": "z"
    }


LEAKS = {
    "a code of each class": np.char.add("code-", CLASSES),
    "a stretch for each class": np.searchsorted(["a", "b", "c"], CLASSES) * 10 + RANDOM.random(ROWS),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_column_that_gives_the_answer_away_is_named(parse: Parse, name: str) -> None:
    """It is usually made from the answer, and will not be there when predictions are wanted."""
    assert told(table_of(parse, x=NOISE, leak=LEAKS[name], target=CLASSES)) == {"data.leaking_column": "leak"}


def test_a_column_in_proportion_to_a_number_to_be_predicted_is_named(parse: Parse) -> None:
    """The price in another currency."""
    table = table_of(parse, x=NOISE, cents=NOISE[::-1] * 100 + 7, target=NOISE[::-1])

    assert told(table) == {"data.leaking_column": "cents"}
