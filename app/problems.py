"""Errors to answers: the one place where exception classes get codes and statuses."""

import http
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from flask import Flask, Response, json, request
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException

from app import http_errors
from app.catalogue import CATALOGUE
from app.context import request_id
from app.errors import Flaw, Refused
from datasets.errors import DatasetError
from exports import errors as exports
from neural import errors as neural
from specs.errors import SpecFaults
from store import errors as store
from store.database.outages import code

MEDIA_TYPE = "application/problem+json"
MOST_SHOWN = 20
LONGEST_POINTER = 1000
RETRY_AFTER_S = {http.HTTPStatus.SERVICE_UNAVAILABLE: "2", http.HTTPStatus.INSUFFICIENT_STORAGE: "30"}
ORPHANED = {"SQLITE_CONSTRAINT_FOREIGNKEY", "23503"}  # SQLite's name and PostgreSQL's code
log = structlog.get_logger(__name__)

Flaws = list[dict[str, Any]]


def one(code: str) -> Callable[[Any], Flaws]:
    """Read an error whose message says everything."""
    return lambda error: [Flaw(code=code, message=str(error)).to_json()]


def fixed(code: str) -> Callable[[Any], Flaws]:
    """Read an error whose own words are not for clients."""
    return lambda _: [Flaw(code=code, message=CATALOGUE[code].example).to_json()]


def _wrong_kind(error: store.WrongKindOfId) -> Flaws:
    extras = {"found": error.id[:60], "expected": f"{error.prefix}…"}
    return [Flaw(code="id.wrong_kind", message=str(error), extras=extras).to_json()]


def _unknown_format(error: exports.UnknownFormat) -> Flaws:
    extras = {"found": error.name, "allowed": list(error.known)}
    return [Flaw(code="model.unknown_format", message=str(error), extras=extras).to_json()]


def _operating_system(error: OSError) -> Flaws:
    """Tell a full disk from everything else that an operating system may refuse."""
    return fixed("server.storage_full" if store.is_full(error) else "server.bug")(error)


def _overtaken(_: object) -> Flaws:
    """Tell that what this request is about went away during it; asked again, it is answered with what there is now."""
    message = "Another request changed or deleted what this one is about at the same moment."
    return [Flaw(code="server.unavailable", message=message).to_json()]


def _integrity(error: IntegrityError) -> Flaws:
    """Tell a row that was to refer to one just deleted from a fault of ours."""
    return _overtaken(error) if code(error) in ORPHANED else fixed("server.bug")(error)


# The first class that fits decides: special ones stand above general ones.
READERS: tuple[tuple[type[Exception], Callable[[Any], Flaws]], ...] = (
    (Refused, lambda error: [flaw.to_json() for flaw in error.flaws]),
    (SpecFaults, lambda error: [fault.to_json() for fault in error.faults]),
    (DatasetError, lambda error: [error.to_json()]),
    (store.NotFound, lambda error: [Flaw(code=f"not_found.{error.kind}", message=str(error)).to_json()]),
    (store.WrongKindOfId, _wrong_kind),
    (store.CursorInvalid, one("request.cursor_invalid")),
    (store.AlreadyFinished, one("job.already_finished")),
    (store.WrongState, one("job.wrong_state")),
    (store.NoCheckpoint, one("job.no_checkpoint")),
    (store.KeyReused, one("idempotency.mismatch")),
    (store.IllegalMove, one("job.wrong_state")),
    (store.InUse, one("dataset.in_use")),
    (store.ReadingChanged, one("dataset.read_otherwise")),
    (store.BlobMissing, _overtaken),  # no row refers to a blob that is not there
    (StaleDataError, _overtaken),
    (ObjectDeletedError, _overtaken),
    (IntegrityError, _integrity),
    (store.BlobCorrupt, fixed("server.blob_damaged")),
    (store.StorageFull, fixed("server.storage_full")),
    (OSError, _operating_system),
    (store.DatabaseAway, fixed("server.unavailable")),
    (OperationalError, fixed("server.unavailable")),
    (InterfaceError, fixed("server.unavailable")),
    (PoolExhausted, fixed("server.unavailable")),
    (exports.UnknownFormat, _unknown_format),
    (exports.UnreadableModel, one("model.unreadable")),
    (neural.NonFiniteInput, one("data.non_finite")),
    (neural.ShapeError, one("spec.shape_mismatch")),
    (neural.LinkMismatch, one("spec.loss_mismatch")),
    (neural.UnknownComponent, one("spec.unknown_choice")),
    (neural.ParameterOutOfRange, one("spec.out_of_range")),
    (HTTPException, http_errors.read),
    (Exception, fixed("server.bug")),
)


