"""What is known of a model for good: its spec with the reasons, and its card."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.services import models
from app.views import evaluation as evaluation_views
from store import Store
from store.database.tables import Evaluation, Job, Model

View = dict[str, Any]


def spec(store: Store, project_id: str, reference: str) -> View:
    """Tell what was given and what it was resolved to, with the reason for each value; also without the job."""
    with store.database.reading() as session:
        model = models.of(session, project_id, reference)
        origin = _origin(session, model)
        return {
            "object": "spec",
            "model_id": model.id,
            "given": origin.get("given"),
            "resolved": model.spec,
            "provenance": origin.get("provenance"),
        }


def card(store: Store, project_id: str, reference: str) -> View:
    """Sum up what the model is, what it learned from and how, how good it is, and what it is not good for."""
    with store.database.reading() as session:
        model = models.of(session, project_id, reference)
        shown = models.find_in(session, model)
        origin = _origin(session, model)
        evaluation = session.scalar(
            select(Evaluation)
            .where(Evaluation.model_id == model.id, Evaluation.part == "validation")
            .order_by(Evaluation.id)
            .limit(1)
        )
        return {
            "object": "model_card",
            "model": {name: shown[name] for name in MODEL},
            "data": origin.get("dataset") or {"id": model.dataset_id},
            "split": origin.get("split"),
            "spec": {"digest": _digest(model.spec)},
            "seed": model.spec.get("training", {}).get("seed"),
            "trained_by": origin.get("job_id"),
            "parents": shown["parents"],
            "environment": model.environment,
            "metrics": model.metrics,
            "evaluation": None if evaluation is None else _judged(evaluation),
            "limits": _limits(model, evaluation),
        }


MODEL = (
    *("id", "name", "version", "aliases", "description", "tags", "task", "target", "classes", "features"),
    *("parameters", "weights", "created_at"),
)


def _origin(session: Session, model: Model) -> View:
    """Read what was kept with the model; of models of earlier versions what their job still tells."""
    if model.origin is not None:
        return model.origin
    job = None if model.job_id is None else session.get(Job, model.job_id)
    return {} if job is None else {"job_id": job.id, "given": job.given, "provenance": job.provenance}


def _judged(evaluation: Evaluation) -> View:
    brief = evaluation_views.present_briefly(evaluation)
    parts = {name: evaluation.report.get(name) for name in ("intervals", "coverage", "baselines")}
    return {name: brief[name] for name in ("id", "rows", "row_count", "metrics", "warnings")} | parts


def _limits(model: Model, evaluation: Evaluation | None) -> list[str]:
    """Say in sentences what the model must not be trusted with."""
    found = ["It knows rows like those of its dataset: of others its answers mean nothing."]
    classes = model.preprocessing["target"].get("classes")
    if classes:
        found.append(f"It answers with one of {len(classes)} classes, also for what is none of them.")
    if evaluation is None:
        found.append("No rows were held out for validation: how good it is on rows that it has not seen is not known.")
    else:
        found.append(f"Its figures are of {evaluation.row_count} rows of the same dataset.")
        found += [warning["message"] for warning in evaluation.report["warnings"]]
    return found


def _digest(document: View) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
