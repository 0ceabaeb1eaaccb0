"""Metric history becomes columns, and thinning keeps what matters in a curve."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from app.views import metric_series


def history(losses: list[float]) -> list[dict[str, float | int]]:
    """One report per loss, epochs counted from 1."""
    return [{"epoch": n, "step": 10 * n, "loss": loss} for n, loss in enumerate(losses, start=1)]


def test_reports_become_columns_of_one_length() -> None:
    """A plotting client wants arrays, not a list of objects."""
    table = metric_series.columns(history([0.5, 0.25]), ["loss"])

    assert table == {"epoch": [1, 2], "step": [10, 20], "loss": [0.5, 0.25], "nonfinite": []}


def test_a_non_finite_value_is_null_and_listed() -> None:
    """JSON has no NaN; a reader must still be able to tell divergence from a missing value."""
    table = metric_series.columns([*history([0.5, math.nan]), {"epoch": 3, "step": 30, "loss": None}], ["loss"])

    assert table["loss"] == [0.5, None, None]
    assert table["nonfinite"] == [{"name": "loss", "index": 1}, {"name": "loss", "index": 2}]


def test_a_metric_missing_in_a_report_is_null_without_being_called_non_finite() -> None:
    """Validation may be measured every few epochs only."""
    table = metric_series.columns([{"epoch": 1, "step": 1}, {"epoch": 2, "step": 2, "f1": 0.5}], ["f1"])

    assert table["f1"] == [None, 0.5]
    assert table["nonfinite"] == []


def test_names_are_those_of_all_reports_in_order_of_appearance() -> None:
    """A metric that starts late is a metric."""
    reports = [{"epoch": 1, "step": 1, "loss": 1.0}, {"epoch": 2, "step": 2, "loss": 1.0, "auc": 0.5}]

    assert metric_series.names_of(reports) == ("loss", "auc")


def test_a_spike_survives_thinning() -> None:
    """Taking every n-th point would hide the one epoch that went wrong."""
    losses = [1.0] * 1000
    losses[617] = 99.0

    thinned = metric_series.thin(history(losses), ["loss"], 20)

    assert 99.0 in [report["loss"] for report in thinned]


def test_a_spike_of_any_metric_survives_thinning() -> None:
    """Each curve keeps its own extremes, not only the first one."""
    reports = [{**report, "f1": 0.5} for report in history([1.0] * 1000)]
    reports[314]["f1"], reports[617]["loss"] = 0.0, 99.0

    thinned = metric_series.thin(reports, ["loss", "f1"], 6)

    assert {315, 618} <= {report["epoch"] for report in thinned}


values = st.floats(-1e6, 1e6) | st.just(math.nan)


@given(losses=st.lists(values, min_size=1, max_size=200), points=st.integers(4, 60))
def test_thinning_keeps_ends_extremes_and_the_promise_of_size(losses: list[float], points: int) -> None:
    """The curve keeps its frame, whatever its shape, and the answer never exceeds what was asked for."""
    thinned = metric_series.thin(history(losses), ["loss"], points)

    epochs = [report["epoch"] for report in thinned]
    finite = [loss for loss in losses if not math.isnan(loss)]
    kept = [report["loss"] for report in thinned]
    assert len(thinned) == min(points, len(losses))
    assert epochs == sorted(set(epochs))
    assert (epochs[0], epochs[-1]) == (1, len(losses))
    assert not finite or {min(finite), max(finite)} <= set(kept)
    json.dumps(metric_series.columns(thinned, ["loss"]), allow_nan=False)
