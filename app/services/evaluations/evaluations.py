"""Use cases of evaluations: make, list, find."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Refused, refuse
from app.services.cache import LruCache
from app.services.evaluations import judged_rows
from app.services.evaluations.split import SplitAgain, split_again
from app.services.idempotency import SaveReply, keep_nothing
from app.services.predictions.rows import stored
from app.views import evaluation as views
from datasets import Preprocessing, encode_answers, encode_inputs
from models import Predictor, predictor_of
from models.judging import MOST_TARGETS, Sample, TrainingRows, is_judged, report, training_order
from specs import Spec
from store import Store, ids
from store.database import rows
from store.database.rows import Page
from store.database.tables import Dataset, Evaluation, Job, Model
from store.errors import NotFound

View = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which rows a model is to be judged on: all of a dataset, or a part of its own split; perhaps drawn from them."""

    dataset_id: str | None = None
    part: str | None = None
    sample_rows: int | None = None
    seed: int = 0


def make(
    store: Store,
    predictors: LruCache[Predictor],
    project_id: str,
    model_id: str,
    question: Question,
    keep: SaveReply = keep_nothing,
) -> View:
    """Judge a model, and keep what was found.

    Raises NotFound, DatasetError for rows that are not like those of training, and Refused for what cannot be judged.
    """
    with store.database.reading() as session:
        model = rows.find(session, Model, model_id, project_id)
        wanted = None if question.dataset_id is None else rows.find(session, Dataset, question.dataset_id, project_id)
    _refuse_unjudged(model)
    predictor = predictors.get(model.weights_digest, lambda: predictor_of(stored(store, model.weights_digest)))
    again = cache(partial(_split_of, store, model, predictor.preprocessing))
    sample = Sample(question.sample_rows, question.seed)
    if wanted is not None:
        judged = judged_rows.of_dataset(store, wanted, predictor.preprocessing, sample)
    else:
        judged = judged_rows.of_part(again, predictor.preprocessing, str(question.part), sample)
    dataset = wanted if wanted is not None else again().source(str(question.part))[0]
    learned, warnings = _training_rows(predictor.preprocessing, again, question.seed)
    found = report(predictor, judged, learned, seed=question.seed, warnings=warnings)
    if wanted is not None and wanted.id == model.dataset_id:
        found["warnings"].insert(0, _seen(wanted))
    with store.database.transaction() as session:
        shown = views.present(_keep(session, model, dataset, question, len(judged.true[0]), found))
        keep(session, shown)
        return shown


def page(store: Store, project_id: str, model_id: str, *, limit: int, after: str | None) -> Page[View]:
    """List the evaluations of a model, newest first, in a few numbers each."""
    with store.database.reading() as session:
        rows.refuse_unknown(session, Model, model_id, project_id)
        mine = [Evaluation.model_id == model_id]
        found = rows.page(session, Evaluation, project_id, limit=limit, after=after, filters=mine)
        return Page([views.present_briefly(row) for row in found.rows], found.has_more, found.next_cursor)


def find(store: Store, project_id: str, model_id: str, evaluation_id: str) -> View:
    """Show an evaluation of a model; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        rows.find(session, Model, model_id, project_id)
        found = rows.find(session, Evaluation, evaluation_id, project_id)
        if found.model_id != model_id:
            raise NotFound("evaluation", evaluation_id)
        return views.present(found)


def _refuse_unjudged(model: Model) -> None:
    target = Preprocessing.from_json(model.preprocessing).target
    if not is_judged(target, model.task):
        answers = "translations" if model.task == "translation" else f"{target.output_width} numbers or labels"
        raise refuse(
            "evaluation.task_unsupported",
            f"Model `{model.id}` answers with {answers}; models with up to {MOST_TARGETS} targets of classes or "
            "numbers are evaluated.",
            found=model.task,
            allowed=["binary", "multiclass", "multilabel", "regression"],
        )


def _split_of(store: Store, model: Model, fitted: Preprocessing) -> SplitAgain:
    with store.database.reading() as session:
        job = None if model.job_id is None else session.get(Job, model.job_id)
    readings = None if job is None else job.readings
    return split_again(store, model.project_id, model.dataset_id, Spec.from_json(model.spec), fitted, readings)


def _training_rows(
    preprocessing: Preprocessing, again: Callable[[], SplitAgain], seed: int
) -> tuple[TrainingRows | None, list[dict[str, str]]]:
    """Give rows that the network learned from, for simple models; warn where these are not to be had any more."""
    try:
        split = again()
    except (Refused, NotFound) as error:
        return None, [{"code": "evaluation.no_baselines", "message": f"No simple models stand beside it: {error}"}]
    places = split.rows("training")[training_order(len(split.rows("training")), seed)]
    return TrainingRows(
        true=encode_answers(split.table, preprocessing.target, places),
        inputs=lambda count: encode_inputs(split.table, preprocessing, places[:count]),
    ), []


def _seen(dataset: Dataset) -> dict[str, str]:
    message = (
        f"The model learned from rows of dataset `{dataset.id}`: it was judged on what it has seen. "
        'On rows held out from it: "rows": "validation".'
    )
    return {"code": "evaluation.rows_seen", "message": message}


def _keep(
    session: Session, model: Model, dataset: Dataset, question: Question, row_count: int, found: dict[str, Any]
) -> Evaluation:
    rows.refuse_unknown(session, Model, model.id, model.project_id)  # it may have been deleted meanwhile
    rows.refuse_unknown(session, Dataset, dataset.id, model.project_id)
    evaluation = Evaluation(
        id=ids.new("evaluation"),
        project_id=model.project_id,
        model_id=model.id,
        dataset_id=dataset.id,
        part=question.part,
        row_count=row_count,
        seed=question.seed,
        report=found,
    )
    session.add(evaluation)
    session.flush()
    return evaluation
