"""One JSON line per request on standard error, without secrets, bodies or query strings."""

import json
import logging
import re
import sys
import time
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, g, request
from structlog.tracebacks import ExceptionDictTransformer

from app.context import request_id
from store.clock import now

LONGEST = 200
KEY_LIKE = re.compile(r"cr_[\w-]{12,}")  # some send their key where an id belongs


class LossyStream:
    """A stream for lines that may be lost: where they cannot be written, on a full disk, their request goes on."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, or drop it where it cannot be written; return its length in either case."""
        with suppress(OSError):
            self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand over what is buffered, or leave it for the next time."""
        with suppress(OSError):
            self.stream.flush()


LINES = LossyStream(sys.stderr)


def configure() -> None:
    """Write log lines as JSON: one event per line, whatever a client sent."""
    LINES.stream = sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),  # locals hold keys
            cut,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", LINES)),
    )


def cut(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Shorten what a client could have made long."""
    return {name: value[:LONGEST] if isinstance(value, str) else value for name, value in event.items()}


def install(app: Flask) -> None:
    """Log every request when it is answered."""

    @app.before_request
    def start_the_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        path = request.path
        line = {
            "event": "request",
            "request_id": request_id(),
            "method": request.method[:LONGEST],
            "path": (KEY_LIKE.sub("cr_…", path) if "cr_" in path else path)[:LONGEST],
            "status": response.status_code,
            "duration_ms": round(1000 * (time.perf_counter() - g.started), 2) if "started" in g else 0.0,
            "project": g.get("project_id"),
            "level": "info",
            "timestamp": now().isoformat().removesuffix("+00:00") + "Z",
        }
        LINES.write(json.dumps(line) + "\n")  # not by structlog, whose steps take three times as long
        LINES.flush()
        return response
