"""The numbers of a running job."""

from typing import Any

import numpy as np
import pytest

from neural import BatchReport, EpochReport
from worker.attempt.reporting.progress import Extent, Progress

EXTENT = Extent(epochs=10, steps=100, rows=320, metric="val_accuracy", direction="max")


def never() -> Any:
    """Stand where a report offers copies that these tests do not take."""
    raise AssertionError


def batch(step: int, loss: float = 0.5) -> BatchReport:
    """Report a batch."""
    return BatchReport(epoch=1 + step // 10, step=step, steps=100, loss=loss, weights=never, state=never)


def epoch(number: int, *, is_best: bool = False, **values: float) -> EpochReport:
    """Report an epoch."""
    return EpochReport(
        epoch=number, step=10 * number, steps=100, values=values, is_best=is_best, stopped=None, rows_seen=0,
        weights=never, best_weights=never, state=never, result=None,
    )  # fmt: skip


def test_nothing_is_claimed_before_the_start() -> None:
    """What is not known is null, never zero seconds left."""
    progress = Progress().to_json()

    assert progress == {
        "fraction": 0.0, "epoch": 0, "epochs": None, "step": 0, "steps": None, "eta_s": None, "samples_per_s": None,
    }  # fmt: skip


def test_speed_and_remaining_time_come_from_the_latest_marks() -> None:
    """25 steps of 32 rows in a second leave 3 seconds for 75 steps."""
    progress = Progress()
    progress.start(EXTENT, 100.0)
    progress.observe(batch(25))
    progress.mark(101.0)

    shown = progress.to_json()

    assert shown["fraction"] == 0.25
    assert shown["eta_s"] == 3.0
    assert shown["samples_per_s"] == 800.0


def test_a_job_that_slowed_down_says_so() -> None:
    """An average over the whole run would promise what is no longer true."""
    progress = Progress()
    progress.start(Extent(epochs=1, steps=1000, rows=1000, metric="loss", direction="min"), 0.0)
    for second in range(100):
        progress.observe(batch(min(second, 40) * 10 + max(0, second - 40)))
        progress.mark(float(second))

    assert progress.to_json()["samples_per_s"] == 1.0


def test_the_best_epoch_is_kept_while_later_ones_come() -> None:
    """People look at the best value, not at the last."""
    progress = Progress(extent=EXTENT)
    progress.observe(epoch(3, is_best=True, loss=0.5, val_accuracy=0.9))
    progress.observe(epoch(4, loss=0.4, val_accuracy=0.8))

    assert progress.best == {"metric": "val_accuracy", "direction": "max", "value": 0.9, "epoch": 3}
    assert progress.latest == {"epoch": 4, "loss": 0.4, "val_accuracy": 0.8}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_json_cannot_say_is_null(value: float) -> None:
    """PostgreSQL refuses NaN in JSON, and so do browsers."""
    progress = Progress(extent=EXTENT)

    progress.observe(epoch(1, loss=value))

    assert progress.latest == {"epoch": 1, "loss": None}


def test_a_step_that_takes_long_does_not_hide_the_speed() -> None:
    """Marks without a step between them must not push the last known speed out of the window."""
    progress = Progress()
    progress.start(EXTENT, 0.0)
    progress.observe(batch(10))
    for tenth in range(10, 1000):
        progress.mark(tenth / 10)

    assert progress.to_json()["eta_s"] == 9.0
