"""Streams as answers: who wants one, where it goes on, and how many may be open."""

from typing import Any, cast

from flask import Response, request

from app.errors import refuse
from app.process_state import STREAMS, process_state
from app.schemas.jobs import EventSchema
from app.services.following.event_stream import JobStream
from app.services.job_details import event
from store import Store
from store.database.tables import Event

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy that gathers messages delays them all


def is_wanted() -> bool:
    """Tell whether the client asks for a stream; who takes anything gets JSON."""
    return request.accept_mimetypes.best_match(["application/json", MEDIA_TYPE]) == MEDIA_TYPE


def last_event_id(otherwise: int) -> int:
    """Read where to go on; browsers send the header by themselves when they come back."""
    text = request.headers.get("Last-Event-ID", "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        message = "`Last-Event-ID` has to be the `seq` of an event."
        raise refuse("request.invalid_parameter", message, parameter="Last-Event-ID", found=text[:60])
    return int(text)


def answer(store: Store, job_id: str, *, after: int) -> Response:
    """Answer with a job's messages; refuses when so many streams are open that others would find no thread."""
    if request.method == "HEAD":
        return Response(mimetype=MEDIA_TYPE, headers=HEADERS)
    places = process_state().streams
    if not places.acquire(blocking=False):
        message = f"{STREAMS} streams are open; the limit is {STREAMS}."
        raise refuse("limit.too_many_streams", message, headers={"Retry-After": "5"})
    stream = JobStream(store, job_id, show=_show, after=after)
    response = Response(stream.messages(), mimetype=MEDIA_TYPE, headers=HEADERS)
    response.call_on_close(places.release)  # also when the client leaves before the end
    return response


def _show(row: Event) -> dict[str, Any]:
    return cast("dict[str, Any]", EventSchema().dump(event(row)))
