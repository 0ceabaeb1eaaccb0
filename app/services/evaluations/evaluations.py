"""Use cases of evaluations: make, list, find."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.errors import Refused, refuse
from app.services.cache import LruCache
from app.services.evaluations import judged_rows
from app.services.evaluations.baselines import MOST_ROWS as MOST_TRAINING_ROWS
from app.services.evaluations.baselines import TrainingRows, baselines, not_beaten
from app.services.evaluations.importance import importance
from app.services.evaluations.json_values import by_name, known
from app.services.evaluations.judge import Judge, answers_of
from app.services.evaluations.judged_rows import JudgedRows, Sample
from app.services.evaluations.split import SplitAgain, split_again
from app.services.idempotency import SaveReply, keep_nothing
from app.services.predictions import Predictor, predictor_of, stored
from app.views import evaluation as views
from datasets import Preprocessing, encode_answers, encode_inputs
from datasets.preprocessing.encodings import TargetEncoding
from neural.scoring.intervals import LEVEL, RESAMPLES
from specs import Spec
from store import Store, ids
from store.database import rows
from store.database.rows import Page
from store.database.tables import Dataset, Evaluation, Model
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
    target = _judged_target(model)
    predictor = predictors.get(model.weights_digest, lambda: predictor_of(stored(store, model.weights_digest)))
    again = cache(partial(_split_of, store, model, predictor.preprocessing))
    sample = Sample(question.sample_rows, question.seed)
    if wanted is not None:
        judged = judged_rows.of_dataset(store, wanted, predictor.preprocessing, sample)
    else:
        judged = judged_rows.of_part(again, predictor.preprocessing, str(question.part), sample)
    dataset = wanted if wanted is not None else again().source(str(question.part))[0]
    report = _report(predictor, Judge(target=target, true=judged.true), judged, again, question.seed)
    if wanted is not None and wanted.id == model.dataset_id:
        report["warnings"].insert(0, _seen(wanted))
    with store.database.transaction() as session:
        shown = views.present(_keep(session, model, dataset, question, len(judged.true), report))
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


def _judged_target(model: Model) -> TargetEncoding:
    target = Preprocessing.from_json(model.preprocessing).target
    if not isinstance(target, TargetEncoding) or model.task == "translation":
        answers = "translations" if model.task == "translation" else "several targets"
        raise refuse(
            "evaluation.task_unsupported",
            f"Model `{model.id}` answers with {answers}; models with one target of classes or numbers are evaluated.",
            found=model.task,
            allowed=["binary", "multiclass", "regression"],
        )
    return target


def _split_of(store: Store, model: Model, fitted: Preprocessing) -> SplitAgain:
    return split_again(store, model.project_id, model.dataset_id, Spec.from_json(model.spec), fitted)


def _report(
    predictor: Predictor, judge: Judge, judged: JudgedRows, again: Callable[[], SplitAgain], seed: int
) -> dict[str, Any]:
    """Judge answers by figures, with intervals, beside simple models, and by column."""
    answers = answers_of(predictor, judged.x)
    figures = judge.figures(answers)
    draws = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(2)]
    simple, warnings = _beside(judge, judged, predictor.preprocessing, again, seed)
    intervals = judge.intervals(answers, draws[0])
    return {
        "task": judge.target.task,
        "target": judge.target.column,
        "drawn_from": judged.drawn_from,
        "metrics": by_name(figures),
        "intervals": {
            "level": LEVEL,
            "resamples": RESAMPLES,
            "metrics": {name: {"low": known(low), "high": known(high)} for name, (low, high) in intervals.items()},
        },
        **judge.details(answers),
        "baselines": simple,
        "importance": importance(predictor, judge, judged.x, draws[1]),
        "warnings": [*not_beaten(judge, figures, simple), *warnings],
    }


def _beside(
    judge: Judge, judged: JudgedRows, preprocessing: Preprocessing, again: Callable[[], SplitAgain], seed: int
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Train simple models on rows that the network learned from; warn where these are not to be had any more."""
    try:
        split = again()
    except (Refused, NotFound) as error:
        return [], [{"code": "evaluation.no_baselines", "message": f"No simple models stand beside it: {error}"}]
    drawn = Sample(MOST_TRAINING_ROWS, seed).of(split.rows("training"))
    places = np.random.default_rng(seed).permutation(drawn)
    learned = TrainingRows(
        true=encode_answers(split.table, judge.target, places),
        inputs=lambda count: encode_inputs(split.table, preprocessing, places[:count]),
    )
    return baselines(judge, learned, judged.x), []


def _seen(dataset: Dataset) -> dict[str, str]:
    message = (
        f"The model learned from rows of dataset `{dataset.id}`: it was judged on what it has seen. "
        'On rows held out from it: "rows": "validation".'
    )
    return {"code": "evaluation.rows_seen", "message": message}


def _keep(
    session: Session, model: Model, dataset: Dataset, question: Question, row_count: int, report: dict[str, Any]
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
        report=report,
    )
    session.add(evaluation)
    session.flush()
    return evaluation
