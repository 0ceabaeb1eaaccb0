"""Metric history as columns, thinned so that the extremes survive."""

import itertools
import math
from collections.abc import Mapping, Sequence

FEWEST_POINTS, MOST_POINTS = 4, 10_000

Report = Mapping[str, float | int | None]
Columns = dict[str, list[float | int | None]]


def names_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """Every metric that appears in any report, in order of first appearance; `epoch` and `step` are not metrics."""
    seen = dict.fromkeys(name for report in reports for name in report)
    return tuple(name for name in seen if name not in {"epoch", "step"})


def columns(reports: Sequence[Report], names: Sequence[str]) -> dict[str, object]:
    """`epoch`, `step` and the named metrics as lists of one length, `null` where a report has no (finite) value.

    `nonfinite` lists the places (`name`, `index`) where a `null` stands for a number that JSON cannot hold.
    """
    table: Columns = {name: [_finite(report.get(name)) for report in reports] for name in ("epoch", "step", *names)}
    nonfinite = [
        {"name": name, "index": index}
        for name in names
        for index, report in enumerate(reports)
        if name in report and _finite(report[name]) is None
    ]
    return {**table, "nonfinite": nonfinite}


def thin(reports: Sequence[Report], names: Sequence[str], max_points: int) -> list[Report]:
    """At most `max_points` reports in their order: the first, the last, and the extremes of every name per bucket.

    With fewer than 2 + 2 per name, those of the first names stay. When there is room, evenly spaced reports fill it, so
    that a thinned curve is as dense as was asked for.
    """
    if len(reports) <= max_points:
        return list(reports)
    kept = dict.fromkeys((0, len(reports) - 1))
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


def _finite(value: float | None) -> float | int | None:
    """Keep a number that JSON can hold; the database keeps others as null."""
    return value if value is not None and math.isfinite(value) else None
