"""Every group of routes, and their registration: a new group is one line here."""

from flask import Flask

from app.http.api import Api
from app.routes.capabilities import capabilities
from app.routes.datasets import datasets
from app.routes.docs import docs
from app.routes.fleet import fleet
from app.routes.health import health
from app.routes.traces import jobs, models

BLUEPRINTS = (datasets, jobs, models, capabilities, fleet, health)


def register(app: Flask, api: Api) -> None:
    """Serve all groups; pages for people stand beside the documented interface."""
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(docs(api))
