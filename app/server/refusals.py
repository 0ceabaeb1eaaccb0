"""Answers without the application: to what is no request, comes too slowly, or comes when there is no room."""

import contextlib
import json
import socket
from dataclasses import dataclass
from http import HTTPStatus

from gunicorn.http import errors

from app.catalogue import CATALOGUE
from app.http.access import security
from app.problems import MEDIA_TYPE, document
from store import ids

RETRY_AFTER_S = "1"


@dataclass(frozen=True)
class Refusal:
    """A problem of the catalogue, with a message that fits the case."""

    code: str
    message: str | None = None
    status: HTTPStatus | None = None

    def to_http(self) -> bytes:
        """Write it as a whole answer that ends the connection."""
        message, request_id = self.message or CATALOGUE[self.code].example, ids.new("request")
        problem = document([{"code": self.code, "message": message}], request_id, status=self.status)
        body, status = json.dumps(problem, ensure_ascii=False).encode(), HTTPStatus(problem["status"])
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Request-Id": request_id,
            "Cache-Control": "no-store",
            "Connection": "close",
            **security.HEADERS,
        }
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = RETRY_AFTER_S
        lines = [f"HTTP/1.1 {int(status)} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


TOO_SLOW = Refusal("request.too_slow")
HEAD_TOO_LONG = Refusal("request.head_too_long")
OVERLOADED = Refusal("server.overloaded")
FAULT = Refusal("server.bug")
ADDRESS_TOO_LONG = Refusal("request.address_too_long")
UNKNOWN_CODING = Refusal(
    "request.malformed", "The body's `Transfer-Encoding` is not known; `chunked` is.", HTTPStatus.NOT_IMPLEMENTED
)
NO_SUCH_EXPECTATION = Refusal(
    "request.malformed", "Only `Expect: 100-continue` can be met.", HTTPStatus.EXPECTATION_FAILED
)


def of(error: errors.ParseException) -> Refusal:
    """Find the answer to what gunicorn could not read."""
    match error:
        case errors.LimitRequestLine():
            return ADDRESS_TOO_LONG
        case errors.LimitRequestHeaders():
            return HEAD_TOO_LONG
        case errors.UnsupportedTransferCoding():
            return UNKNOWN_CODING
        case errors.ExpectationFailed():
            return NO_SUCH_EXPECTATION
    return Refusal("request.malformed")


def send(sock: socket.socket, refusal: Refusal) -> None:
    """Send an answer to who may have left already."""
    with contextlib.suppress(OSError):
        sock.sendall(refusal.to_http())
