"""The model of a checkpoint, found by the ids of checkpoint and job, and read only when it is needed."""

from dataclasses import dataclass
from typing import Any

import exports
from app.errors import refuse
from app.services.checkpoints import row_of
from exports import TrainedModel
from exports.errors import IncompleteState, UnreadableModel
from store import Store
from store.database import rows
from store.database.tables import Checkpoint, Job
from store.errors import BlobCorrupt


@dataclass(frozen=True)
class CheckpointModel:
    """What a checkpoint's model is made of; made only when it is needed."""

    store: Store
    row: Checkpoint
    spec: dict[str, Any]

    @property
    def digest(self) -> str:
        """Name the bytes that the model follows from."""
        return self.row.digest

    @property
    def title(self) -> str:
        """Name files of it."""
        return f"{self.row.job_id}-step-{self.row.step}"

    def load(self) -> TrainedModel:
        """Read the weights of the best epoch so far; refuses a checkpoint that does not hold all that a model needs."""
        try:
            return exports.model_of_state(self.store.blobs.read(self.row.digest), self.spec)
        except IncompleteState as error:
            message = f"Checkpoint `{self.row.id}` was written by an older version, without its preprocessing."
            raise refuse("checkpoint.incomplete", message) from error
        except UnreadableModel as error:
            raise BlobCorrupt(f"`{self.row.digest}` is not the state of a training: {error}") from error


def source(store: Store, project_id: str, job_id: str, checkpoint_id: str) -> CheckpointModel:
    """Find a checkpoint and the spec of its job; raises NotFound and WrongKindOfId."""
    with store.database.reading() as session:
        job = rows.find(session, Job, job_id, project_id)
        return CheckpointModel(store, row_of(session, project_id, job_id, checkpoint_id), job.resolved)
