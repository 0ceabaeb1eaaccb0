"""The training loop, as a generator: it yields what happened, and its caller decides what happens next."""

from collections.abc import Generator

from neural.arrays import Array
from neural.examples import Examples
from neural.network import Network
from neural.plan import EarlyStopping, TrainingPlan
from neural.reports import BatchReport, EpochReport, Report, TrainingResult
from neural.session import Session
from neural.state import TrainingState


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
    session = Session(network, plan, training, validation, weights=weights, group_size=group_size)
    if state is not None:
        session.restore(state)
    finished: TrainingResult | None = None
    while session.stop_reason is None:
        session.start_epoch()
        while session.position < session.batches:
            session.run_group()
            yield _batch_report(session)
        report = _epoch_report(session)
        finished = report.result
        yield report
    return finished or _result(session)


def _batch_report(session: Session) -> BatchReport:
    return BatchReport(
        epoch=session.epoch,
        step=session.step,
        steps=session.batches * session.plan.epochs,
        loss=session.mean_loss,
        weights=session.kept.copy,
        state=session.snapshot,
    )


def _epoch_report(session: Session) -> EpochReport:
    epoch = session.epoch
    values = session.end_epoch()
    return EpochReport(
        epoch=epoch,
        step=session.step,
        steps=session.batches * session.plan.epochs,
        values=values,
        is_best=session.best_epoch == epoch,
        stopped="early_stopped" if session.stop_reason == "early_stopped" else None,
        rows_seen=epoch * session.rows,
        weights=session.kept.copy,
        best_weights=session.best_weights.copy,
        state=session.snapshot,
        result=_result(session) if session.stop_reason else None,
        health=session.health,
    )


def _result(session: Session) -> TrainingResult:
    return TrainingResult(
        weights=session.best_weights.copy() if session.plan.restores_best else session.kept.copy(),
        best_epoch=session.best_epoch,
        epochs_run=session.epoch - 1,
        stop_reason="early_stopped" if session.stop_reason == "early_stopped" else "completed",
    )


__all__ = ["EarlyStopping", "TrainingPlan", "train"]
