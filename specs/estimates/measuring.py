"""A machine measures itself: it trains each reference for some milliseconds."""

import itertools
import statistics
import time
from dataclasses import replace

import numpy as np

from neural import EpochReport, Examples, train
from specs.estimates.calibration import Calibration, fitted
from specs.estimates.references import Reference, references
from specs.estimates.work import epoch

SECONDS_EACH = 0.03
FEWEST_EPOCHS = 3


def calibrate(*, seconds_each: float = SECONDS_EACH) -> Calibration:
    """Measure this process, about a second of work.

    Prices are in processor time: what other processes take away meanwhile is no property of the machine.
    """
    found = references()
    works = [epoch(each.network, each.plan, each.rows, each.held_out) for each in found]
    wall, processor = time.perf_counter(), time.thread_time()
    measured = [seconds_per_epoch(each, seconds_each) for each in found]
    busy = (time.perf_counter() - wall) / (time.thread_time() - processor)
    return replace(fitted(works, measured), busy=round(max(1.0, busy), 3))


def seconds_per_epoch(reference: Reference, at_least: float) -> float:
    """Return the median of some epochs; the first, which binds everything, does not count."""
    marks: list[float] = []
    for report in train(reference.network, reference.plan, *_rows(reference)):
        if isinstance(report, EpochReport):
            marks.append(time.thread_time())
            if len(marks) > FEWEST_EPOCHS and marks[-1] - marks[0] >= at_least:
                break
    return statistics.median(after - before for before, after in itertools.pairwise(marks))


def _rows(reference: Reference) -> tuple[Examples, Examples]:
    generator = np.random.default_rng(0)
    count, shape = reference.rows + reference.held_out, reference.network.input_shape
    x = generator.standard_normal((count, *shape)).astype(np.float32)
    y = generator.integers(0, reference.network.output_shape[-1], count)
    stop = reference.rows
    return Examples(x[:stop], y[:stop]), Examples(x[stop:], y[stop:])
