"""Training a lesson: the loop, what can end it, and the scores of what it leaves."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from neural import (
    EpochReport,
    GradientCertificate,
    Report,
    TrainingResult,
    TrainingState,
    check_gradients,
    evaluate,
    train,
)
from store.states import StopReason
from worker.errors import Cancelled, Drained, GradientCheckFailed, Paused
from worker.keeper import Keeper
from worker.lesson import Lesson
from worker.reporter import Reporter

CHECKED_ROWS = 32


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


def learn(lesson: Lesson, reporter: Reporter, keeper: Keeper, *, state: TrainingState | None = None) -> Learned:
    """Train until the plan is done, nothing improves any more, or the time is over; raises what `heed` raises.

    Goes on from a state if one is given. Whatever ends it, its last state is kept.
    """
    limit = lesson.spec.training.max_time_s
    weights = None if state is not None or lesson.start is None else lesson.initial_weights(lesson.plan.dtype)
    loop = train(lesson.network, lesson.plan, lesson.training, lesson.validation, state=state, weights=weights)
    if state is not None and state.stop_reason is not None:
        return learned(finished(loop))
    for report in loop:
        reporter.observe(report)
        if isinstance(report, EpochReport) and report.result is not None:
            keeper.keep(report)
            return learned(report.result)
        if limit is not None and keeper.elapsed_s >= limit:
            keeper.keep(report)
            return cut_short(lesson, report)
        try:
            reporter.heed()
        except (Cancelled, Paused, Drained):
            keeper.keep(report)
            raise
        keeper.offer(report)
    raise AssertionError("a training ends with a report that carries its result")


def finished(loop: Generator[Report, None, TrainingResult]) -> TrainingResult:
    """Give the result of a training that has nothing left to do."""
    try:
        next(loop)
    except StopIteration as end:
        result: TrainingResult = end.value
        return result
    raise AssertionError("a finished training reports nothing more")


def learned(result: TrainingResult) -> Learned:
    """Give what a training that came to its own end leaves."""
    return Learned(
        weights=result.weights,
        stop_reason=StopReason(result.stop_reason),
        epochs_run=result.epochs_run,
        best_epoch=result.best_epoch,
    )


def cut_short(lesson: Lesson, report: Report) -> Learned:
    """Keep what there is: the best weights where early stopping asked for them, else the latest."""
    state = report.state()
    keeps_best = lesson.plan.restores_best and state.best_epoch > 0
    return Learned(
        weights=state.best_weights if keeps_best else report.weights(),
        stop_reason=StopReason.MAX_TIME,
        epochs_run=state.epoch - 1,
        best_epoch=state.best_epoch,
    )


def score(lesson: Lesson, weights: np.ndarray) -> dict[str, float]:
    """Measure what was kept, on the held-out rows where there are some, and once on those kept for a test."""
    held_out, prefix = (lesson.training, "") if lesson.validation is None else (lesson.validation, "val_")
    parts = {prefix: held_out} | ({} if lesson.test is None else {"test_": lesson.test})
    plan = lesson.plan
    return {
        part + name: value
        for part, examples in parts.items()
        for name, value in evaluate(
            lesson.network, weights, examples, loss=plan.loss, metrics=plan.metrics, units=plan.units
        ).items()
    }
