"""Rows become the same inputs in training and in prediction, and outputs come back in the words of the file."""

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import Preprocessing, Table
from datasets.errors import (
    ColumnsChanged,
)
from datasets.preprocessing.encodings import BooleanEncoding, NumberEncoding, TargetEncoding, encoding_from_json
from tests.datasets.conftest import fit


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


def test_a_model_from_before_there_was_a_choice_answers_as_it_did() -> None:
    """What was stored without a `fill` takes an unknown yes or no for the first value."""
    stored = {"kind": "boolean", "column": "member", "values": ["no", "yes"], "missing": False}

    feature = encoding_from_json(stored)

    assert isinstance(feature, BooleanEncoding)
    assert feature.fill == 0


def test_json_gives_the_same_preprocessing_back(table: Table) -> None:
    """It is stored as JSON beside the weights."""
    preprocessing = fit(table)

    assert Preprocessing.from_json(json.loads(json.dumps(preprocessing.to_json()))) == preprocessing


def test_another_version_is_refused(table: Table) -> None:
    """Reading it as if it were this one would give wrong predictions."""
    with pytest.raises(ValueError, match="version 3"):
        Preprocessing.from_json({**fit(table).to_json(), "version": 3})


@given(floats=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=5, max_size=5))
def test_json_keeps_every_bit_of_a_float(floats: list[float]) -> None:
    """Rounded means would move every prediction."""
    mean, scale, fill, target_mean, target_scale = floats
    number = NumberEncoding(column="x", mean=mean, scale=scale, fill=fill, indicator=True)
    target = TargetEncoding(column="y", task="regression", mean=target_mean, scale=target_scale)
    preprocessing = Preprocessing(features=(number,), target=target, ignored=("z",))

    again = Preprocessing.from_json(json.loads(json.dumps(preprocessing.to_json())))

    assert repr(again) == repr(preprocessing)


def test_a_regression_target_comes_back_in_its_units(table: Table) -> None:
    """Whoever predicts euros wants euros."""
    preprocessing = fit(table, target="pay", task="regression")

    learned = preprocessing.encode_target(table.arrow)
    decoded = [row["value"] for row in preprocessing.decode(learned)]
    assert learned[:5].mean() == pytest.approx(0.0, abs=1e-12)
    assert learned[:5].std() == pytest.approx(1.0)
    assert decoded == pytest.approx([100, 200, 300, 400, 500, 600])


def test_text_that_is_not_coded_is_encoded_alike(table: Table) -> None:
    """Columns with very many values are stored as plain text, in no order."""
    plain = table.arrow.set_column(
        1, "city", table.arrow.column("city").cast(pa.string()).take(pa.array([4, 1, 2, 3, 0, 5]))
    )
    coded = plain.set_column(1, "city", plain.column("city").dictionary_encode())
    preprocessing = fit(table)

    assert preprocessing.transform(plain)[:, 2:5].tolist() == [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
        [0, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
    ]
    assert np.array_equal(preprocessing.transform(coded), preprocessing.transform(plain))


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
