"""Statistics are those that NumPy calculates from the whole column."""

import json

import numpy as np
import pytest

from datasets import Column
from datasets.columns.number_scan import NumberScan
from datasets.columns.statistics import QUANTILES, SAMPLE, NumberSummary
from tests.datasets.conftest import Parse


def _column(values: np.ndarray) -> str:
    return "x,y\n" + "".join(f"{'' if np.isnan(v) else repr(float(v))},{i % 3}\n" for i, v in enumerate(values))


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(50, 3, 999),
        np.random.default_rng(1).exponential(1e-9, 30_000),
        np.random.default_rng(2).integers(-5, 5, 500).astype(float),
        np.array([1.0, np.nan, 3.0, np.nan, 10.0]),
        np.array([1e15 + 1, 1e15 + 2, 1e15 + 4]),
        np.array([2.0, 2.0, np.nan]),
    ],
)
def test_statistics_of_numbers(parse: Parse, values: np.ndarray) -> None:
    """Blocks and passes must not show in the figures."""
    column = parse(_column(values)).column("x")

    known = values[~np.isnan(values)]
    found = column.statistics
    counts, edges = np.histogram(known, 20)
    assert (column.missing, column.distinct) == (int(np.isnan(values).sum()), len(np.unique(known)))
    assert (found["min"], found["max"], found["whole"]) == (known.min(), known.max(), bool((known % 1 == 0).all()))
    assert found["mean"] == pytest.approx(known.mean(), rel=1e-12)
    assert found["std"] == pytest.approx(known.std(), rel=1e-9)
    assert [found["quantiles"][str(q)] for q in QUANTILES] == pytest.approx(np.quantile(known, QUANTILES).tolist())
    assert found["histogram"] == {"edges": pytest.approx(edges.tolist()), "counts": counts.tolist()}


def test_quantiles_of_very_many_numbers_are_those_of_every_kth() -> None:
    """Memory for quantiles is bounded; blocks of odd sizes must not shift the sample."""
    values = np.random.default_rng(3).normal(size=9_500)
    scan = NumberScan(".", count=9_500, total=values.sum(), minimum=values.min(), maximum=values.max())
    summary = NumberSummary(scan, width=SAMPLE // 1000)

    for block in np.split(values, [1, 8, 1111, 5000]):
        summary.add(block)

    found = summary.to_json()
    assert found["quantiles_exact"] is False
    assert list(found["quantiles"].values()) == np.quantile(values[::10], QUANTILES).tolist()


def test_numbers_of_any_size_give_json(parse: Parse) -> None:
    """What overflows is null: JSON has no infinity."""
    column = parse(_column(np.array([1.7e308, -1.7e308, 1.7e308, 1.0]))).column("x")

    assert "Infinity" not in json.dumps(column.to_json())
    assert "NaN" not in json.dumps(column.to_json())
    assert column.statistics["max"] == 1.7e308


def test_values_are_counted(parse: Parse) -> None:
    """The most frequent first, ties in the order of their text."""
    column = parse("x,y\n" + "b,1\n" * 3 + "a,2\n" * 3 + "c,3\n" * 5 + ",4\n").column("x")

    assert column.statistics["top"] == [
        {"value": "c", "count": 5},
        {"value": "a", "count": 3},
        {"value": "b", "count": 3},
    ]
    assert (column.missing, column.distinct) == (1, 3)


def test_few_different_numbers_are_counted_too(parse: Parse) -> None:
    """Digits are numbers and yet classes; spelled in two ways they are one."""
    column = parse("x,y\n0,1\n1.0,2\n1,3\n0.5,1\n").column("x")

    assert column.statistics["top"] == [
        {"value": "1", "count": 2},
        {"value": "0", "count": 1},
        {"value": "0.5", "count": 1},
    ]
    assert column.distinct == 3


def test_beyond_its_bounds_the_count_of_values_says_so(parse: Parse) -> None:
    """Memory is bounded, so distinct becomes a lower bound; kinds and values stay right."""
    table = parse("x,y\n" + "".join(f"id-{i},{i % 5}\n" for i in range(150_000)))

    column = table.column("x")
    assert (column.kind, column.distinct_exact) == ("id", False)
    assert 100_000 < column.distinct <= 150_000
    assert table.arrow.column("x")[149_999].as_py() == "id-149999"


def test_a_column_survives_json(parse: Parse) -> None:
    """Columns are stored and read again, exactly."""
    for column in parse("x,y,z\n1.1,a,yes\n2.2,b,no\n,a,yes\n").columns:
        assert Column.from_json(json.loads(json.dumps(column.to_json()))) == column
