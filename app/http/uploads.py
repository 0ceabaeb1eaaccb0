"""Uploads over HTTP: a file as the body itself, or as the part `file` of a form, and the media types of files."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from flask import request
from marshmallow import ValidationError

from app.catalogue import CATALOGUE
from app.context import store
from app.errors import Refused, refuse
from app.http import bodies
from app.http.forms import FileForm
from app.schemas.datasets import UploadQuerySchema
from app.schemas.overrides import NAMES
from app.services.uploads.instructions import Instructions
from app.services.uploads.uploads import UNTITLED, plain_name
from datasets import Overrides

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

DATA_PROBLEMS = tuple(sorted(code for code in CATALOGUE if code.startswith("data.")))
PROBLEMS = (
    "request.wrong_content_type",
    "request.content_encoding",
    "request.too_large",
    "request.form_too_large",
    "request.form_invalid",
    "request.upload_incomplete",
    "request.encoding",
    "request.invalid_value",
    *DATA_PROBLEMS,
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
                    **{name: {"type": "string", "description": "As in the query."} for name in NAMES},
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


def incoming(query: Mapping[str, Any]) -> tuple[Iterator[bytes], Callable[[], Instructions]]:
    """Return the file's pieces, and a function that tells what was said of it once they are through."""
    limit = store().settings.max_upload_bytes
    said = {name: value for name, value in query.items() if name != "preview" and value is not None}
    if request.mimetype == FORM:
        form = FileForm(limit + FORM_ALLOWANCE, allowed=("name", *NAMES))
        return _within(form.file(), limit), lambda: _told(
            {**_checked(form.texts), **said}, file_name=form.file_name, charset=form.charset
        )
    if request.mimetype not in TYPES:
        raise wrong_type()
    return bodies.chunks(limit), lambda: _told(said, file_name="", charset=request.mimetype_params.get("charset"))


def _told(said: Mapping[str, Any], *, file_name: str, charset: str | None) -> Instructions:
    overrides = Overrides.from_json({name: value for name, value in said.items() if name in NAMES})
    name = said.get("name") or (plain_name(file_name) if file_name else UNTITLED)
    return Instructions(name=name, overrides=overrides, charset=charset or None)


def _within(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise bodies.too_large(None, limit)
        yield piece


def _checked(texts: Mapping[str, str]) -> Mapping[str, Any]:
    """Hold the texts of a form to the rules of the query that they could be."""
    schema = UploadQuerySchema(exclude=("preview",))
    try:
        return cast("Mapping[str, Any]", schema.load(dict(texts)))
    except ValidationError as error:
        name, messages = next(iter(cast("Any", error).normalized_messages().items()))
        said = messages[0] if isinstance(messages, list) else str(messages)
        raise refuse("request.invalid_value", f"`{name}`: {said}", found=texts.get(name, "")[:60]) from error


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
