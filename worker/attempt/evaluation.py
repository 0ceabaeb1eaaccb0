"""The evaluation that every finished job has without asking: of its validation rows, after its end was written."""

import time

import numpy as np
import structlog
from sqlalchemy import select

from models import Predictor
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


def evaluate_held_out(store: Store, claim: Claim, training_job: TrainingJob, weights: np.ndarray) -> None:
    """Judge a model as a request with `"rows": "validation"` would, and keep what was found.

    The job has ended by now: nothing of it waits, and whatever goes wrong here changes nothing of it.
    """
    validation, preprocessing = training_job.validation, training_job.preprocessing
    if validation is None or not is_judged(preprocessing.target, training_job.spec.task):
        return
    begun = time.monotonic()
    try:
        predictor = Predictor(
            network=training_job.network, weights=weights, preprocessing=preprocessing, loss=training_job.plan.loss
        )
        answers = MOST_FLOPS // max(1, training_job.plan.members * training_job.network.flops_per_row)
        sample = Sample(max(1, min(most_rows(preprocessing), answers)), SEED)
        judged, learned = _judged(training_job, validation, sample), _learned(training_job)
        found = report(predictor, judged, learned, most_answers=answers)
        _keep(store, claim, training_job, len(judged.true[0]), found)
    except Exception as error:
        log.warning("the model was not evaluated", reason=type(error).__name__, exc_info=error)
        return
    log.info("evaluated", seconds=round(time.monotonic() - begun, 3))


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
