"""Routes of traces: the chain rule on a network's own numbers, of a model and of a checkpoint."""

from typing import Any

from app.context import project_id, store
from app.routes.evaluations import models
from app.routes.examples import traces as examples
from app.routes.job_rows import jobs
from app.schemas.traces import TraceRowsSchema, TraceSchema
from app.services import checkpoint_models
from app.services import models as services
from app.services.predictions import traces

__all__ = ["jobs", "models"]  # with the operations of this file

OF_ROWS = ("id.wrong_kind", "data.columns_changed", "data.non_finite", "limit.too_many_rows")


@models.route("/<model_id>/trace", methods=["POST"])
@models.arguments(TraceRowsSchema, example=examples.ROWS)
@models.response(200, TraceSchema, is_ready=True, example=examples.TRACE)
@models.problems("not_found.model", "evaluation.task_unsupported", "server.blob_damaged", *OF_ROWS)
def of_model(body: dict[str, Any], model_id: str) -> dict[str, Any]:
    """Show one step of training from a model's weights: forward, backward, update, layer by layer, in float64.

    The optimizer begins, as in the first step of a training; nothing of the model changes.
    """
    model_id, digest = services.weights_digest(store(), project_id(), model_id)
    return {**traces.of_model(store(), digest, body["rows"]), "model_id": model_id, "checkpoint_id": None}


@jobs.route("/<job_id>/checkpoints/<checkpoint_id>/trace", methods=["POST"])
@jobs.arguments(TraceRowsSchema, example=examples.ROWS)
@jobs.response(200, TraceSchema, is_ready=True, example=examples.TRACE)
@jobs.problems(
    *("not_found.job", "not_found.checkpoint", "checkpoint.incomplete", "evaluation.task_unsupported"),
    *("server.blob_damaged", *OF_ROWS),
)
def of_checkpoint(body: dict[str, Any], job_id: str, checkpoint_id: str) -> dict[str, Any]:
    """Show the step that a training would take from here on these rows, with its optimizer as it is."""
    source = checkpoint_models.source(store(), project_id(), job_id, checkpoint_id)
    return {**traces.of_checkpoint(source, body["rows"]), "model_id": None, "checkpoint_id": checkpoint_id}
