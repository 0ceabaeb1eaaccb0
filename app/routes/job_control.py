"""Routes that control a job: cancel, pause, resume, retry, continue."""

from typing import Any

from sqlalchemy.orm import Session

from app.context import project_id, store
from app.http import idempotency
from app.routes.examples import jobs as examples
from app.routes.job_checkpoints import jobs
from app.routes.jobs import POLL_AFTER, JsonReply
from app.schemas.jobs import JobSchema, MoreEpochsSchema
from app.services import jobs as services
from store.database.tables import Job
from store.jobs import control
from store.states import JobStatus

__all__ = ["jobs"]  # with the operations of this file

ASKED = "The worker was asked; it obeys at its next batch."
MADE = "The new job was stored; it is finished when `done`."


@jobs.route("/<job_id>/cancel", methods=["POST"])
@jobs.response(202, JobSchema, is_ready=True, example=examples.JOB, description=ASKED)
@jobs.alt_response(
    200, schema=JobSchema, success=True, example=examples.JOB, description="The job waited, and is cancelled now."
)
@jobs.problems("not_found.job", "id.wrong_kind", "job.already_finished")
def cancel(job_id: str) -> JsonReply:
    """Stop a job."""
    job = services.cancel(store(), project_id(), job_id)
    return job, 200 if job["done"] else 202, {}


@jobs.route("/<job_id>/pause", methods=["POST"])
@jobs.response(202, JobSchema, is_ready=True, example=examples.JOB, description=ASKED)
@jobs.alt_response(
    200, schema=JobSchema, success=True, example=examples.JOB, description="The job waited, and is paused now."
)
@jobs.problems("not_found.job", "id.wrong_kind", "job.already_finished", "job.wrong_state")
def pause(job_id: str) -> JsonReply:
    """Let a job wait until it is resumed.

    A running job keeps its whole state and frees its worker; resumed, it ends with the same weights as without the
    pause. It may come to its end first: then it is finished and not paused.
    """
    job = services.pause(store(), project_id(), job_id)
    return job, 200 if job["status"] == JobStatus.PAUSED else 202, {}


@jobs.route("/<job_id>/resume", methods=["POST"])
@jobs.response(200, JobSchema, is_ready=True, example=examples.JOB)
@jobs.problems("not_found.job", "id.wrong_kind", "job.already_finished", "job.wrong_state")
def resume(job_id: str) -> JsonReply:
    """Let a paused job go on.

    A pause that was asked for and has not happened yet is withdrawn; a job that rests after a crash rests no longer.
    """
    return services.resume(store(), project_id(), job_id), 200, {}


@jobs.route("/<job_id>/retry", methods=["POST"])
@jobs.repeatable
@jobs.response(202, JobSchema, is_ready=True, example=examples.GOES_ON, description=MADE)
@jobs.problems(
    "not_found.job", "not_found.dataset", "id.wrong_kind", "job.wrong_state", "dataset.read_otherwise",
    "limit.queue_full",
)  # fmt: skip
def retry(job_id: str) -> JsonReply:
    """Queue a failed or cancelled job again.

    As a new job with the same resolved spec, which goes on from the last checkpoint; one that diverged begins anew.
    """
    idempotency.recognize(None)
    keep = idempotency.keep_as(202, headers=POLL_AFTER)
    return made(services.derive(store(), project_id(), job_id, control.retry, keep))


@jobs.route("/<job_id>/continue", methods=["POST"])
@jobs.repeatable
@jobs.arguments(MoreEpochsSchema, example={"epochs": 50})
@jobs.response(202, JobSchema, is_ready=True, example=examples.GOES_ON, description=MADE)
@jobs.problems(
    "not_found.job", "not_found.dataset", "id.wrong_kind", "job.wrong_state", "job.no_checkpoint",
    "dataset.read_otherwise", "limit.queue_full", "request.missing_field", "request.invalid_value",
)  # fmt: skip
def continue_(body: dict[str, Any], job_id: str) -> JsonReply:
    """Train a finished job for more epochs.

    As a new job that goes on from the last state, optimizer included. The finished one and its model stay as they are.
    """
    idempotency.recognize(body)

    def make(session: Session, job: Job) -> Job:
        return control.continue_(session, job, body["epochs"])

    keep = idempotency.keep_as(202, headers=POLL_AFTER)
    return made(services.derive(store(), project_id(), job_id, make, keep))


def made(job: dict[str, Any]) -> JsonReply:
    """Answer with a new job."""
    return job, 202, {"Location": job["urls"]["self"], **POLL_AFTER}
