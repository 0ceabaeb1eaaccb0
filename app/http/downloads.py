"""Files as answers: named, versioned, whole or in part."""

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import quote_etag, unquote_etag

from app.http import etags, ranges
from app.services.files.file_to_send import FileToSend

PART = "The bytes that `Range` asked for."
"""How an answer of 206 is described."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")  # no header can hold them


def answer(etag: str, open_file: Callable[[], FileToSend]) -> Response:
    """Send a file, the range of it that was asked for, or 304; the file is not even made for who has it already."""
    etags.check(etag)
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = _send(open_file(), requested=_range_header(etag))
    response.headers["ETag"] = quote_etag(etag)
    return response


def whole(file: FileToSend) -> Response:
    """Send a file that was made for this request alone."""
    response = Response(file.chunks(0, file.size), mimetype=file.media_type)
    response.call_on_close(file.content.close)  # also when the client leaves before the end
    response.content_length = file.size
    name_the_file(response, file.name)
    response.headers["Repr-Digest"] = file.repr_digest
    return response


def name_the_file(response: Response, name: str) -> None:
    """Have an answer saved under a name: as it is for all that know RFC 6266, in ASCII for the rest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = CONTROLS.sub("", plain)
    quoted = re.sub(r'(["\\])', r"\\\1", plain.strip() or "download")
    exact = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{quoted}"{exact}'


def _range_header(etag: str) -> str | None:
    """Give the range to send; none when `If-Range` names another version, so that parts of two never meet."""
    condition = request.headers.get("If-Range")
    if condition is not None and unquote_etag(condition) != (etag, False):
        return None
    return request.headers.get("Range")


def _send(file: FileToSend, *, requested: str | None) -> Response:
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
    name_the_file(response, file.name)
    response.headers["Repr-Digest"] = file.repr_digest
    if wanted:
        response.headers["Content-Range"] = wanted.content_range
    return response
