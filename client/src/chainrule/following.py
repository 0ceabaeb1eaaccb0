"""Following a job by server-sent events, through lost connections."""

import json
from collections.abc import Iterator

import httpx2 as httpx

from chainrule import errors
from chainrule.details import Event
from chainrule.transport import TRIES, TRY_AGAIN, Transport, pause


def follow(transport: Transport, job_id: str, *, after: int = 0) -> Iterator[Event]:
    """Yield what happens to a job as it happens, none twice and none left out, until the job is done.

    Between its events comes live progress, of type `progress` and without a number. A lost connection is made anew;
    raises `ConnectionFailed` or what the service says after three tries without an event.
    """
    tries = TRIES
    while tries:
        tries -= 1
        try:
            for event in one_stream(transport, job_id, after):
                if event.type == "end":
                    return
                after, tries = event.seq or after, TRIES
                yield event
        except httpx.TransportError as error:
            if not tries:
                raise errors.ConnectionFailed(f"{transport.base_url} does not answer: {error}") from error
            pause(None)
        except errors.ApiError as refusal:
            if not tries or refusal.status not in TRY_AGAIN:
                raise
            pause(refusal.retry_after)
    raise errors.ConnectionFailed(f"{transport.base_url} ends every stream before the job does.")


def one_stream(transport: Transport, job_id: str, after: int) -> Iterator[Event]:
    """Yield the events of one connection."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
    with transport.stream(f"/v1/jobs/{job_id}/events", headers=headers) as lines:
        fields: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if name in {"event", "data"}:
                fields[name] = value
            elif not line and "data" in fields:
                yield read(fields["event"], json.loads(fields["data"]))
                fields = {}


def read(type_: str, data: dict[str, object]) -> Event:
    """Read a message: an event of the job, live progress, or the end."""
    return Event.of(data) if "seq" in data else Event(None, type_, "", data)
