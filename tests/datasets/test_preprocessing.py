"""Rows become the same inputs in training and in prediction, by what the training rows alone have shown."""

import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import Preprocessing, Table, fit_preprocessing, prepare_examples
from datasets.encodings import BooleanEncoding, CategoryEncoding, NumberEncoding, TargetEncoding
from datasets.errors import (
    ColumnsChanged,
    DatasetError,
    NoFeatures,
    NonFinite,
    NotBoolean,
    NotNumeric,
    TargetMissing,
    TargetSingleValue,
    TooManyClasses,
    UnknownColumn,
)
from tests.datasets.conftest import Parse

TEXT = """age,city,member,pay,bought
20,Lyon,yes,100,a
30,Paris,no,200,b
,Lyon,yes,300,a
50,,no,400,b
60,Nice,yes,500,a
70,Lyon,no,600,b
"""


@pytest.fixture
def table(parse: Parse) -> Table:
    """Numbers, categories and yes/no with gaps."""
    return parse(TEXT)


def fit(table: Table, rows: Sequence[int] = range(5), **options: Any) -> Preprocessing:
    """Fit to some rows, for `bought` unless something else is asked for."""
    asked = {"target": "bought", "task": "binary", **options}
    return fit_preprocessing(table.arrow, table.columns, training_rows=np.array(rows), **asked)


def test_each_kind_becomes_its_inputs(table: Table) -> None:
    """The whole encoding of a small table, calculated by hand."""
    preprocessing = fit(table)

    inputs = preprocessing.transform(table.arrow)
    ages = np.array([20.0, 30.0, 50.0, 60.0])
    expected_age = (np.array([20, 30, 40, 50, 60, 70]) - ages.mean()) / ages.std()  # the median, 40, stands in
    pay = np.array([100, 200, 300, 400, 500, 600])
    assert preprocessing.feature_names == (
        "age", "age=missing", "city=Lyon", "city=Nice", "city=Paris", "city=missing", "member", "pay"
    )  # fmt: skip
    assert inputs.dtype == np.float32
    assert inputs[:, 0] == pytest.approx(expected_age, rel=1e-6)
    assert inputs[:, 1].tolist() == [0, 0, 1, 0, 0, 0]
    assert inputs[:, 2:6].argmax(axis=1).tolist() == [0, 2, 0, 3, 1, 0]
    assert inputs[:, 2:6].sum(axis=1).tolist() == [1] * 6
    assert inputs[:, 6].tolist() == [1, 0, 1, 0, 1, 0]
    assert inputs[:, 7] == pytest.approx((pay - pay[:5].mean()) / pay[:5].std(), rel=1e-6)


def test_held_out_rows_leave_no_trace(parse: Parse) -> None:
    """Whatever stands in the validation rows, the fitted preprocessing is the same to the last bit."""
    fitted = fit(parse(TEXT))
    changed = fit(parse(TEXT.replace("70,Lyon,no,600,b", ",Rome,no,1e9,b")))

    assert json.dumps(changed.to_json()) == json.dumps(fitted.to_json())


def test_training_rows_do_leave_a_trace(parse: Parse) -> None:
    """The proof above would be worth nothing if nothing ever changed."""
    fitted = fit(parse(TEXT))
    changed = fit(parse(TEXT.replace("60,Nice,yes,500,a", ",Rome,yes,1e9,a")))

    assert changed.features[0] != fitted.features[0]
    assert changed.features[1] != fitted.features[1]


def test_rows_of_json_become_what_the_table_becomes(table: Table) -> None:
    """A prediction must see what training saw."""
    preprocessing = fit(table)
    rows = table.arrow.to_pylist()

    assert np.array_equal(preprocessing.transform(rows), preprocessing.transform(table.arrow))


def test_json_gives_the_same_preprocessing_back(table: Table) -> None:
    """It is stored as JSON beside the weights."""
    preprocessing = fit(table)

    assert Preprocessing.from_json(json.loads(json.dumps(preprocessing.to_json()))) == preprocessing


def test_another_version_is_refused(table: Table) -> None:
    """Reading it as if it were this one would give wrong predictions."""
    with pytest.raises(ValueError, match="version 2"):
        Preprocessing.from_json({**fit(table).to_json(), "version": 2})


@given(floats=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=5, max_size=5))
def test_json_keeps_every_bit_of_a_float(floats: list[float]) -> None:
    """Rounded means would move every prediction."""
    mean, scale, fill, target_mean, target_scale = floats
    number = NumberEncoding(column="x", mean=mean, scale=scale, fill=fill, indicator=True)
    target = TargetEncoding(column="y", task="regression", mean=target_mean, scale=target_scale)
    preprocessing = Preprocessing(features=(number,), target=target, ignored=("z",))

    again = Preprocessing.from_json(json.loads(json.dumps(preprocessing.to_json())))

    assert repr(again) == repr(preprocessing)


