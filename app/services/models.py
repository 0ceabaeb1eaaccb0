"""Use cases of models: find, list, delete; weights and predictions have files of their own."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from datasets import Preprocessing
from datasets.preprocessing.target import spoken
from store import Store
from store.database import rows
from store.database.tables import Job, Model
from store.errors import InUse

View = dict[str, Any]


def find(store: Store, project_id: str, model_id: str) -> View:
    """Show one model; raises NotFound and WrongKindOfId."""
    return present(row(store, project_id, model_id))


def row(store: Store, project_id: str, model_id: str) -> Model:
    """Fetch one model's row."""
    with store.database.reading() as session:
        return rows.find(session, Model, model_id, project_id)


def weights_digest(store: Store, project_id: str, model_id: str) -> str:
    """Name the bytes of a model's weights; raises NotFound and WrongKindOfId."""
    with store.database.glancing() as glance:
        return str(rows.glimpse(glance, Model, ("weights_digest",), model_id, project_id).told("weights_digest"))


def page(store: Store, project_id: str, wanted: dict[str, str], *, limit: int, after: str | None) -> rows.Page[View]:
    """List models, newest first, that have every wanted property."""
    with store.database.reading() as session:
        conditions = [getattr(Model, name) == value for name, value in wanted.items()]
        found = rows.page(session, Model, project_id, limit=limit, after=after, filters=conditions)
        return rows.Page([present(model) for model in found.rows], found.has_more, found.next_cursor)


def delete(store: Store, project_id: str, model_id: str) -> None:
    """Forget a model, and its weights unless another model has the very same."""
    with store.database.transaction() as session:
        model = rows.find(session, Model, model_id, project_id)
        session.execute(update(Job).where(Job.model_id == model.id).values(model_id=None))
        session.delete(model)
        session.flush()
        _drop_weights(store, session, model.weights_digest)


def present(model: Model) -> View:
    """Show a model; what a row to predict must hold is read from its preprocessing."""
    preprocessing = Preprocessing.from_json(model.preprocessing)
    target = preprocessing.target
    here = f"/v1/models/{model.id}"
    return {
        "id": model.id,
        "object": "model",
        "name": model.name,
        "job_id": model.job_id,
        "dataset_id": model.dataset_id,
        "task": model.task,
        "target": spoken(target),
        "classes": list(target.classes) or None,
        "features": [feature.column for feature in preprocessing.features],
        "parameters": model.parameters,
        "metrics": model.metrics,
        "weights": {"digest": f"sha256:{model.weights_digest}", "size_bytes": model.size_bytes},
        "created_at": model.created_at,
        "urls": {
            "self": here,
            "weights": f"{here}/weights",
            "predict": f"{here}/predict",
            "evaluations": f"{here}/evaluations",
            "job": f"/v1/jobs/{model.job_id}" if model.job_id else None,
            "dataset": f"/v1/datasets/{model.dataset_id}",
        },
    }


def _drop_weights(store: Store, session: Session, digest: str) -> None:
    try:
        store.blobs.delete(session, digest)
    except InUse:
        return  # equal training gives equal bytes, and another model refers to them
