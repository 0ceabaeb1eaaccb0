"""The training loop, as a generator: it yields what happened, and its caller decides what happens next."""

from collections.abc import Generator

from neural.data.examples import Examples
from neural.engine.arrays import Array
from neural.network.network import Network
from neural.training.plan import EarlyStopping, TrainingPlan
from neural.training.reports import BatchReport, EpochReport, Report, TrainingResult
from neural.training.session import Session
from neural.training.state import TrainingState


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
    while session.best.stop_reason is None:
        session.start_epoch()
        while not session.position.is_at_end:
            session.run_group()
            yield _batch_report(session)
        report = _epoch_report(session)
        finished = report.result
        yield report
    return finished or _result(session)


def _batch_report(session: Session) -> BatchReport:
    position = session.position
    return BatchReport(
        epoch=position.epoch,
        step=position.step,
        steps=position.batches * session.plan.epochs,
        loss=session.mean_loss,
        weights=session.optimization.evaluation_weights.copy,
        state=session.snapshot,
    )


def _epoch_report(session: Session) -> EpochReport:
    position, best = session.position, session.best
    epoch = position.epoch
    values = session.end_epoch()
    return EpochReport(
        epoch=epoch,
        step=position.step,
        steps=position.batches * session.plan.epochs,
        values=values,
        is_best=best.epoch == epoch,
        stopped="early_stopped" if best.stop_reason == "early_stopped" else None,
        rows_seen=epoch * position.rows,
        weights=session.optimization.evaluation_weights.copy,
        best_weights=best.weights.copy,
        state=session.snapshot,
        result=_result(session) if best.stop_reason else None,
        health=session.health,
    )


def _result(session: Session) -> TrainingResult:
    best, evaluated = session.best, session.optimization.evaluation_weights
    return TrainingResult(
        weights=best.weights.copy() if session.plan.restores_best else evaluated.copy(),
        best_epoch=best.epoch,
        epochs_run=session.position.epoch - 1,
        stop_reason="early_stopped" if best.stop_reason == "early_stopped" else "completed",
        undefined=best.undefined,
    )


__all__ = ["EarlyStopping", "TrainingPlan", "train"]
