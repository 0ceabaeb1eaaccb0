"""Initial weights taken from a model, or from another training's checkpoint."""

import io
from collections.abc import Sequence

import exports
from datasets import Preprocessing
from datasets.errors import ColumnsChanged, FilePosition
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


def check_alignment(theirs: Preprocessing, ours: Preprocessing) -> None:
    """Raise ColumnsChanged where an input or a class stands where the weights learned another one.

    Names of inputs and classes follow from the training rows, so they are known only now.
    """
    pairs = [*_differences(theirs.feature_names, ours.feature_names)] if len(theirs.features) > 1 else []
    pairs += _differences(_outputs(theirs), _outputs(ours))
    if pairs:
        has, needs = pairs[0]
        raise ColumnsChanged(
            f"The weights to start from learned `{has}` where this job has `{needs}`.",
            position=FilePosition(name=needs),
            found=has,
            expected=needs,
            hint="Start from weights that were trained on the same values, or leave `training.init_from` out.",
        )


def _outputs(fitted: Preprocessing) -> Sequence[str]:
    """Name what the outputs stand for; of a single number the name does not matter."""
    if fitted.text is not None:
        return fitted.text.tokens
    return fitted.target.classes or (fitted.target.columns if len(fitted.target.columns) > 1 else ())


def _differences(theirs: Sequence[str], ours: Sequence[str]) -> list[tuple[str, str]]:
    return [(has, needs) for has, needs in zip(theirs, ours, strict=False) if has != needs]
