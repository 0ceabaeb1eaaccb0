"""Jobs: train, follow, change."""

from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView

from app.context import project_id, store
from app.http import idempotency, prefer
from app.http.api import Blueprint
from app.process_state import process_state
from app.routes.examples import jobs as examples
from app.schemas.job_body import job_body, job_changes
from app.schemas.jobs import DryRunSchema, JobListQuerySchema, JobSchema, PlanSchema, WaitSchema
from app.schemas.shared import page_of
from app.services import job_changes as changes
from app.services import jobs as services
from app.services import shown_jobs as shown
from app.services.planning import planning
from app.views.sent_job import SentJob, write_list

JsonReply = tuple[dict[str, Any] | str, int, dict[str, str]]
SPEC_PROBLEMS = (
    "spec.unknown_field",
    "spec.missing_field",
    "spec.wrong_type",
    "spec.out_of_range",
    "spec.unknown_choice",
    "spec.conflict",
)
POLL_AFTER = {"Retry-After": "1"}

jobs = Blueprint("jobs", __name__, url_prefix="/v1/jobs", description="Training: submit, follow, change, cancel.")


def waited(job_id: str, seconds: float) -> SentJob:
    """Show a job of this project as soon as it is done, at the latest after so many seconds."""
    state = process_state()
    return shown.wait(store(), state.still_jobs, state.lobby, project_id(), job_id, seconds=seconds)


@jobs.route("")
class Jobs(MethodView):
    """All jobs of a project."""

    @jobs.arguments(JobListQuerySchema, location="query")
    @jobs.response(200, page_of(JobSchema), is_ready=True, example=examples.list_of(examples.JOB))
    @jobs.problems("request.cursor_invalid")
    def get(self, query: dict[str, Any]) -> str:
        """List jobs, newest first."""
        limit, after = query.pop("limit"), query.pop("after")
        known = process_state().still_jobs
        return write_list(shown.page(store(), known, project_id(), query, limit=limit, after=after))

    @jobs.repeatable
    @jobs.arguments(DryRunSchema, location="query")
    @jobs.json_body(job_body(), examples=examples.BODIES)
    @jobs.response(
        202,
        JobSchema,
        is_ready=True,
        example=examples.JOB,
        description="The job was stored; it is finished when `done`.",
    )
    @jobs.alt_response(
        200,
        schema=PlanSchema,
        success=True,
        example=examples.PLAN,
        description="With `dry_run`: what would be trained.",
    )
    @jobs.problems(
        "not_found.dataset", "id.wrong_kind", "dataset.read_otherwise", *SPEC_PROBLEMS, *planning.PROBLEMS,
        "limit.queue_full",
    )  # fmt: skip
    def post(self, query: dict[str, Any], body: object) -> Response | JsonReply:
        """Train a network on a dataset.

        Only `dataset_id` is needed, and `target` where the data does not make it obvious; everything else is inferred,
        and the resolved spec tells why. `Prefer: wait=20` waits up to 20 s (60 at most) for the end.
        """
        if query["dry_run"]:
            return jsonify(planning.plan(store(), project_id(), body, process_state().planning).to_json())
        idempotency.recognize(body)
        plan = planning.plan(store(), project_id(), body, process_state().planning)
        job = services.submit(store(), project_id(), plan, idempotency.keep_as(202, headers=POLL_AFTER))
        headers = {"Location": job["urls"]["self"]}
        wanted = request.headers.get("Prefer")
        if wanted and (seconds := prefer.wait_seconds(wanted)) is not None:
            headers["Preference-Applied"] = f"wait={seconds}"
            seen = waited(job["id"], seconds)
            return seen.text, 202, headers if seen.is_done else headers | POLL_AFTER
        return job, 202, headers | POLL_AFTER


@jobs.route("/<job_id>")
class Job(MethodView):
    """One job: shown, changed, deleted."""

    @jobs.arguments(WaitSchema, location="query")
    @jobs.response(200, JobSchema, is_ready=True, example=examples.JOB)
    @jobs.problems("not_found.job", "id.wrong_kind")
    def get(self, query: dict[str, Any], job_id: str) -> JsonReply:
        """Show a job; with `wait`, as soon as it is done.

        The `ETag` stays the same until something happens; the passing of time alone is not something.
        """
        job = waited(job_id, query["wait"])
        headers = {"ETag": job.tag}
        return job.text, 200, headers if job.is_done else headers | POLL_AFTER

    @jobs.json_body(job_changes(), examples=examples.CHANGES)
    @jobs.response(200, JobSchema, is_ready=True, example=examples.JOB)
    @jobs.problems("not_found.job", "id.wrong_kind", *SPEC_PROBLEMS[:1], *SPEC_PROBLEMS[2:4])
    def patch(self, body: object, job_id: str) -> dict[str, Any]:
        """Change name, tags, metadata or priority."""
        return services.change(store(), project_id(), job_id, changes.read(body))

    @jobs.response(204)
    @jobs.problems("not_found.job", "id.wrong_kind", "job.wrong_state")
    def delete(self, job_id: str) -> None:
        """Forget a finished job with its history; its model stays."""
        services.delete(store(), project_id(), job_id)
