"""The preprocessing is what the training rows alone have shown."""

import json

import pytest

from datasets import Table
from datasets.errors import (
    DatasetError,
    NoFeatures,
    NotBoolean,
    NotNumeric,
    TargetMissing,
    TargetSingleValue,
    TooManyClasses,
    UnknownColumn,
)
from datasets.preprocessing.encodings import BooleanEncoding, CategoryEncoding, NumberEncoding
from tests.datasets.conftest import ROW, TEXT, Parse, fit


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

    assert feature == BooleanEncoding(column="a", values=("0", "1"), missing=False, fill=1)


@pytest.mark.parametrize(
    ("cells", "fill"),
    [("Yes Yes No", 1), ("No Yes No", 0), ("No Yes", 0), ("1 1 0", 1), ("on on off", 1), ("Yes Yes No ?", 0)],
)
def test_an_unknown_yes_or_no_is_taken_for_the_more_frequent_one(parse: Parse, cells: str, fill: int) -> None:
    """As the median is for numbers; where training shows missing ones, an input of its own says so."""
    words = ["" if cell == "?" else cell for cell in cells.split()]
    table = parse("a,y\n" + "".join(f"{word},{place % 2}\n" for place, word in enumerate(words)))

    preprocessing = fit(table, range(len(words)), target="y", kinds={"a": "boolean"})

    assert preprocessing.transform([{"a": None}, {"a": ""}, {"a": "NA"}])[:, 0].tolist() == [fill] * 3


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"kinds": {"city": "number"}}, NotNumeric),
        ({"kinds": {"city": "boolean"}}, NotBoolean),
        ({"include": ["town"]}, UnknownColumn),
        ({"include": ["bought"]}, NoFeatures),
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


def test_classes_are_in_a_stable_order(parse: Parse) -> None:
    """Numbers by size, text by its characters, no before yes: as the file spells them."""
    table = parse("x,number,word,answer\n1,10,b,Yes\n2,9,B,no\n3,1,a,Yes\n4,10,c,no\n")

    orders = {
        name: fit(table, range(4), target=name, task=task).target.classes
        for name, task in [("number", "multiclass"), ("word", "multiclass"), ("answer", "binary")]
    }
    assert orders == {"number": ("1", "9", "10"), "word": ("B", "a", "b", "c"), "answer": ("no", "Yes")}
