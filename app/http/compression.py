"""Compressed answers: JSON and tables shrink to a tenth; what is small, or compressed already, is sent as it is."""

import zlib
from collections.abc import Iterator

from flask import Flask, Response, request

from app.freed_memory import LARGE_BYTES, give_back

LEAST_BYTES = 1024
LEVEL = 4  # 30 kB of JSON take a third of a millisecond
GZIP = 16 + zlib.MAX_WBITS
COMPRESSIBLE = ("application/json", "application/problem+json", "text/csv", "text/html", "text/css", "text/javascript")


def install(app: Flask) -> None:
    """Compress answers for who takes gzip."""

    @app.after_request
    def compress(response: Response) -> Response:
        if max(request.content_length or 0, response.content_length or 0) >= LARGE_BYTES:
            response.call_on_close(give_back)
        if not may_be_compressed(response):
            return response
        response.headers.add("Vary", "Accept-Encoding")
        if request.accept_encodings["gzip"] <= 0:
            return response
        if response.is_streamed:
            response.response = compressed(iter(response.iter_encoded()))
            del response.headers["Content-Length"]
        else:
            response.set_data(b"".join(compressed(iter([response.get_data()]))))
        response.headers["Content-Encoding"] = "gzip"
        if (tag := response.headers.get("ETag")) and not tag.startswith("W/"):
            response.headers["ETag"] = f"W/{tag}"  # the same content, in other bytes
        return response


def may_be_compressed(response: Response) -> bool:
    """Tell whether an answer is a whole one that shrinks; parts of files are counted in bytes as they lie."""
    if not response.is_streamed and (response.content_length or 0) < LEAST_BYTES:
        return False
    if response.status_code in {204, 206, 304} or response.mimetype not in COMPRESSIBLE:
        return False
    return "Content-Encoding" not in response.headers and "Accept-Ranges" not in response.headers


def compressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Compress piece by piece."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
