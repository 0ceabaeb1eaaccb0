"""Rows of JSON are checked with care and become what a table's rows become."""

import time

import numpy as np
import pyarrow as pa
import pytest

from datasets import Table
from datasets.errors import (
    ColumnsChanged,
    DatasetError,
    NonFinite,
)
from tests.datasets.conftest import ROW, Parse, fit


def test_rows_of_json_become_what_the_table_becomes(table: Table) -> None:
    """A prediction must see what training saw."""
    preprocessing = fit(table)
    rows = table.arrow.to_pylist()

    assert np.array_equal(preprocessing.transform(rows), preprocessing.transform(table.arrow))


BAD_ROWS: dict[str, tuple[dict[str, object], type[DatasetError], str | None]] = {
    "an unknown column": ({**ROW, "agee": 1}, ColumnsChanged, "agee"),
    "an absent column": ({"age": 33, "city": "Lyon", "pay": 1}, ColumnsChanged, "member"),
    "an empty row": ({}, ColumnsChanged, "age"),
    "text for a number": ({**ROW, "age": "33 years"}, ColumnsChanged, "age"),
    "true for a number": ({**ROW, "pay": True}, ColumnsChanged, "pay"),
    "a list for a number": ({**ROW, "pay": [1]}, ColumnsChanged, "pay"),
    "an object for a category": ({**ROW, "city": {}}, ColumnsChanged, "city"),
    "true for a category": ({**ROW, "city": True}, ColumnsChanged, "city"),
    "neither yes nor no": ({**ROW, "member": "maybe"}, ColumnsChanged, "member"),
    "a number that is neither": ({**ROW, "member": 2}, ColumnsChanged, "member"),
    "a list for yes or no": ({**ROW, "member": []}, ColumnsChanged, "member"),
    "infinity": ({**ROW, "age": float("inf")}, NonFinite, "age"),
    "not a number": ({**ROW, "age": float("nan")}, NonFinite, "age"),
    "an integer beyond floats": ({**ROW, "age": 10**400}, NonFinite, "age"),
    "a number beyond float32": ({**ROW, "age": 1e300}, NonFinite, "age"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_refused_with_its_place(table: Table, name: str) -> None:
    """Among a thousand rows, the sender must learn which one and which column."""
    row, error, column = BAD_ROWS[name]

    with pytest.raises(error) as raised:
        fit(table).transform([ROW, row])

    assert raised.value.position is not None
    assert (raised.value.position.row, raised.value.position.name) == (2, column)


def test_a_misspelled_column_gets_a_hint(table: Table) -> None:
    """The likely meaning is cheap to find."""
    with pytest.raises(ColumnsChanged) as raised:
        fit(table).transform([{"aeg": 33, "city": "Lyon", "member": "yes", "pay": 1}])

    assert raised.value.hint == "Did you mean `age` instead of `aeg`?"


def test_a_table_with_other_columns_is_refused(table: Table) -> None:
    """As rows are."""
    with pytest.raises(ColumnsChanged, match="lacks `age`"):
        fit(table).transform(table.arrow.drop_columns(["age"]))


def test_a_table_with_text_for_numbers_is_refused(table: Table) -> None:
    """As rows are."""
    changed = table.arrow.set_column(0, "age", pa.array(["1", "2", "x", "4", "5", "6"]))

    with pytest.raises(ColumnsChanged) as raised:
        fit(table).transform(changed)

    assert raised.value.position is not None
    assert raised.value.position.row == 3


def test_rows_may_carry_the_target_and_what_was_left_out(parse: Parse) -> None:
    """Rows copied from the dataset can be predicted as they are."""
    table = parse("a,b,same\n1,x,0\n2,y,0\n3,x,0\n")
    preprocessing = fit(table, range(3), target="b")

    assert preprocessing.transform([{"a": 1, "b": "x", "same": 0}, {"a": 1}]).tolist()[0] == [-1.2247449159622192]


def test_an_unseen_category_is_all_zeros_without_other(table: Table) -> None:
    """New values are no errors: the network then knows nothing about the column."""
    inputs = fit(table).transform([{**ROW, "city": "Oslo"}])

    assert inputs[0, 2:6].tolist() == [0, 0, 0, 0]


def test_missing_values_without_an_input_of_their_own_are_filled(table: Table) -> None:
    """Training saw no gap in `pay` and `member`; null there is the median, and the more frequent yes."""
    inputs = fit(table).transform([{"age": None, "city": None, "member": None, "pay": None}])

    assert inputs[0].tolist() == pytest.approx([0, 1, 0, 0, 0, 1, 1, 0])


def test_json_booleans_fit_a_yes_no_column(table: Table) -> None:
    """JSON's true means yes, however the file spelled it."""
    inputs = fit(table).transform([{**ROW, "member": True}, {**ROW, "member": False}, {**ROW, "member": "yes"}])

    assert inputs[:, 6].tolist() == [1, 0, 1]


YES, NO = ("YES", "Yes", " yes ", "y", "T", "true", 1, 1.0, "1"), ("NO", "n", "F", "False", 0, "0")


@pytest.mark.parametrize(
    ("spelling", "meaning"), [*((spelling, 1) for spelling in YES), *((spelling, 0) for spelling in NO)]
)
def test_every_spelling_of_yes_and_no_is_known(table: Table, spelling: object, meaning: int) -> None:
    """Whoever asks for a prediction spells as another table did."""
    inputs = fit(table).transform([{**ROW, "member": spelling}])

    assert inputs[0, 6] == meaning


def test_a_second_table_may_spell_otherwise(table: Table) -> None:
    """As in a dataset for validation; what is neither is named with its row."""
    preprocessing = fit(table)
    member = table.arrow.schema.get_field_index("member")
    other = pa.array(["TRUE" if cell == "yes" else "FALSE" for cell in table.arrow["member"].to_pylist()])
    spoilt = pa.array(["maybe" if row == 2 else "yes" for row in range(len(other))])

    same = preprocessing.transform(table.arrow.set_column(member, "member", other))

    assert np.array_equal(same, preprocessing.transform(table.arrow))
    with pytest.raises(ColumnsChanged, match="row 3 is `maybe`, which is neither `no` nor `yes`"):
        preprocessing.transform(table.arrow.set_column(member, "member", spoilt))


def test_no_rows_give_no_inputs(table: Table) -> None:
    """An empty list is a list."""
    preprocessing = fit(table)

    assert preprocessing.transform([]).shape == (0, 8)
    assert preprocessing.transform(table.arrow.slice(0, 0)).shape == (0, 8)


def test_one_row_is_transformed_in_well_under_a_millisecond(table: Table) -> None:
    """Predictions are answered while a person waits; the best of many tries ignores a busy machine."""
    preprocessing = fit(table)
    preprocessing.transform([ROW])
    durations = []
    for _ in range(200):
        start = time.perf_counter()
        preprocessing.transform([ROW])
        durations.append(time.perf_counter() - start)

    assert min(durations) < 5e-4
