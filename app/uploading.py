"""How a file may be sent: as the body itself, or as the part `file` of a form."""

from collections.abc import Callable, Iterator

from flask import request
from marshmallow import ValidationError

from app import bodies
from app.catalogue import CATALOGUE
from app.context import store
from app.errors import Refused, refuse
from app.forms import FileForm
from app.schemas.shared import NAME_RULES
from app.services.uploads import UNTITLED, plain_name

CSV_TYPES = ("text/csv", "text/tab-separated-values", "application/csv", "text/plain")
FORM = "multipart/form-data"
LATER = ("application/x-ndjson", "application/vnd.apache.parquet", "application/x-npy", "application/x-npz")
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
REQUEST_BODY = {
    "required": True,
    "content": {
        **{kind: {"schema": {"type": "string"}, "example": _TABLE} for kind in CSV_TYPES[:2]},
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


def incoming(name: str | None) -> tuple[Iterator[bytes], Callable[[], str]]:
    """Return the file's pieces, and a function that names it once they are through."""
    limit = store().settings.max_upload_bytes
    if request.mimetype == FORM:
        form = FileForm(limit + FORM_ALLOWANCE)
        return _within(form.file(), limit), lambda: name or _checked(form.name) or plain_name(form.file_name)
    if request.mimetype not in CSV_TYPES:
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
    elif given in LATER:
        hint = "This format is not supported yet; export the table as CSV."
    said = f"is `{given}`" if given else "has no `Content-Type`"
    message = f"The body {said}; this address takes {', '.join(f'`{kind}`' for kind in (*CSV_TYPES[:2], FORM))}."
    allowed = [*CSV_TYPES, FORM]
    return refuse("request.wrong_content_type", message, found=given or None, allowed=allowed, hint=hint)
