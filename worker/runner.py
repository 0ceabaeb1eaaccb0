"""The life of one attempt, from its claim to its verdict."""

from dataclasses import asdict
from typing import Any

import structlog

from store import Store, events
from store.claims import Claim, held
from store.errors import DatabaseAway, Fenced
from store.states import JobStatus, Phase, is_final
from worker.keeper import Keeper
from worker.learning import certify, learn, score
from worker.lesson import Lesson, load
from worker.outcome import Trained, conclude
from worker.reporter import Reporter
from worker.resuming import begin
from worker.slot import Slot

log = structlog.get_logger(__name__)


def run(store: Store, claim: Claim, slot: Slot) -> None:
    """Bring a claimed job to its end, whatever that is; a claim that was lost ends without a write."""
    with structlog.contextvars.bound_contextvars(job_id=claim.job_id, attempt=claim.attempt):
        log.info("attempt started")
        reporter = Reporter(store, claim, slot)
        try:
            outcome = _attempt(store, claim, reporter)
            status = conclude(store, claim, outcome, reporter)
        except Fenced:
            log.warning("attempt fenced: the job is no longer ours, nothing is written")
            return
        except DatabaseAway as error:  # a silence gives the job back: an outage is no reason to fail it
            log.warning("database away for too long, the job is left to others", reason=str(error))
            return
        store.progress.publish(claim.job_id, claim.fence, _last_words(reporter, status))
        log.info("attempt ended", status=status.value)


def _attempt(store: Store, claim: Claim, reporter: Reporter) -> Trained | Exception:
    """Train, or give what stopped it: that decides the verdict, too."""
    try:
        with reporter:
            return _train(store, claim, reporter)
    except Fenced:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the job has to end with a cause
        return error


def _train(store: Store, claim: Claim, reporter: Reporter) -> Trained:
    """Do what a job is, in the order in which it happens."""
    lesson = load(store, claim)
    reporter.heed()
    if lesson.spec.training.gradient_check and claim.attempt == 1:
        reporter.enter(Phase.CHECKING)
        _keep_certificate(store, claim, asdict(certify(lesson)))
    beginning = begin(store, claim)
    if beginning.state is not None:
        reporter.go_on(beginning.state, best=beginning.best, latest=beginning.latest)
    reporter.start_training(lesson.extent, keeps_every=lesson.spec.tracking.every)
    with keeper_of(store, claim, reporter, lesson=lesson, elapsed_s=beginning.elapsed_s) as keeper:
        learned = learn(lesson, reporter, keeper, state=beginning.state)
    reporter.enter(Phase.EVALUATING)
    scores = score(lesson, learned.weights)
    reporter.enter(Phase.SAVING)
    return Trained(lesson=lesson, learned=learned, scores=scores)


def keeper_of(store: Store, claim: Claim, reporter: Reporter, *, lesson: Lesson, elapsed_s: float) -> Keeper:
    """Prepare the checkpoints of an attempt."""
    every = getattr(lesson.spec.training, "checkpoint_every_s", None) or store.settings.checkpoint_seconds
    return Keeper(
        store,
        claim,
        history=reporter.history,
        progress=reporter.progress,
        every_seconds=every,
        metadata={"preprocessing": lesson.preprocessing.to_json()},
        elapsed_s=elapsed_s,
    )


def _keep_certificate(store: Store, claim: Claim, certificate: dict[str, Any]) -> None:
    with store.database.transaction() as session:
        job = held(session, claim)
        message = f"The gradient agrees with differences to {certificate['max_relative_error']:.1e}."
        events.append(session, job, "job.gradient_checked", message, certificate)


def _last_words(reporter: Reporter, status: JobStatus) -> dict[str, Any]:
    """Say after the commit, when the row says the same, how it ended: whoever waits for the job wakes up."""
    done = is_final(status)
    phase = Phase.FINISHED if done else Phase.WAITING
    return reporter.payload() | {"status": status.value, "done": done, "phase": phase.value}
