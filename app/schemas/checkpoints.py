"""The form of the JSON about checkpoints."""

from marshmallow import Schema, validate
from marshmallow import fields as f

from app.schemas.jobs import BestSchema
from app.schemas.shared import Time, known, later
from store.states import CheckpointKind


class CheckpointSchema(Schema):
    """A training between two batches, as it can be gone on with."""

    id = f.String(**known("Starts with `ckpt_`."))
    object = f.Constant("checkpoint", **known("Always `checkpoint`."))
    job_id = f.String(**known("The job that left it."))
    kind = f.String(validate=validate.OneOf(list(CheckpointKind)), **known("Why it is kept."))
    pinned = f.Boolean(**known("Whether it stays for as long as its job."))
    epoch = f.Integer(**known("Epochs that are done."))
    step = f.Integer(**known("Updates of the weights that are done."))
    best = f.Nested(BestSchema, **later("The best epoch until then."))
    latest = f.Dict(keys=f.String(), **later("The metrics of the last finished epoch."))
    digest = f.String(**known("`sha256:` and the digest of its bytes."))
    size_bytes = f.Integer(**known("How large it is."))
    environment = f.Dict(keys=f.String(), **later("Versions, processor and threads in which it was made."))
    created_at = Time(**known("RFC 3339, UTC."))
    urls = f.Dict(keys=f.String(), values=f.String(allow_none=True), **known("Where its parts are."))


class PinSchema(Schema):
    """Whether a checkpoint is to stay."""

    pinned = f.Boolean(
        required=True, truthy={True}, falsy={False}, metadata={"description": "Keep it for as long as its job."}
    )