def read(error: Exception) -> Flaws:
    """Turn an error into everything that is wrong, most important first."""
    return next(reader(error) for kind, reader in READERS if isinstance(error, kind))


def answer(error: Exception) -> Response:
    """Answer an error as a problem."""
    flaws = read(error)
    response = problem(flaws)
    response.headers.extend(_headers(error, response.status_code))
    if response.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request.failed", request_id=request_id(), code=flaws[0]["code"], exc_info=error)
    return response


def problem(flaws: Sequence[dict[str, Any]]) -> Response:
    """Answer with a problem; its first flaw gives code, title and status."""
    body = document(flaws, request_id())
    return Response(json.dumps(body), body["status"], mimetype=MEDIA_TYPE)


def document(
    flaws: Sequence[dict[str, Any]], request_id: str, *, status: http.HTTPStatus | None = None
) -> dict[str, Any]:
    """Write a problem (RFC 9457); a status other than the catalogue's may be given."""
    entry = CATALOGUE[flaws[0]["code"]]
    return {
        "type": f"/docs/errors/{entry.code}",
        "title": entry.title,
        "status": int(status or entry.status or http.HTTPStatus.UNPROCESSABLE_ENTITY),
        "detail": _detail(flaws),
        "code": entry.code,
        "request_id": request_id,
        "errors": [bounded(flaw) for flaw in flaws[:MOST_SHOWN]],
    }


def bounded(flaw: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a flaw what repeats a client's endless name: the place becomes the nearest that can be told."""
    place = flaw.get("pointer")
    if not isinstance(place, str) or len(place) <= LONGEST_POINTER:
        return flaw
    return {**{name: value for name, value in flaw.items() if name != "patch"}, "pointer": shortest(place)}


def shortest(place: str) -> str:
    """Give the innermost place around this one whose pointer is of bearable length."""
    while len(place) > LONGEST_POINTER:
        place = place.rpartition("/")[0]
    return place


def _detail(flaws: Sequence[dict[str, Any]]) -> str:
    """Say the first flaw, and how many more there are."""
    first, more = str(flaws[0]["message"]), len(flaws) - 1
    if more == 0:
        return first
    left_out = len(flaws) - MOST_SHOWN
    shown = f", the first {MOST_SHOWN} of all are listed" if left_out > 0 else ""
    return f"{first} (and {more} more{shown})"


def _headers(error: Exception, status: int) -> dict[str, str]:
    headers = dict(getattr(error, "headers", None) or {})
    if isinstance(error, HTTPException):
        kept = {"allow", "content-range", "retry-after", "www-authenticate"}
        headers |= {name: value for name, value in error.get_headers(request.environ) if name.lower() in kept}
    if wait := RETRY_AFTER_S.get(http.HTTPStatus(status)):
        headers.setdefault("Retry-After", wait)
    return headers


def install(app: Flask) -> None:
    """Answer every error of this application as a problem, also Flask's own."""

    def handle(error: Exception) -> Response:
        if isinstance(error, HTTPException) and (error.code is None or error.code < http.HTTPStatus.BAD_REQUEST):
            return error.get_response(request.environ)  # type: ignore[return-value]  # a redirect is no error
        return answer(error)

    app.register_error_handler(HTTPException, handle)
    app.register_error_handler(Exception, handle)
