"""Routes of checkpoints, while their job runs and afterwards: list, show, pin, download, predict."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.context import project_id, store
from app.http import downloads
from app.process_state import process_state
from app.routes.examples import jobs as examples
from app.routes.job_details import WHOLE, jobs
from app.schemas.checkpoints import CheckpointSchema, PinSchema
from app.schemas.models import CheckpointPredictionsSchema, PredictRowsSchema, WeightsQuerySchema
from app.schemas.shared import page_of
from app.services import checkpoint_models as models
from app.services import checkpoints as services
from app.services.files import file_to_send
from app.services.files import weights as weights_files
from app.services.predictions import rows as predictions
from app.services.predictions.wishes import Wish
from exports import FORMATS

__all__ = ["jobs"]  # with the operations of this file

ARCHIVE = "application/x-npz"
BINARY = {"type": "string", "format": "binary"}
MEDIA_TYPES = [each.media_type for each in FORMATS.values()]
ONE = ("not_found.job", "not_found.checkpoint", "id.wrong_kind")
AS_MODEL = (*ONE, "checkpoint.incomplete", "server.blob_damaged")


@jobs.route("/<job_id>/checkpoints", methods=["GET"])
@jobs.response(200, page_of(CheckpointSchema), example=examples.list_of(examples.CHECKPOINT))
@jobs.problems("not_found.job", "id.wrong_kind")
def checkpoints(job_id: str) -> dict[str, Any]:
    """List the checkpoints of a job, newest first.

    The two newest are kept, the best, and those that were pinned; of a finished job the last, which `continue` uses.
    """
    return {**WHOLE, "data": services.listed(store(), project_id(), job_id)}


@jobs.route("/<job_id>/checkpoints/<checkpoint_id>")
class Checkpoint(MethodView):
    """One checkpoint: shown, pinned."""

    @jobs.response(200, CheckpointSchema, example=examples.CHECKPOINT)
    @jobs.problems(*ONE)
    def get(self, job_id: str, checkpoint_id: str) -> dict[str, Any]:
        """Show a checkpoint."""
        return services.find(store(), project_id(), job_id, checkpoint_id)

    @jobs.arguments(PinSchema, example={"pinned": True})
    @jobs.response(200, CheckpointSchema, example=examples.CHECKPOINT)
    @jobs.problems(*ONE, "limit.too_many_pins", "request.missing_field")
    def patch(self, change: dict[str, Any], job_id: str, checkpoint_id: str) -> dict[str, Any]:
        """Pin a checkpoint, so that it stays, or take the pin off."""
        return services.pin(store(), project_id(), job_id, checkpoint_id, is_pinned=change["pinned"])


@jobs.route("/<job_id>/checkpoints/<checkpoint_id>/content", methods=["GET"])
@jobs.response(200, BINARY, content_type=ARCHIVE, example="the bytes of the archive")
@jobs.alt_response(
    206, schema=BINARY, content_type=ARCHIVE, description=downloads.PART, example="some bytes of it", success=True
)
@jobs.problems(*ONE, "request.range_invalid", "server.blob_damaged")
def content(job_id: str, checkpoint_id: str) -> Response:
    """Download the whole state: weights, best weights, optimizer, generators, place in the data.

    A NumPy archive without pickle, the same bytes that the digest names.
    """
    row = services.row(store(), project_id(), job_id, checkpoint_id)
    name = f"{row.job_id}-step-{row.step}.npz"
    return downloads.answer(row.digest, lambda: file_to_send.stored(store(), row.digest, name=name, media_type=ARCHIVE))


@jobs.route("/<job_id>/checkpoints/<checkpoint_id>/weights", methods=["GET"])
@jobs.arguments(WeightsQuerySchema, location="query")
@jobs.response(200, BINARY, content_type=MEDIA_TYPES[0], example="the bytes of the file")
@jobs.alt_response(200, schema=BINARY, content_type=MEDIA_TYPES[1], example="the bytes of the file", success=True)
@jobs.problems(*AS_MODEL, "model.unknown_format", "request.range_invalid")
def weights(query: dict[str, Any], job_id: str, checkpoint_id: str) -> Response:
    """Download the weights that the job would leave if it ended here.

    Those of the best epoch until then, before the end of the first epoch the current ones; as of a model, with the
    resolved spec and the fitted preprocessing.
    """
    source = models.source(store(), project_id(), job_id, checkpoint_id)
    name = weights_files.known_format(query["format"])
    return downloads.answer(
        f"{source.digest}-{name}", lambda: weights_files.written(source.load(), name, titled=source.title)
    )


@jobs.route("/<job_id>/checkpoints/<checkpoint_id>/predict", methods=["POST"])
@jobs.arguments(PredictRowsSchema, example=examples.ROWS)
@jobs.response(200, CheckpointPredictionsSchema, example=examples.CHECKPOINT_PREDICTIONS)
@jobs.problems(*AS_MODEL, "data.columns_changed", "data.non_finite", "limit.too_many_rows", "model.no_intervals")
def predict(body: dict[str, Any], job_id: str, checkpoint_id: str) -> dict[str, Any]:
    """Predict raw rows as the model would that the job would leave if it ended here."""
    source = models.source(store(), project_id(), job_id, checkpoint_id)
    wish = Wish(level=body["interval"], keeps_columns=body["keep_columns"])
    answers = predictions.predict(process_state().predictors, source.digest, source.load, body["rows"], wish)
    return {"object": "predictions", "checkpoint_id": checkpoint_id, "predictions": answers}
