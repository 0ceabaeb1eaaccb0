"""The life of one attempt, from its claim to its outcome."""

from dataclasses import asdict
from functools import partial
from typing import Any

import structlog

from store import Store
from store.errors import DatabaseAway, Fenced
from store.jobs import events
from store.jobs.claims import Claim, held
from store.states import JobStatus, Phase, is_final
from worker.attempt.checkpointer import Checkpointer
from worker.attempt.evaluation import calibrate, evaluate_held_out
from worker.attempt.outcome import Outcome, conclude, outcome_of, success
from worker.attempt.reporting.reporter import Reporter
from worker.attempt.resume import begin
from worker.attempt.training import certify, run_training, score
from worker.attempt.training_job import TrainingJob, load
from worker.process.shared_memory import SharedMemory

log = structlog.get_logger(__name__)


def run(store: Store, claim: Claim, shared: SharedMemory) -> None:
    """Bring a claimed job to its end, whatever that is; a claim that was lost ends without a write."""
    with structlog.contextvars.bound_contextvars(job_id=claim.job_id, attempt=claim.attempt):
        log.info("attempt started")
        reporter = Reporter(store, claim, shared)
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
        if status is JobStatus.SUCCEEDED and outcome.afterwards is not None:
            outcome.afterwards()


def _attempt(store: Store, claim: Claim, reporter: Reporter) -> Outcome:
    """Train; whatever stops it decides the outcome."""
    try:
        with reporter:
            return _train(store, claim, reporter)
    except Fenced:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the job has to end with a cause
        return outcome_of(error)


def _train(store: Store, claim: Claim, reporter: Reporter) -> Outcome:
    """Do what a job is, in the order in which it happens."""
    training_job = load(store, claim)
    reporter.raise_if_stopped()
    if training_job.spec.training.gradient_check and claim.attempt == 1:
        reporter.enter(Phase.CHECKING)
        _keep_certificate(store, claim, asdict(certify(training_job)))
    beginning = begin(store, claim)
    if beginning.state is not None:
        reporter.go_on(beginning.state, best=beginning.best, latest=beginning.latest)
    reporter.start_training(training_job.extent, keeps_every=training_job.spec.tracking.every)
    with checkpointer_of(
        store, claim, reporter, training_job=training_job, elapsed_s=beginning.elapsed_s
    ) as checkpointer:
        result = run_training(training_job, reporter, checkpointer, state=beginning.state)
    if result.undefined is not None:
        _warn_of_undefined(store, claim, result.undefined)
    reporter.enter(Phase.EVALUATING)
    scores = score(training_job, result.weights)
    conformal = calibrate(training_job, result.weights)
    reporter.enter(Phase.SAVING)
    return success(
        store,
        training_job.as_model(result.weights, conformal),
        scores=scores,
        stop_reason=result.stop_reason,
        split=training_job.split,
        afterwards=partial(
            evaluate_held_out, store, claim, training_job, training_job.predictor(result.weights, conformal)
        ),
    )


def checkpointer_of(
    store: Store, claim: Claim, reporter: Reporter, *, training_job: TrainingJob, elapsed_s: float
) -> Checkpointer:
    """Prepare the checkpoints of an attempt."""
    every = getattr(training_job.spec.training, "checkpoint_every_s", None) or store.settings.checkpoint_seconds
    return Checkpointer(
        store,
        claim,
        history=reporter.history,
        progress=reporter.progress,
        every_seconds=every,
        metadata={"preprocessing": training_job.preprocessing.to_json()},
        elapsed_s=elapsed_s,
    )


def _keep_certificate(store: Store, claim: Claim, certificate: dict[str, Any]) -> None:
    with store.database.transaction() as session:
        job = held(session, claim)
        message = f"The gradient agrees with differences to {certificate['max_relative_error']:.1e}."
        events.append(session, job, "job.gradient_checked", message, certificate)


def _warn_of_undefined(store: Store, claim: Claim, metric: str) -> None:
    message = (
        f"`{metric}`, which was to decide, was defined in no epoch (a metric of ranking needs rows of each class): "
        "these are the last weights."
    )
    with store.database.transaction() as session:
        job = held(session, claim)
        job.warnings = [*job.warnings, {"code": "job.metric_undefined", "message": message}]


def _last_words(reporter: Reporter, status: JobStatus) -> dict[str, Any]:
    """Say after the commit, when the row says the same, how it ended: whoever waits for the job wakes up."""
    done = is_final(status)
    phase = Phase.FINISHED if done else Phase.WAITING
    return reporter.payload() | {"status": status.value, "done": done, "phase": phase.value}
