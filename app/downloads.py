"""Files as answers: named, versioned, whole or in part."""

from collections.abc import Callable

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import quote_etag, unquote_etag

from app.services import ranges
from app.services.weights import WeightsFile


def answer(etag: str, open_file: Callable[[], WeightsFile]) -> Response:
    """Send a file, the range of it that was asked for, or 304; the file is not even made for who has it already."""
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = _send(open_file(), requested=_range_header(etag))
    response.headers["ETag"] = quote_etag(etag)
    return response


def _range_header(etag: str) -> str | None:
    """Give the range to send; none when `If-Range` names another version, so that parts of two never meet."""
    condition = request.headers.get("If-Range")
    if condition is not None and unquote_etag(condition) != (etag, False):
        return None
    return request.headers.get("Range")


def _send(file: WeightsFile, *, requested: str | None) -> Response:
    try:
        wanted = ranges.requested(requested, file.size)
    except RequestedRangeNotSatisfiable:
        file.content.close()
        raise
    part = wanted or ranges.Slice(0, file.size, file.size)
    response = Response(file.chunks(part.start, part.stop), 206 if wanted else 200, mimetype=file.media_type)
    if request.method == "HEAD":
        file.content.close()  # Werkzeug neither reads nor closes the body of an answer to HEAD
    response.call_on_close(file.content.close)  # also when the client leaves before the end
    response.content_length = part.length
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.headers["Repr-Digest"] = file.repr_digest
    if wanted:
        response.headers["Content-Range"] = wanted.content_range
    return response
