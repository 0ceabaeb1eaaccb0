"""The training of one attempt: the loop, what can end it, and the scores of what it leaves."""

from collections.abc import Generator

import numpy as np

from neural import (
    EpochReport,
    GradientCertificate,
    Report,
    TrainingResult,
    TrainingState,
    check_gradients,
    evaluate,
    split_members,
    train,
)
from worker.attempt.checkpointer import Checkpointer
from worker.attempt.reporting.reporter import Reporter
from worker.attempt.training_job import TrainingJob
from worker.errors import Cancelled, Drained, GradientCheckFailed, Paused

CHECKED_ROWS = 32


def certify(training_job: TrainingJob) -> GradientCertificate:
    """Hold the network's backward pass against differences, on its own first rows and weights, in float64.

    Raises GradientCheckFailed. A network whose every slope lies on a kink proves nothing and is let through.
    """
    rows = slice(CHECKED_ROWS)
    certificate = check_gradients(
        training_job.network,
        split_members(training_job.network, training_job.initial_weights("float64"))[0],
        training_job.training.x[rows].astype(np.float64),
        training_job.training.y[rows],
        training_job.plan.loss,
        generator=np.random.Generator(np.random.PCG64(training_job.plan.seed)),
    )
    if certificate.max_relative_error > certificate.tolerance:
        raise GradientCheckFailed(certificate)
    return certificate


def run_training(
    training_job: TrainingJob, reporter: Reporter, checkpointer: Checkpointer, *, state: TrainingState | None = None
) -> TrainingResult:
    """Train until the plan is done, nothing improves any more, or the time is over.

    Goes on from a state if one is given. Whatever ends it, its last state is saved.
    Raises what `raise_if_stopped` raises.
    """
    limit, plan, weights = training_job.spec.training.max_time_s, training_job.plan, None
    if state is None and training_job.fetch_weights is not None:
        weights = training_job.initial_weights(plan.dtype)
    loop = train(
        training_job.network, plan, training_job.training, training_job.validation, state=state, weights=weights
    )
    if state is not None and state.stop_reason is not None:
        return finished(loop)
    for report in loop:
        reporter.observe(report)
        if isinstance(report, EpochReport) and report.result is not None:
            checkpointer.save(report)
            return report.result
        if limit is not None and checkpointer.elapsed_s >= limit:
            checkpointer.save(report)
            return cut_short(training_job, report)
        try:
            reporter.raise_if_stopped()
        except (Cancelled, Paused, Drained):
            checkpointer.save(report)
            raise
        checkpointer.offer(report)
    raise AssertionError("a training ends with a report that carries its result")


def finished(loop: Generator[Report, None, TrainingResult]) -> TrainingResult:
    """Give the result of a training that has nothing left to do."""
    try:
        next(loop)
    except StopIteration as end:
        result: TrainingResult = end.value
        return result
    raise AssertionError("a finished training reports nothing more")


def cut_short(training_job: TrainingJob, report: Report) -> TrainingResult:
    """Keep what there is: the best weights where early stopping asked for them, else the latest."""
    state = report.state()
    keeps_best = training_job.plan.restores_best and state.best_epoch > 0
    return TrainingResult(
        weights=state.best_weights if keeps_best else report.weights(),
        stop_reason="max_time",
        epochs_run=state.epoch - 1,
        best_epoch=state.best_epoch,
    )


def score(training_job: TrainingJob, weights: np.ndarray) -> dict[str, float]:
    """Measure what was kept, on the held-out rows where there are some, and once on those kept for a test."""
    held_out = training_job.validation
    parts = {"": training_job.training} if held_out is None else {"val_": held_out}
    parts |= {} if training_job.test is None else {"test_": training_job.test}
    plan = training_job.plan
    return {
        part + name: value
        for part, examples in parts.items()
        for name, value in evaluate(
            training_job.network, weights, examples, loss=plan.loss, metrics=plan.metrics, units=plan.units
        ).items()
    }
