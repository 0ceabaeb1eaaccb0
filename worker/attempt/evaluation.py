"""What validation rows are good for at the end: sets and intervals, and the evaluation that no one has to ask for."""

import time

import numpy as np
import structlog
from sqlalchemy import select

from models import Conformal, Predictor
from models.judging import (
    SEED,
    JudgedRows,
    Sample,
    TrainingRows,
    is_judged,
    most_rows,
    report,
    training_order,
    true_answers,
)
from neural import Examples, StoredRows
from store import Store, ids
from store.database.tables import Evaluation, Model
from store.jobs.claims import Claim
from worker.attempt.training_job import TrainingJob

MOST_FLOPS = 10_000_000_000  # of the network's answers to the rows, and as many for the importance: some seconds

log = structlog.get_logger(__name__)


def calibrate(training_job: TrainingJob, weights: np.ndarray) -> Conformal | None:
    """Score the validation rows, 10 000 at most, for prediction sets and intervals; None without such rows."""
    target = training_job.preprocessing.target
    if training_job.validation is None or not is_judged(target, training_job.spec.task):
        return None
    judged = _judged(training_job, training_job.validation, _sample(training_job))
    outputs = training_job.predictor(weights).outputs(judged.x)
    return Conformal.of(target, outputs, judged.true) if np.isfinite(outputs).all() else None


def evaluate_held_out(store: Store, claim: Claim, training_job: TrainingJob, predictor: Predictor) -> None:
    """Judge a model as a request with `"rows": "validation"` would, and keep what was found.

    The job has ended by now: nothing of it waits, and whatever goes wrong here changes nothing of it.
    """
    validation = training_job.validation
    if validation is None or not is_judged(training_job.preprocessing.target, training_job.spec.task):
        return
    begun = time.monotonic()
    try:
        judged, learned = _judged(training_job, validation, _sample(training_job)), _learned(training_job)
        found = report(predictor, judged, learned, most_answers=_most_answers(training_job))
        _keep(store, claim, training_job, len(judged.true[0]), found)
    except Exception as error:
        log.warning("the model was not evaluated", reason=type(error).__name__, exc_info=error)
        return
    log.info("evaluated", seconds=round(time.monotonic() - begun, 3))


def _most_answers(training_job: TrainingJob) -> int:
    return max(1, MOST_FLOPS // max(1, training_job.plan.members * training_job.network.flops_per_row))


def _sample(training_job: TrainingJob) -> Sample:
    return Sample(min(most_rows(training_job.preprocessing), _most_answers(training_job)), SEED)


def _judged(training_job: TrainingJob, validation: Examples, sample: Sample) -> JudgedRows:
    chosen = sample.of(np.arange(len(validation)))
    true = true_answers(training_job.preprocessing.target, validation.y[chosen])
    return JudgedRows(x=_inputs(validation, chosen), true=true, drawn_from=len(validation))


def _learned(training_job: TrainingJob) -> TrainingRows:
    rows = training_job.training
    order = training_order(len(rows), SEED)
    return TrainingRows(
        true=true_answers(training_job.preprocessing.target, rows.y[order]),
        inputs=lambda count: _inputs(rows, order[:count]),
    )


def _inputs(examples: Examples, rows: np.ndarray) -> np.ndarray:
    if not isinstance(examples.x, StoredRows):
        return np.asarray(examples.x[rows])
    out = np.empty((len(rows), *examples.x.shape[1:]), examples.x.dtype)
    examples.x.take(rows, out)
    return out


def _keep(store: Store, claim: Claim, training_job: TrainingJob, row_count: int, found: dict[str, object]) -> None:
    with store.database.transaction() as session:
        model_id = session.scalar(select(Model.id).where(Model.job_id == claim.job_id))
        if model_id is None:  # deleted meanwhile
            return
        evaluation = Evaluation(
            id=ids.new("evaluation"),
            project_id=claim.project_id,
            model_id=model_id,
            dataset_id=training_job.spec.split.validation_dataset_id or claim.dataset_id,
            part="validation",
            row_count=row_count,
            seed=SEED,
            report=found,
        )
        session.add(evaluation)
