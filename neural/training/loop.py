"""The training loop, as a generator: it yields what happened, and its caller decides what happens next."""

from collections.abc import Generator

from neural.data.examples import Examples
from neural.engine.arrays import Array
from neural.network.network import Network
from neural.training.ensemble import Ensemble
from neural.training.plan import EarlyStopping, TrainingPlan
from neural.training.reports import BatchReport, EpochReport, Report, TrainingResult
from neural.training.session import Session
from neural.training.state import TrainingState

Trainee = Session | Ensemble


def train(
    network: Network,
    plan: TrainingPlan,
    training: Examples,
    validation: Examples | None,
    *,
    state: TrainingState | None = None,
    weights: Array | None = None,
    group_size: int | None = None,
) -> Generator[Report, None, TrainingResult]:
    """Train a network; the same arguments give the same bytes.

    Yields a BatchReport after each group of batches (`group_size` of them, or else some milliseconds of work) and an
    EpochReport after each epoch; the group size does not change any number. Starts from `weights` if given, else from
    the seed; goes on from `state` exactly where that was taken.
    Raises ShapeError, NonFiniteInput, LinkMismatch before the first step, Diverged when numbers stop being finite.
    """
    kind = Session if plan.members == 1 else Ensemble
    session: Trainee = kind(network, plan, training, validation, weights=weights, group_size=group_size)
    if state is not None:
        session.restore(state)
    finished: TrainingResult | None = None
    while session.best.stop_reason is None:
        session.start_epoch()
        while not session.is_epoch_done:
            session.run_group()
            yield _batch_report(session)
        report = _epoch_report(session)
        finished = report.result
        yield report
    return finished or _result(session)


def _batch_report(session: Trainee) -> BatchReport:
    return BatchReport(
        epoch=session.epoch,
        step=session.step,
        steps=session.steps,
        loss=session.mean_loss,
        weights=session.weights,
        state=session.snapshot,
    )


def _epoch_report(session: Trainee) -> EpochReport:
    epoch, best = session.epoch, session.best
    values = session.end_epoch()
    return EpochReport(
        epoch=epoch,
        step=session.step,
        steps=session.steps,
        values=values,
        is_best=best.epoch == epoch,
        stopped="early_stopped" if best.stop_reason == "early_stopped" else None,
        rows_seen=epoch * session.rows,
        weights=session.weights,
        best_weights=best.weights.copy,
        state=session.snapshot,
        result=_result(session) if best.stop_reason else None,
        health=session.health,
    )


def _result(session: Trainee) -> TrainingResult:
    best = session.best
    return TrainingResult(
        weights=best.weights.copy() if session.plan.restores_best else session.weights(),
        best_epoch=best.epoch,
        epochs_run=session.epoch - 1,
        stop_reason="early_stopped" if best.stop_reason == "early_stopped" else "completed",
        undefined=best.undefined,
    )


__all__ = ["EarlyStopping", "TrainingPlan", "train"]
