"""Outcomes of an attempt: the table from exceptions to outcomes, the outcome of a success, and how one is written."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from tenacity import Retrying

import exports
from exports import TrainedModel
from neural.errors import Diverged
from store import Database, Store
from store.errors import CancelRequested, DatabaseAway, Fenced, StorageFull
from store.jobs import outcomes
from store.jobs.claims import Claim
from store.jobs.outcomes import Ending
from store.states import JobStatus, StopReason
from worker.attempt.failures import explain
from worker.attempt.reporting.progress import finite
from worker.attempt.reporting.reporter import Reporter
from worker.attempt.retry import DRAINING, WHILE_AWAY, WHILE_FULL, retry_while_away
from worker.errors import Cancelled, Drained, Paused
from worker.process.environment import fingerprint
from worker.process.memory_limit import peak_bytes

FULL_REST_SECONDS = 30

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One way for an attempt to end, and how that is written."""

    write: Callable[..., JobStatus]  # takes the database, the claim and `ending`; mostly one of store.jobs.outcomes
    stop_reason: StopReason = StopReason.USER
    policy: Retrying = WHILE_AWAY
    wakes_a_worker: bool = False  # the job waits, and this worker cannot go on with it: another one may be idle
    is_success: bool = False
    afterwards: Callable[[], None] | None = None  # once a success is written


def rest_until_room(database: Database, claim: Claim, *, ending: Ending) -> JobStatus:
    """Give the job back for a while; it goes on from its last checkpoint, so the row is left as it is."""
    del ending
    return outcomes.release(database, claim, cause="storage_full", rest_s=FULL_REST_SECONDS)


# What ends an attempt before its job has failed or succeeded; any other exception is a failure.
OUTCOMES: dict[type[Exception], Outcome] = {
    Cancelled: Outcome(write=outcomes.cancel),
    CancelRequested: Outcome(write=outcomes.cancel),
    Paused: Outcome(write=outcomes.pause),
    Drained: Outcome(write=partial(outcomes.release, cause="drained"), policy=DRAINING, wakes_a_worker=True),
    DatabaseAway: Outcome(write=partial(outcomes.release, cause="database_away"), policy=DRAINING, wakes_a_worker=True),
    StorageFull: Outcome(write=rest_until_room, policy=WHILE_FULL, wakes_a_worker=True),
}


def outcome_of(error: Exception) -> Outcome:
    """Tell what an exception makes of an attempt; one that is not in the table is a failure with a cause."""
    for kind, outcome in OUTCOMES.items():
        if isinstance(error, kind):
            return outcome
    reason = StopReason.DIVERGED if isinstance(error, Diverged) else StopReason.ERROR
    return Outcome(write=partial(outcomes.fail, error=explain(error)), stop_reason=reason)


def success(
    store: Store,
    model: TrainedModel,
    *,
    scores: dict[str, float],
    stop_reason: str,
    split: dict[str, Any] | None = None,
    afterwards: Callable[[], None] | None = None,
) -> Outcome:
    """Make the outcome of a training that came to its end: its model is written with the job's status."""
    file = io.BytesIO()
    exports.write(model, "safetensors", file)
    facts: dict[str, Any] = {"scores": finite(scores), "environment": fingerprint()}

    def write(database: Database, claim: Claim, *, ending: Ending) -> JobStatus:
        outcomes.succeed(
            database, store.blobs, claim, model=model, weights=file, ending=replace(ending, split=split), **facts
        )
        return JobStatus.SUCCEEDED

    return Outcome(write=write, stop_reason=StopReason(stop_reason), is_success=True, afterwards=afterwards)


def conclude(store: Store, claim: Claim, outcome: Outcome, reporter: Reporter) -> JobStatus:
    """Write how the attempt ended and tell the job's status; raises Fenced where it is no longer ours to say.

    What keeps a success from being written is the outcome instead: a cancellation that was answered meanwhile, no room.
    """
    metrics, shown = retry_while_away(reporter.history.take), reporter.payload()
    shown = {name: shown[name] for name in ("step", "epoch", "best", "latest", "progress")}
    ending = Ending(stop_reason=outcome.stop_reason, metrics=metrics, memory_bytes=peak_bytes(), **shown)
    try:
        return _write(store, claim, outcome, ending)
    except (Fenced, DatabaseAway):
        raise
    except Exception as error:
        if not outcome.is_success:
            raise
        log.warning("the result could not be written", reason=type(error).__name__)
        instead = outcome_of(error)
        return _write(store, claim, instead, replace(ending, stop_reason=instead.stop_reason))


def _write(store: Store, claim: Claim, outcome: Outcome, ending: Ending) -> JobStatus:
    status = retry_while_away(lambda: outcome.write(store.database, claim, ending=ending), outcome.policy)
    if outcome.wakes_a_worker:
        store.queue.ring()
    return status
