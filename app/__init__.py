"""Requests: routes, schemas, services and the problems they answer with."""

from flask import Flask

from app import context, problems, process_state, routes
from app.http import api, arguments, compression, etags, idempotency, logs
from app.http.access import security
from store import Store

__all__ = ["create_app"]


def create_app(store: Store) -> Flask:
    """Make the application that serves a store."""
    app = api.Application(__name__)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config.update(MAX_BODY_BYTES=store.settings.max_body_bytes, DEBUG=False)
    # Hooks after a request run in reverse: the log line is written last, about the answer as it leaves.
    logs.install(app)
    compression.install(app)  # last of all but the log, whose size would otherwise be another
    context.install(app, store)
    process_state.install(app)
    security.install(app)
    arguments.install(app)
    etags.install(app)
    problems.install(app)
    idempotency.install(app)
    api.configure(app)
    routes.register(app, api.Api(app))
    return app
