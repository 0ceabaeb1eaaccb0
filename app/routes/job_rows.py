"""Routes of what a job did with the rows: which were where, and what its model answers to held-out ones."""

from typing import Any

from app.context import project_id, store
from app.process_state import process_state
from app.routes.examples import evaluations as examples
from app.routes.job_control import jobs
from app.schemas.evaluations import HeldOutAnswersSchema, HeldOutQuerySchema, SplitQuerySchema, SplitSchema
from app.services.evaluations import held_out as services

__all__ = ["jobs"]  # with the operations of this file

OF_SPLITS = (
    "not_found.job",
    "not_found.dataset",
    "id.wrong_kind",
    "evaluation.data_changed",
    "limit.too_many_rows",
    "server.blob_damaged",
)


@jobs.route("/<job_id>/split", methods=["GET"])
@jobs.arguments(SplitQuerySchema, location="query")
@jobs.response(200, SplitSchema, is_ready=True, example=examples.SPLIT)
@jobs.problems(*OF_SPLITS)
def split(query: dict[str, Any], job_id: str) -> dict[str, Any]:
    """List the rows of a part of a job's split by their numbers."""
    return services.split_of_job(store(), project_id(), job_id, **query)


@jobs.route("/<job_id>/predictions", methods=["GET"])
@jobs.arguments(HeldOutQuerySchema, location="query")
@jobs.response(200, HeldOutAnswersSchema, is_ready=True, example=examples.ANSWERS)
@jobs.problems(*OF_SPLITS, "not_found.model", "job.wrong_state")
def predictions(query: dict[str, Any], job_id: str) -> dict[str, Any]:
    """List held-out rows with the true answer and the model's."""
    return services.predictions(store(), process_state().predictors, project_id(), job_id, **query)
