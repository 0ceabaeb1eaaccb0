"""`ETag` on every read of JSON, and 304 for who has it already."""

from http.client import NO_CONTENT, OK

from flask import Flask, Response, request

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")


def install(app: Flask) -> None:
    """Name every answer of a read by its bytes."""

    @app.after_request
    def name_the_version(response: Response) -> Response:
        is_read = response.status_code == OK and request.method in {"GET", "HEAD"}
        if is_read and response.mimetype == "application/json" and not response.is_streamed:
            response.add_etag()
            if not request.environ.keys().isdisjoint(CONDITIONS):
                response.make_conditional(request)
        if response.status_code == NO_CONTENT:
            del response.headers["Content-Type"]
        return response