ROW = {"age": 33, "city": "Lyon", "member": "yes", "pay": 1}
BAD_ROWS: dict[str, tuple[dict[str, object], type[DatasetError], str | None]] = {
    "an unknown column": ({**ROW, "agee": 1}, ColumnsChanged, "agee"),
    "an absent column": ({"age": 33, "city": "Lyon", "pay": 1}, ColumnsChanged, "member"),
    "an empty row": ({}, ColumnsChanged, "age"),
    "text for a number": ({**ROW, "age": "33"}, ColumnsChanged, "age"),
    "true for a number": ({**ROW, "pay": True}, ColumnsChanged, "pay"),
    "a list for a number": ({**ROW, "pay": [1]}, ColumnsChanged, "pay"),
    "an object for a category": ({**ROW, "city": {}}, ColumnsChanged, "city"),
    "true for a category": ({**ROW, "city": True}, ColumnsChanged, "city"),
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
    """Training saw no gap in `pay` and `member`; null there is the median, and no."""
    inputs = fit(table).transform([{"age": None, "city": None, "member": None, "pay": None}])

    assert inputs[0].tolist() == pytest.approx([0, 1, 0, 0, 0, 1, 0, 0])


def test_many_categories_share_other(parse: Parse) -> None:
    """The most frequent keep an input of their own; the rest and the unseen share one."""
    cells = "".join(f"{city},{i % 2}\n" for i, city in enumerate("aaabbbccdde"))
    table = parse("city,y\n" + cells)

    preprocessing = fit(table, range(11), target="y", max_categories=4)

    assert preprocessing.feature_names == ("city=a", "city=b", "city=c", "city=other")
    assert preprocessing.transform([{"city": "e"}, {"city": "new"}, {"city": "b"}]).tolist() == [
        [0, 0, 0, 1],
        [0, 0, 0, 1],
        [0, 1, 0, 0],
    ]


def test_as_many_categories_as_allowed_need_no_other(parse: Parse) -> None:
    """Four of four is not too many."""
    table = parse("city,y\n" + "".join(f"{city},{i % 2}\n" for i, city in enumerate("abcdabcd")))

    assert fit(table, range(8), target="y", max_categories=4).width == 4


def test_json_booleans_fit_a_yes_no_column(table: Table) -> None:
    """JSON's true means yes, however the file spelled it."""
    inputs = fit(table).transform([{**ROW, "member": True}, {**ROW, "member": False}, {**ROW, "member": "yes"}])

    assert inputs[:, 6].tolist() == [1, 0, 1]


def test_kinds_can_be_overruled(table: Table) -> None:
    """A postcode is a number and yet a category."""
    preprocessing = fit(table, kinds={"pay": "category", "age": "id"})

    assert isinstance(preprocessing.features[-1], CategoryEncoding)
    assert preprocessing.features[-1].values == ("100", "200", "300", "400", "500")
    assert "age" in preprocessing.ignored
    assert preprocessing.transform([{**ROW, "pay": 200}, {**ROW, "pay": "200"}])[:, -4].tolist() == [1, 1]


def test_numbers_with_two_values_can_be_yes_no(parse: Parse) -> None:
    """0 and 1 are numbers until someone says otherwise."""
    table = parse("a,y\n0,p\n1,q\n1,p\n")

    feature = fit(table, range(3), target="y", kinds={"a": "boolean"}).features[0]

    assert feature == BooleanEncoding(column="a", values=("0", "1"), missing=False)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"kinds": {"city": "number"}}, NotNumeric),
        ({"kinds": {"city": "boolean"}}, NotBoolean),
        ({"include": ["town"]}, UnknownColumn),
        ({"include": ["bought"]}, NoFeatures),
        ({"include": []}, NoFeatures),
        ({"target": "buys"}, UnknownColumn),
        ({"target": "city"}, TooManyClasses),
        ({"target": "city", "task": "regression"}, NotNumeric),
        ({"rows": [0, 2, 4]}, TargetSingleValue),
        ({"rows": [0, 0], "target": "pay", "task": "regression"}, TargetSingleValue),
        ({"rows": [2, 2], "target": "age", "task": "regression"}, TargetMissing),
    ],
)
def test_what_cannot_be_fitted_is_refused(table: Table, options: dict[str, object], error: type[DatasetError]) -> None:
    """Before any time is spent on training."""
    with pytest.raises(error):
        fit(table, **options)


def test_a_column_without_spread_keeps_its_scale(table: Table) -> None:
    """Dividing by zero would make every input infinite."""
    encoded = fit(table, [1, 1, 2], include=["age"])

    assert encoded.features[0] == NumberEncoding(column="age", mean=30.0, scale=1.0, fill=30.0, indicator=True)


