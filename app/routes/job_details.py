"""Routes of what is too long for the job object: metrics, spec, events, attempts."""

from typing import Any

from flask import Response, jsonify

from app.context import project_id, store
from app.http import event_streams
from app.routes.examples import jobs as examples
from app.routes.jobs import jobs
from app.schemas.jobs import (
    AttemptSchema,
    EventSchema,
    EventsQuerySchema,
    MetricsQuerySchema,
    MetricsSchema,
    SpecSchema,
)
from app.schemas.shared import page_of
from app.services import job_details as services

__all__ = ["jobs"]  # with the operations of this file

WHOLE = {"object": "list", "has_more": False, "next_cursor": None}


@jobs.route("/<job_id>/metrics", methods=["GET"])
@jobs.arguments(MetricsQuerySchema, location="query")
@jobs.response(200, MetricsSchema, example=examples.METRICS)
@jobs.problems("not_found.job", "id.wrong_kind")
def metrics(query: dict[str, Any], job_id: str) -> Response:
    """Show the metric history as columns.

    A long history is thinned to `max_points`; the first, the last and every extreme value stay.
    """
    names = query["names"].split(",") if "names" in query else None
    return jsonify(services.metrics(store(), project_id(), job_id, names=names, max_points=query["max_points"]))


@jobs.route("/<job_id>/spec", methods=["GET"])
@jobs.response(200, SpecSchema, example=examples.SPEC)
@jobs.problems("not_found.job", "id.wrong_kind")
def spec(job_id: str) -> dict[str, Any]:
    """Show the spec as given and as resolved, and where each value came from.

    `resolved`, posted as a new job, gives the same weights.
    """
    return services.spec(store(), project_id(), job_id)


@jobs.route("/<job_id>/events", methods=["GET"])
@jobs.arguments(EventsQuerySchema, location="query")
@jobs.response(200, page_of(EventSchema), example=examples.list_of(examples.EVENT))
@jobs.alt_response(
    200, schema={"type": "string"}, content_type=event_streams.MEDIA_TYPE, example=examples.STREAM, success=True
)
@jobs.problems("not_found.job", "id.wrong_kind", "limit.too_many_streams")
def events(query: dict[str, Any], job_id: str) -> Response | dict[str, Any]:
    """List what happened to a job, oldest first, or follow it.

    With `Accept: text/event-stream` they come as they happen, and with them `progress`; the stream closes after `end`.
    Each event's `seq` is its id: who comes back with `Last-Event-ID` misses none and gets none twice.
    """
    if not event_streams.is_wanted():
        return {**WHOLE, "data": services.events(store(), project_id(), job_id, after=query["after"])}
    services.spec(store(), project_id(), job_id)  # so that an unknown id is answered as everywhere
    return event_streams.answer(store(), job_id, after=event_streams.last_event_id(query["after"]))


@jobs.route("/<job_id>/attempts", methods=["GET"])
@jobs.response(200, page_of(AttemptSchema), example=examples.list_of(examples.ATTEMPT))
@jobs.problems("not_found.job", "id.wrong_kind")
def attempts(job_id: str) -> dict[str, Any]:
    """List the tries of a job, oldest first."""
    return {**WHOLE, "data": services.attempts(store(), project_id(), job_id)}
