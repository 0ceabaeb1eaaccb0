"""What can be chosen about columns: scaling, filling, encoding, shape; fitted on training rows, exact at predict."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from datasets import Limits, Preprocessing, TrainingArrays, parse_csv, prepare_examples
from tests.datasets.recipes import recipe

CSV = """price,size,income,group,day,answer
1,S,10,a,2024-01-01,3.5
2,M,1000,a,2024-01-02,4.5
3,L,,b,2024-01-03,5.5
4,M,100000,b,2024-01-04,6.5
100,S,10,c,2024-01-05,7.5
6,M,20,c,2024-01-06,9.5
"""


def prepare(tmp_path: Path, validation: pa.Table | None = None, **options: Any) -> TrainingArrays:
    """Prepare the small table, every row but the held-out ones for training."""
    path = tmp_path / "table.csv"
    path.write_text(CSV)
    table = parse_csv(path, limits=Limits())
    asked = recipe("answer", "regression", **{"include": ["price"], **options})
    return prepare_examples(table.arrow, table.columns, asked, validation=validation)


def test_robust_scaling_is_not_moved_by_one_outlier(tmp_path: Path) -> None:
    """Median to 0, middle half to 1: as scikit-learn's RobustScaler."""
    prepared = prepare(tmp_path, scaling="robust")

    rows = np.array([1, 2, 3, 4, 100, 6.0])[prepared.split.training]
    low, middle, high = np.quantile(rows, [0.25, 0.5, 0.75])
    assert np.allclose(prepared.training_x[:, 0], (rows - middle) / (high - low))


def test_log_scaling_keeps_the_sign_and_has_spread_one(tmp_path: Path) -> None:
    """Incomes span orders of magnitude."""
    prepared = prepare(tmp_path, scaling="log")

    assert np.allclose(prepared.training_x.mean(), 0, atol=1e-6)
    assert np.allclose(prepared.training_x.std(), 1, atol=1e-6)
    assert (
        prepared.preprocessing.transform([{"price": -3}])[0, 0] < prepared.preprocessing.transform([{"price": 0}])[0, 0]
    )


def test_columns_may_be_scaled_each_in_its_way(tmp_path: Path) -> None:
    """One name for all, and others by column."""
    prepared = prepare(tmp_path, include=["price", "income"], scaling={"default": "none", "income": "log"})

    first, second = prepared.preprocessing.features
    assert (first.mean, first.scale) == (0.0, 1.0)  # type: ignore[union-attr]
    assert second.logarithmic  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("missing", "fill"), [("mean", None), ("median", None), ("most_frequent", 10.0), ("zero", 0.0), ("constant", -1.0)]
)
def test_missing_numbers_are_filled_as_chosen(tmp_path: Path, missing: str, fill: float | None) -> None:
    """The strategies of scikit-learn's SimpleImputer."""
    prepared = prepare(tmp_path, include=["income"], scaling="none", missing=missing, fill_value=-1.0, seed=3)

    encoding = prepared.preprocessing.features[0]
    rows = np.array([10, 1000, np.nan, 100000, 10, 20.0])[prepared.split.training]
    expected = {"mean": np.nanmean, "median": np.nanmedian}.get(missing, lambda _rows: fill)(rows)
    assert encoding.fill == expected  # type: ignore[union-attr]
    assert prepared.preprocessing.transform([{"income": None}])[0, 0] == np.float32(expected)


def test_indicators_can_be_left_out(tmp_path: Path) -> None:
    """A fixed number of inputs, whatever is missing."""
    with_them = prepare(tmp_path, include=["income"], seed=3).preprocessing
    without = prepare(tmp_path, include=["income"], seed=3, indicators=False).preprocessing

    assert (with_them.width, without.width) == (2, 1)


def test_incomplete_rows_can_be_dropped(tmp_path: Path) -> None:
    """Neither trained on nor measured with; counted."""
    prepared = prepare(tmp_path, include=["income", "price"], missing="drop")

    parts = prepared.split
    assert prepared.dropped_rows == 1
    assert 2 not in [*parts.training, *parts.validation]


def test_ordinal_places_start_at_one_and_unseen_values_get_zero(tmp_path: Path) -> None:
    """One input instead of many, and ids that an embedding can read."""
    prepared = prepare(tmp_path, include=["size"], encoding="ordinal", scaling="none")

    assert prepared.preprocessing.transform([{"size": s} for s in ("L", "M", "S", "XXL", None)]).ravel().tolist() == [
        1,
        2,
        3,
        0,
        0,
    ]


def test_inputs_get_the_shape_that_was_asked_for(tmp_path: Path) -> None:
    """Columns of pixels or of time steps."""
    prepared = prepare(tmp_path, include=["price", "income"], reshape=[2, 1], indicators=False)

    assert prepared.training_x.shape[1:] == prepared.preprocessing.input_shape == (2, 1)
    again = type(prepared.preprocessing).from_json(prepared.preprocessing.to_json())
    assert again == prepared.preprocessing


def test_a_second_table_is_the_validation_part(tmp_path: Path) -> None:
    """Nothing of it is fitted to."""
    path = tmp_path / "other.csv"
    path.write_text("price,answer\n1000,1\n2000,2\n,3\n")
    other = parse_csv(path, limits=Limits()).arrow

    prepared = prepare(tmp_path, scaling="none", validation=other)

    assert len(prepared.split.training) == 6
    assert prepared.validation_x[:2, 0].tolist() == [1000, 2000]


def test_a_number_as_target_is_scaled_and_answered_in_its_units(tmp_path: Path) -> None:
    """The network sees 0 to 1, its user the units of the table."""
    prepared = prepare(tmp_path, target_scaling="minmax", seed=3)

    y = prepared.training_y
    assert (y.min(), y.max()) == (0, 1)
    assert prepared.preprocessing.decode(y)[0]["value"] in {3.5, 4.5, 5.5, 6.5, 7.5, 9.5}


def test_times_order_rows_whatever_their_type(tmp_path: Path) -> None:
    """Dates in ISO 8601 sort as text, too."""
    prepared = prepare(tmp_path, time_by="day", test_share=0.2)

    assert prepared.split.test.tolist() == [5]
    assert prepared.split.validation.tolist() == [4]


def test_answers_stay_within_the_training_rows_where_that_is_asked(tmp_path: Path) -> None:
    """A network says nothing sensible far outside; bounds are kept with the model, and older models have none."""
    fitted = prepare(tmp_path, target_clipping=True).preprocessing
    known = np.sort([row["value"] for row in fitted.decode(np.array([[-1e6], [0.1], [1e6]]))])
    again = Preprocessing.from_json(fitted.to_json())

    assert (known[0], known[-1]) == fitted.target.bounds
    assert known[0] < known[1] < known[-1] <= 9.5
    assert again == fitted
    assert "bounds" not in prepare(tmp_path).preprocessing.to_json()["target"]
