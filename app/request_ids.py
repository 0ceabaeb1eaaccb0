"""A fresh id on every request, in its answer, in its problem and in its log line."""

from typing import cast

from flask import Flask, Response, g

from store import ids


def current() -> str:
    """Return this request's id. One that the client sends is not used: it could be forged, or repeated."""
    if "request_id" not in g:
        g.request_id = ids.new("request")
    return cast("str", g.request_id)


def install(app: Flask) -> None:
    """Put the id on every answer."""

    @app.after_request
    def name_the_request(response: Response) -> Response:
        response.headers["Request-Id"] = current()
        return response
