"""What a job did with the rows: which were where, and what its model answers to those it never learned from."""

from typing import Any

import pyarrow as pa

from app.errors import refuse
from app.services import prepared_files
from app.services.cache import LruCache
from app.services.evaluations.split import PARTS, SplitAgain, split_again
from app.services.predictions.rows import stored
from datasets import Preprocessing
from models import Predictor, predictor_of
from specs import Spec
from store import Store
from store.database import rows
from store.database.tables import Job, Model
from store.states import JobStatus

View = dict[str, Any]


def split_of_job(store: Store, project_id: str, job_id: str, part: str, *, offset: int, limit: int) -> View:
    """List the rows of a part by their numbers; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        job = rows.find(session, Job, job_id, project_id)
        model = None if job.model_id is None else session.get(Model, job.model_id)
    fitted = None if model is None else Preprocessing.from_json(model.preprocessing)
    again = split_again(store, project_id, job.dataset_id, Spec.from_json(job.resolved), fitted, job.readings)
    counts = {name: len(again.rows(name)) for name in PARTS}
    return {
        "object": "split",
        "job_id": job.id,
        "counts": {**counts, "left_out": again.dropped_rows},
        **_stretch(again, part, offset, limit, again.rows(part)[offset : offset + limit].tolist()),
    }


def predictions(
    store: Store,
    predictors: LruCache[Predictor],
    project_id: str,
    job_id: str,
    part: str,
    *,
    offset: int,
    limit: int,
) -> View:
    """List held-out rows with truth and answer; refuses jobs that have no model."""
    with store.database.reading() as session:
        job = rows.find(session, Job, job_id, project_id)
        model = None if job.model_id is None else session.get(Model, job.model_id)
    if model is None:
        raise _no_model(job)
    predictor = predictors.get(model.weights_digest, lambda: predictor_of(stored(store, model.weights_digest)))
    spec = Spec.from_json(job.resolved)
    again = split_again(store, project_id, job.dataset_id, spec, predictor.preprocessing, job.readings)
    numbers = again.rows(part)[offset : offset + limit]
    data = _answered(again, part, predictor, pa.array(numbers, pa.int64())) if len(numbers) else []
    return {
        "object": "list",
        "job_id": job.id,
        "model_id": model.id,
        **_stretch(again, part, offset, limit, data),
    }


def _stretch(again: SplitAgain, part: str, offset: int, limit: int, data: list[Any]) -> View:
    count = len(again.rows(part))
    return {
        "part": part,
        "dataset_id": again.source(part)[0].id,
        "data": data,
        "offset": offset,
        "row_count": count,
        "has_more": offset + limit < count,
    }


def _answered(again: SplitAgain, part: str, predictor: Predictor, numbers: pa.Array) -> list[View]:
    dataset, table = again.source(part)
    preprocessing = predictor.preprocessing
    inputs = list(dict.fromkeys(feature.column for feature in preprocessing.features))
    answers = predictor.predict(table.select(inputs).take(numbers))
    names = preprocessing.target.columns
    cells = prepared_files.values(table.select(list(names)).take(numbers), dataset.columns)
    truths = [row[names[0]] if len(names) == 1 else row for row in cells]
    return [
        {"row": row, "truth": truth, "prediction": answer}
        for row, truth, answer in zip(numbers.to_pylist(), truths, answers, strict=True)
    ]


def _no_model(job: Job) -> Exception:
    if job.status is JobStatus.SUCCEEDED:
        return refuse("not_found.model", f"The model of job `{job.id}` was deleted.")
    return refuse("job.wrong_state", f"Job `{job.id}` is {job.status}; only a succeeded one has answers to rows.")
