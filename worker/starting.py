"""Fetching the weights that a training starts from: those of a model, or of another training's checkpoint."""

import io

import exports
from exports import TrainedModel
from store import Store, ids, rows
from store.claims import Claim
from store.tables import Checkpoint, Job, Model


def fetch(store: Store, claim: Claim, id_: str) -> TrainedModel:
    """Read them; raises NotFound where they were deleted since the job was submitted."""
    project = claim.project_id
    if ids.kind_of(id_) == "model":
        with store.database.reading() as session:
            digest = rows.find(session, Model, id_, project).weights_digest
        return exports.read_safetensors(io.BytesIO(store.blobs.read(digest)))
    with store.database.reading() as session:
        row = rows.find(session, Checkpoint, id_, project)
        spec, digest = session.get_one(Job, row.job_id).resolved, row.digest
    return exports.model_of_state(store.blobs.read(digest), spec)
