"""Initial weights taken from a model, or from another training's checkpoint."""

import io

import exports
from exports import TrainedModel
from store import Store, ids
from store.database import rows
from store.database.tables import Checkpoint, Job, Model
from store.jobs.claims import Claim


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
