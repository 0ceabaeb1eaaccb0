"""Training a lesson: the loop, what can end it, and the scores of what it leaves."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from neural import EpochReport, GradientCertificate, Report, check_gradients, evaluate, train
from store.states import StopReason
from worker.errors import GradientCheckFailed
from worker.lesson import Lesson
from worker.reporter import Reporter

CHECKED_ROWS = 32
Clock = Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What a training ended with."""

    weights: np.ndarray
    stop_reason: StopReason
    epochs_run: int
    best_epoch: int


def certify(lesson: Lesson) -> GradientCertificate:
    """Hold the network's backward pass against differences, on its own first rows and weights, in float64.

    Raises GradientCheckFailed. A network whose every slope lies on a kink proves nothing and is let through.
    """
    rows = slice(CHECKED_ROWS)
    certificate = check_gradients(
        lesson.network,
        lesson.initial_weights("float64"),
        lesson.training.x[rows].astype(np.float64),
        lesson.training.y[rows],
        lesson.plan.loss,
        generator=np.random.Generator(np.random.PCG64(lesson.plan.seed)),
    )
    if certificate.max_relative_error > certificate.tolerance:
        raise GradientCheckFailed(certificate)
    return certificate


def learn(lesson: Lesson, reporter: Reporter, *, clock: Clock = time.monotonic) -> Learned:
    """Train until the plan is done, nothing improves any more, or the time is over; raises what `heed` raises."""
    limit = lesson.spec.training.max_time_s
    until = None if limit is None else clock() + limit
    last_epoch: EpochReport | None = None
    for report in train(lesson.network, lesson.plan, lesson.training, lesson.validation):
        if isinstance(report, EpochReport):
            last_epoch = replace(report, values=lesson.in_units(report.values))
            reporter.observe(last_epoch)
            if report.result is not None:
                result = report.result
                return Learned(
                    weights=result.weights,
                    stop_reason=StopReason(result.stop_reason),
                    epochs_run=result.epochs_run,
                    best_epoch=result.best_epoch,
                )
        else:
            reporter.observe(report)
        reporter.heed()
        if until is not None and clock() >= until:
            return _cut_short(lesson, report, last_epoch, reporter)
    raise AssertionError("a training ends with a report that carries its result")


def _cut_short(lesson: Lesson, report: Report, last_epoch: EpochReport | None, reporter: Reporter) -> Learned:
    """Keep what there is: the best weights where early stopping asked for them, else the latest."""
    keeps_best = lesson.plan.early_stopping is not None and last_epoch is not None
    best = reporter.progress.best
    return Learned(
        weights=last_epoch.best_weights() if last_epoch is not None and keeps_best else report.weights(),
        stop_reason=StopReason.MAX_TIME,
        epochs_run=0 if last_epoch is None else last_epoch.epoch,
        best_epoch=0 if best is None else best["epoch"],
    )


def score(lesson: Lesson, weights: np.ndarray) -> dict[str, float]:
    """Measure what was kept, on the held-out rows where there are some."""
    examples, prefix = (lesson.training, "") if lesson.validation is None else (lesson.validation, "val_")
    values = evaluate(lesson.network, weights, examples, loss=lesson.plan.loss, metrics=lesson.plan.metrics)
    return lesson.in_units({prefix + name: value for name, value in values.items()})
