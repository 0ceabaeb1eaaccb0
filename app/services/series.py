"""Metric history as columns, thinned so that the extremes survive."""

import itertools
import math
from collections.abc import Mapping, Sequence

Report = Mapping[str, float | int | str | None]
Columns = dict[str, list[float | int | None]]


def names_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """Every metric that appears in any report, in order of first appearance; `epoch` and `step` are not metrics."""
    seen = dict.fromkeys(name for report in reports for name in report)
    return tuple(name for name in seen if name not in {"epoch", "step"})


def columns(reports: Sequence[Report], names: Sequence[str]) -> dict[str, object]:
    """`epoch`, `step` and the named metrics as lists of one length, `null` where a report has no (finite) value.

    `nonfinite` lists where a `null` stands for a number that JSON cannot hold: `{"name", "index", "value"}`.
    """
    table: Columns = {name: [_finite(report.get(name)) for report in reports] for name in ("epoch", "step", *names)}
    nonfinite = [
        {"name": name, "index": index, "value": _spelled(value)}
        for name in names
        for index, report in enumerate(reports)
        if (value := _number(report.get(name))) is not None and not math.isfinite(value)
    ]
    return {**table, "nonfinite": nonfinite}


def thin(reports: Sequence[Report], names: Sequence[str], max_points: int) -> list[Report]:
    """At most `max_points` reports in their order: the first, the last, and the extremes of every name per bucket.

    When there is room, evenly spaced reports fill it, so that a thinned curve is as dense as was asked for.
    """
    if len(reports) <= max_points:
        return list(reports)
    kept = dict.fromkeys((0, len(reports) - 1))
    kept.update(dict.fromkeys(_extremes(reports, names, range(len(reports)))))
    buckets = max(1, (max_points - len(kept)) // max(1, 2 * len(names)))
    for bucket in _buckets(len(reports), buckets):
        kept.update(dict.fromkeys(_extremes(reports, names, bucket)))
    kept.update(dict.fromkeys(_even(len(reports), max_points)))
    return [reports[index] for index in sorted(list(kept)[:max_points])]


def _extremes(reports: Sequence[Report], names: Sequence[str], bucket: range) -> list[int]:
    """Where each name is smallest and largest within the bucket."""
    found = []
    for name in names:
        known = [(value, index) for index in bucket if (value := _finite(reports[index].get(name))) is not None]
        if known:
            found += [min(known)[1], max(known)[1]]
    return found


def _buckets(count: int, buckets: int) -> list[range]:
    edges = [count * index // buckets for index in range(buckets + 1)]
    return [range(start, stop) for start, stop in itertools.pairwise(edges)]


def _even(count: int, points: int) -> list[int]:
    return [(count - 1) * index // max(1, points - 1) for index in range(points)]


def _number(value: object) -> float | int | None:
    """Read a value as a number; the texts `nan`, `inf` and `-inf` are how the database keeps what JSON cannot."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    return float(value) if value in {"nan", "inf", "-inf", "NaN", "Infinity", "-Infinity"} else None


def _finite(value: object) -> float | int | None:
    number = _number(value)
    return number if number is not None and math.isfinite(number) else None


def _spelled(value: float) -> str:
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