@pytest.mark.parametrize(
    ("scaling", "mean", "scale"), [("standard", 40.0, 15.811388300841896), ("minmax", 20.0, 40.0), ("none", 0.0, 1.0)]
)
def test_scalings(table: Table, scaling: str, mean: float, scale: float) -> None:
    """Each subtracts and divides by what its name says."""
    feature = fit(table, include=["age"], scaling=scaling).features[0]

    assert isinstance(feature, NumberEncoding)
    assert (feature.mean, feature.scale) == (mean, pytest.approx(scale))


@pytest.mark.parametrize(("missing", "fill"), [("median", 40.0), ("mean", 40.0), ("zero", 0.0)])
def test_fills(table: Table, missing: str, fill: float) -> None:
    """What stands in for a missing number."""
    feature = fit(table, include=["age"], missing=missing).features[0]

    assert isinstance(feature, NumberEncoding)
    assert feature.fill == fill


def test_huge_numbers_are_scaled_without_overflow(parse: Parse) -> None:
    """Squares of 1e300 leave the range of floats; the scale must not."""
    table = parse("a,y\n1e300,p\n-1e300,q\n1e300,p\n-1e300,q\n")

    inputs = fit(table, range(4), target="y").transform(table.arrow)

    assert inputs[:, 0].tolist() == pytest.approx([1, -1, 1, -1])


def test_a_regression_target_comes_back_in_its_units(table: Table) -> None:
    """Whoever predicts euros wants euros."""
    preprocessing = fit(table, target="pay", task="regression")

    learned = preprocessing.encode_target(table.arrow)
    decoded = [row["value"] for row in preprocessing.decode(learned)]
    assert learned[:5].mean() == pytest.approx(0.0, abs=1e-12)
    assert learned[:5].std() == pytest.approx(1.0)
    assert decoded == pytest.approx([100, 200, 300, 400, 500, 600])


def test_classes_are_in_a_stable_order(parse: Parse) -> None:
    """Numbers by size, text by its characters, no before yes: as the file spells them."""
    table = parse("x,number,word,answer\n1,10,b,yes\n2,9,B,no\n3,1,a,yes\n4,10,c,no\n")

    orders = {
        name: fit(table, range(4), target=name, task=task).target.classes
        for name, task in [("number", "multiclass"), ("word", "multiclass"), ("answer", "binary")]
    }
    assert orders == {"number": ("1", "9", "10"), "word": ("B", "a", "b", "c"), "answer": ("no", "yes")}


def test_probabilities_carry_their_labels(table: Table) -> None:
    """One output for yes/no, one per class otherwise."""
    binary = fit(table)
    multiclass = fit(table, target="city", task="multiclass")

    assert binary.decode(np.array([[0.75]])) == [{"label": "b", "probabilities": {"a": 0.25, "b": 0.75}}]
    assert multiclass.decode(np.array([[0.5, 0.25, 0.25]])) == [
        {"label": "Lyon", "probabilities": {"Lyon": 0.5, "Nice": 0.25, "Paris": 0.25}}
    ]
    assert (binary.output_width, multiclass.output_width) == (1, 3)


def test_targets_have_the_shapes_that_losses_take(table: Table) -> None:
    """Class numbers for many, a column of 0 and 1 for two."""
    binary = fit(table).encode_target(table.arrow)
    multiclass = fit(table, target="pay", task="multiclass", rows=range(6)).encode_target(table.arrow)

    assert binary.tolist() == [[0], [1], [0], [1], [0], [1]]
    assert (multiclass.dtype, multiclass.tolist()) == (np.int64, [0, 1, 2, 3, 4, 5])


def test_an_unseen_class_is_refused(table: Table) -> None:
    """There is no output that could be right for it."""
    preprocessing = fit(table, target="city", task="multiclass", rows=range(3))

    with pytest.raises(ColumnsChanged) as raised:
        preprocessing.encode_target(table.arrow.slice(4))

    assert raised.value.found == "Nice"


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


def test_rows_without_an_answer_are_left_out(parse: Parse) -> None:
    """They can be predicted later, but there is nothing to learn from them."""
    table = parse("x,y\n" + "".join(f"{i},{['p', 'q', ''][i % 3]}\n" for i in range(30)))

    prepared = prepare_examples(table.arrow, table.columns, target="y", task="binary", split_seed=3)

    used = np.concatenate([prepared.split.training, prepared.split.validation])
    assert prepared.dropped_rows == 10
    assert (used % 3 != 2).all()
    assert (prepared.training_x.shape, prepared.validation_y.shape) == ((16, 1), (4, 1))


def test_a_table_without_answers_is_refused(parse: Parse) -> None:
    """An all-empty target is told as that."""
    table = parse("x,y\n1,\n2,\n3,\n")

    with pytest.raises(TargetMissing):
        prepare_examples(table.arrow, table.columns, target="y", task="binary", split_seed=3)
