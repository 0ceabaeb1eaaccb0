"""Weights that a job starts from: their shapes, read from model or checkpoint, and the pin that keeps a checkpoint."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

import specs
from app.errors import Flaw, refuse
from app.services import checkpoints
from datasets import Preprocessing
from exports import model_of_state
from exports.errors import UnreadableModel
from store import Store, ids
from store.database import rows
from store.database.tables import Checkpoint, Job, Model
from store.errors import NoCheckpoint, NotFound
from store.jobs import checkpoint_retention

CODES = {"model": "not_found.model", "job": "not_found.job", "checkpoint": "not_found.checkpoint"}


@dataclass(frozen=True)
class StoredWeights:
    """Where weights are, by an id under which they never change."""

    row: Model | Checkpoint
    spec: dict[str, object]
    reason: str | None = None


def facts(store: Store, project_id: str, id_: str) -> specs.StartFacts | Flaw:
    """Describe the weights of a model, of a checkpoint, or of what a job has left; or say why there are none."""
    kind = ids.kind_of(id_)
    if kind not in CODES:
        message = f"`{id_[:60]}` is not the id of a model, a job or a checkpoint."
        return Flaw(code="id.wrong_kind", message=message, extras={"expected": "an id like mdl_…, job_… or ckpt_…"})
    try:
        with store.database.reading() as session:
            source = _source(session, project_id, id_, kind)
    except NotFound as error:
        return Flaw(code=CODES[error.kind], message=str(error))
    except NoCheckpoint:
        hint = "Name it again when it has trained for a while."
        message = f"Job `{id_}` has neither a model nor a checkpoint yet."
        return Flaw(code="job.no_checkpoint", message=message, extras={"hint": hint})
    shapes, fitted = _network(store, source)
    columns = tuple(feature.column for feature in fitted.features)
    shown, _ = specs.with_semantics(source.spec, {})
    return specs.StartFacts(
        id=source.row.id,
        shapes=shapes,
        columns=columns,
        reason=source.reason,
        semantics=shown["network"].get("semantics"),
        members=specs.Spec.from_json(source.spec).training.members,
    )


def hold(session: Session, project_id: str, id_: str) -> None:
    """Let what a job starts from be there still, and pin a checkpoint, which would go when newer ones come."""
    if ids.kind_of(id_) == "model":
        rows.find(session, Model, id_, project_id)
        return
    checkpoints.hold(session, rows.find(session, Checkpoint, id_, project_id))


def _source(session: Session, project_id: str, id_: str, kind: str | None) -> StoredWeights:
    if kind == "model":
        model = rows.find(session, Model, id_, project_id)
        return StoredWeights(model, model.spec)
    if kind == "checkpoint":
        row = rows.find(session, Checkpoint, id_, project_id)
        return StoredWeights(row, session.get_one(Job, row.job_id).resolved)
    job = rows.find(session, Job, id_, project_id)
    if job.model_id is not None:
        model = rows.find(session, Model, job.model_id, project_id)
        return StoredWeights(model, model.spec, f"the model of `{job.id}`")
    latest = checkpoint_retention.latest(session, job.id)
    if latest is None:
        raise NoCheckpoint(job.id)
    return StoredWeights(latest, job.resolved, f"the newest checkpoint of `{job.id}`")


def _network(store: Store, source: StoredWeights) -> tuple[dict[str, tuple[int, ...]], Preprocessing]:
    """Return the shapes of the weights by name, and how rows became their inputs."""
    if isinstance(source.row, Model):
        fitted = Preprocessing.from_json(source.row.preprocessing)
        network = specs.build_network(specs.Spec.from_json(source.spec), fitted.input_shape, fitted.output_shape)
        return {found.name: tuple(found.shape) for found in network.parameters}, fitted
    try:
        model = model_of_state(store.blobs.read(source.row.digest), source.spec)
    except UnreadableModel as error:
        raise refuse(
            "checkpoint.incomplete", f"Checkpoint `{source.row.id}` cannot be started from: {error}"
        ) from error
    first = {name.removeprefix("member_1/"): array.shape for name, array in model.arrays.items()}
    shapes = {name: shape for name, shape in first.items() if not name.startswith("member_")}
    return shapes, Preprocessing.from_json(model.preprocessing)
