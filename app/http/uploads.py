"""Uploads over HTTP: a file as the body itself, or as the part `file` of a form, and the media types of files."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import request
from marshmallow import ValidationError

from app.catalogue import CATALOGUE
from app.context import store
from app.errors import Refused, refuse
from app.http import bodies
from app.http.forms import FileForm
from app.schemas.shared import NAME_RULES
from app.services.uploads.uploads import UNTITLED, plain_name

TEXT_TYPES = ("text/csv", "text/tab-separated-values", "application/csv", "text/plain")
SHOWN_TYPES = (
    *TEXT_TYPES[:2],
    "application/x-ndjson",
    "application/vnd.apache.parquet",
    "application/vnd.apache.arrow.file",
    "application/vnd.apache.arrow.stream",
    "application/x-npy",
    "application/x-npz",
    "application/gzip",
    "application/zip",
    "application/octet-stream",
)
TYPES = (
    *SHOWN_TYPES,
    *TEXT_TYPES[2:],
    "application/jsonl",
    "application/jsonlines",
    "application/json-lines",
    "application/x-gzip",
    "application/x-zip-compressed",
)
"""What the body may be called; the bytes decide what it is."""
FORM = "multipart/form-data"
FORM_ALLOWANCE = 1 << 16  # what a form adds to the file: boundaries, headers, a name

PROBLEMS = (
    "request.wrong_content_type",
    "request.content_encoding",
    "request.too_large",
    "request.form_too_large",
    "request.form_invalid",
    "request.upload_incomplete",
    "request.encoding",
    *sorted(code for code in CATALOGUE if code.startswith("data.")),
)
_TABLE = "sepal_length,species\n5.1,setosa\n6.3,virginica\n"
_BYTES = "(the bytes of the file)"
REQUEST_BODY = {
    "required": True,
    "content": {
        **{kind: {"schema": {"type": "string"}, "example": _TABLE} for kind in SHOWN_TYPES[:2]},
        **{kind: {"schema": {"type": "string", "format": "binary"}, "example": _BYTES} for kind in SHOWN_TYPES[2:]},
        FORM: {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "The table."},
                    "name": {"type": "string", "description": "A name of your choice."},
                },
            },
        },
    },
}


FILES = {
    "csv": ("text/csv", ".csv"),
    "jsonl": ("application/x-ndjson", ".jsonl"),
    "parquet": ("application/vnd.apache.parquet", ".parquet"),
    "arrow": ("application/vnd.apache.arrow.file", ".arrow"),
    "npy": ("application/x-npy", ".npy"),
    "npz": ("application/x-npz", ".npz"),
    "images": ("application/zip", ".zip"),
}


def media_type(form: str, dialect: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return the media type and the ending of a file's name."""
    kind, ending = FILES[form]
    if (dialect or {}).get("compression"):
        return "application/gzip", f"{ending}.gz"
    return kind, ending


def incoming(name: str | None) -> tuple[Iterator[bytes], Callable[[], str]]:
    """Return the file's pieces, and a function that names it once they are through."""
    limit = store().settings.max_upload_bytes
    if request.mimetype == FORM:
        form = FileForm(limit + FORM_ALLOWANCE)
        return _within(form.file(), limit), lambda: name or _checked(form.name) or plain_name(form.file_name)
    if request.mimetype not in TYPES:
        raise wrong_type()
    return bodies.chunks(limit), lambda: name or UNTITLED


def _within(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise bodies.too_large(None, limit)
        yield piece


def _checked(name: str | None) -> str | None:
    """Hold a form's name to the rules of every name."""
    if name is None:
        return None
    for rule in NAME_RULES:
        try:
            rule(name)
        except ValidationError as error:
            raise refuse("request.invalid_value", f"`name`: {error.messages[0]}", found=name[:60]) from error
    return name


def wrong_type() -> Refused:
    """Say what was sent, what is taken, and how to send it."""
    given = request.mimetype[:60]
    hint = "With curl: `-F file=@data.csv`, or `-H 'Content-Type: text/csv' --data-binary @data.csv`."
    if given == "application/x-www-form-urlencoded":
        hint = "That is what curl says of `--data-binary` by itself; add `-H 'Content-Type: text/csv'`."
    said = f"is `{given}`" if given else "has no `Content-Type`"
    message = f"The body {said}; this address takes {', '.join(f'`{kind}`' for kind in (*SHOWN_TYPES, FORM))}."
    allowed = [*TYPES, FORM]
    return refuse("request.wrong_content_type", message, found=given or None, allowed=allowed, hint=hint)
