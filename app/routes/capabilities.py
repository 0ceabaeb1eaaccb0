"""Routes that tell what the service can do, and how much of it."""

from typing import Any

from flask.views import MethodView

from app.context import store
from app.http.api import Blueprint
from app.routes.examples import operations as examples
from app.schemas.operations import CapabilitiesSchema, LimitsSchema
from app.services import operations as services

capabilities = Blueprint("capabilities", __name__, description="What the service can do, and how much of it.")


@capabilities.route("/v1/capabilities")
class Capabilities(MethodView):
    """The vocabulary of job bodies."""

    @capabilities.response(200, CapabilitiesSchema, example=examples.CAPABILITIES)
    def get(self) -> dict[str, Any]:
        """List every layer, activation, loss, optimizer and metric with its parameters, defaults and bounds."""
        return services.capabilities()


@capabilities.route("/v1/limits")
class Limits(MethodView):
    """The sizes that are accepted."""

    @capabilities.response(200, LimitsSchema, example=examples.LIMITS)
    def get(self) -> dict[str, Any]:
        """Tell how large bodies, tables and jobs may be."""
        return services.limits(store().settings)
