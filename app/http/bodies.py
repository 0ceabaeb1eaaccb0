"""Reading a request's body within its limit, and noticing when it breaks off."""

from collections.abc import Iterator
from typing import Any

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected

from app.errors import Refused, refuse

CHUNK_BYTES = 1 << 16


def chunks(limit: int) -> Iterator[bytes]:
    """Yield the body piece by piece; refuses at the first byte over the limit, and a body that ends too early.

    Werkzeug's own stream takes a body that broke off for a whole one where the server ends streams by itself.
    """
    announced, read = request.content_length, 0
    if announced is not None and announced > limit:
        raise too_large(announced, limit)
    for chunk in _pieces(announced):
        read += len(chunk)
        if read > limit:
            raise too_large(None, limit)
        yield chunk
    if announced is not None and read < announced:
        raise incomplete(read, announced)


def whole(limit: int) -> bytes:
    """Return the whole body."""
    return b"".join(chunks(limit))


def _pieces(announced: int | None) -> Iterator[bytes]:
    stream: Any = request.environ["wsgi.input"]
    if announced is None and not request.environ.get("wsgi.input_terminated"):
        return  # the server cannot tell where the body ends: there is none
    left = announced
    try:
        while piece := stream.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
            yield piece
            left = None if left is None else left - len(piece)
    except TimeoutError as error:
        raise refuse("request.too_slow", "The body came too slowly, and was given up.") from error
    except ParseException as error:
        raise refuse("request.malformed", "The chunks of the body do not follow RFC 9112, section 7.1.") from error
    except (OSError, ClientDisconnected) as error:
        raise incomplete(None, announced) from error


def too_large(size: int | None, limit: int) -> Refused:
    """Make the error of a body that exceeds a limit."""
    said = f"The body has {size} bytes" if size is not None else "The body is larger than the limit"
    return refuse("request.too_large", f"{said}; the limit is {limit} bytes.", found=size, expected=f"<= {limit}")


def incomplete(read: int | None, announced: int | None) -> Refused:
    """Make the error of a body that broke off."""
    where = f"after {read} of {announced} bytes" if read is not None else "before its end"
    return refuse("request.upload_incomplete", f"The body broke off {where}.", found=read, expected=announced)
