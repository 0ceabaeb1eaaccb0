"""The context of a request: its id, the store of its application, and the project that it belongs to."""

from typing import cast

from flask import Flask, Response, current_app, g

from store import Store, ids

EXTENSION = "chainrule"


def install(app: Flask, store: Store) -> None:
    """Give every request the store, and put its id on its answer."""
    app.extensions[EXTENSION] = store

    @app.after_request
    def name_the_request(response: Response) -> Response:
        response.headers["Request-Id"] = request_id()
        return response


def store() -> Store:
    """Return the store that this application was made with."""
    return cast("Store", current_app.extensions[EXTENSION])


def project_id() -> str:
    """Return the project of the request; set once, when its key was checked."""
    return cast("str", g.project_id)


def request_id() -> str:
    """Return this request's id. One that the client sends is not used: it could be forged, or repeated."""
    if "request_id" not in g:
        g.request_id = ids.new("request")
    return cast("str", g.request_id)
