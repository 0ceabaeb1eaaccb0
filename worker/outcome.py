"""How an attempt ended, and the one transaction that says so."""

import io
from dataclasses import dataclass, replace
from typing import Any

import structlog

import exports
from exports import TrainedModel
from store import Store, verdicts
from store.claims import Claim
from store.errors import CancelRequested, DatabaseAway, Fenced, StorageFull
from store.states import JobStatus, StopReason
from store.verdicts import Ending, TrainedFacts
from worker.environment import fingerprint
from worker.errors import Cancelled, Drained, Paused
from worker.failures import explain
from worker.learning import Learned
from worker.lesson import Lesson
from worker.memory import peak_bytes
from worker.persistence import persistently
from worker.progress import finite
from worker.reporter import Reporter

FULL_REST_SECONDS = 30
FULL_PATIENCE_SECONDS = 600.0  # a database that is full cannot even be told that the job waits
DRAIN_PATIENCE_SECONDS = 10.0  # whoever has to leave leaves; the row is given back after a silence

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A network that learned its lesson, with its scores."""

    lesson: Lesson
    learned: Learned
    scores: dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """What all endings need: whose job, and the rows that were not written before."""

    store: Store
    claim: Claim
    shown: dict[str, Any]
    rows: list[dict[str, Any]]

    def succeed(self, trained: Trained) -> JobStatus:
        """Write model, weights, last metrics and status; a cancellation that was answered wins."""
        model = trained.lesson.as_model(trained.learned.weights)
        file, facts, ending = in_bytes(model), facts_of(model, trained), self._ending(trained.learned.stop_reason)
        ending = replace(ending, memory_bytes=peak_bytes())
        database, blobs = self.store.database, self.store.blobs
        try:
            persistently(
                lambda: verdicts.succeed(database, blobs, self.claim, weights=file, facts=facts, ending=ending)
            )
        except CancelRequested:
            return self.cancel()
        return JobStatus.SUCCEEDED

    def fail(self, error: Exception) -> JobStatus:
        """Write the cause."""
        told = explain(error)
        ending = self._ending(StopReason.DIVERGED if told["code"] == "job.diverged" else StopReason.ERROR)
        persistently(lambda: verdicts.fail(self.store.database, self.claim, told, ending=ending))
        return JobStatus.FAILED

    def cancel(self) -> JobStatus:
        """Write that the owner stopped it; its metrics stay, its weights do not."""
        persistently(lambda: verdicts.cancel(self.store.database, self.claim, ending=self._ending(StopReason.USER)))
        return JobStatus.CANCELLED

    def release(self, cause: str = "drained") -> JobStatus:
        """Give the job back, and ring: this worker cannot go on, another one may be idle."""
        ending = self._ending(StopReason.USER)
        status = persistently(
            lambda: verdicts.release(self.store.database, self.claim, cause=cause, ending=ending),
            patience_seconds=DRAIN_PATIENCE_SECONDS,
        )
        self.store.queue.ring()
        return status

    def wait_for_room(self) -> JobStatus:
        """Give the job back until there is room for its result; it goes on from its last checkpoint."""
        log.warning("no room for the result, the job waits")
        status = persistently(
            lambda: verdicts.release(self.store.database, self.claim, cause="storage_full", rest_s=FULL_REST_SECONDS),
            patience_seconds=FULL_PATIENCE_SECONDS,
            also=(StorageFull,),
        )
        self.store.queue.ring()
        return status

    def pause(self) -> JobStatus:
        """Let the job wait until its owner resumes it; tells what it became: a cancellation wins."""
        ending = self._ending(StopReason.USER)
        return persistently(lambda: verdicts.pause(self.store.database, self.claim, ending=ending))

    def _ending(self, reason: StopReason) -> Ending:
        shown = {name: self.shown[name] for name in ("step", "epoch", "best", "latest", "progress")}
        return Ending(stop_reason=reason, metrics=self.rows, **shown)


def conclude(store: Store, claim: Claim, outcome: Trained | Exception, reporter: Reporter) -> JobStatus:
    """Write how the attempt ended and tell the job's status; raises Fenced where it is no longer ours to say."""
    verdict = Verdict(store, claim, reporter.payload(), persistently(reporter.history.take))
    match outcome:
        case Trained():
            return succeed_or_tell(verdict, outcome)
        case Cancelled():
            return verdict.cancel()
        case Paused() | Drained() | DatabaseAway() | StorageFull():
            return let_wait(verdict, outcome)
        case _:
            return verdict.fail(outcome)


def let_wait(verdict: Verdict, why: Exception) -> JobStatus:
    """Give a job back that somebody can go on with later."""
    match why:
        case Paused():
            return verdict.pause()
        case StorageFull():
            return verdict.wait_for_room()
        case DatabaseAway():
            return verdict.release("database_away")
        case _:
            return verdict.release()


def succeed_or_tell(verdict: Verdict, trained: Trained) -> JobStatus:
    """Store a result; without room it waits, and what else keeps it from being stored is a failure with a cause."""
    try:
        return verdict.succeed(trained)
    except (Fenced, DatabaseAway):
        raise
    except StorageFull:
        return verdict.wait_for_room()
    except Exception as error:  # noqa: BLE001 - whatever it was, the job has to end with a cause
        return verdict.fail(error)


def in_bytes(model: TrainedModel) -> io.BytesIO:
    """Write the model as it is stored."""
    file = io.BytesIO()
    exports.write(model, "safetensors", file)
    return file


def facts_of(model: TrainedModel, trained: Trained) -> TrainedFacts:
    """Tell what is remembered beside the bytes."""
    return TrainedFacts(
        task=trained.lesson.spec.task,
        parameters=trained.lesson.network.parameter_count,
        spec=dict(model.spec),
        preprocessing=dict(model.preprocessing),
        metrics=finite(trained.scores),
        environment=fingerprint(),
    )
