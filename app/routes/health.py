"""Routes of health: whether this process answers, and whether the service can work."""

from typing import Any

from flask.views import MethodView

from app.context import store
from app.http.api import Blueprint
from app.schemas.health import AliveSchema, ReadySchema
from app.services import health as services

health = Blueprint("health", __name__, description="Whether the service lives and can work.")


READY = {"status": "ready", "checks": {"database": "ok", "redis": "ok", "storage": "ok"}}


@health.route("/healthz")
class Alive(MethodView):
    """Whether this process answers."""

    @health.response(200, AliveSchema, example={"status": "alive"})
    def get(self) -> dict[str, Any]:
        """Tell that this process answers."""
        return {"status": "alive"}


@health.route("/readyz")
class Ready(MethodView):
    """The service as a whole."""

    @health.response(
        200, ReadySchema, example={"status": "ready", "checks": {"database": "ok", "redis": "ok", "storage": "ok"}}
    )
    @health.problems("server.unavailable")
    def get(self) -> dict[str, Any]:
        """Tell whether the database and Redis answer, and whether the home folder takes files.

        Without Redis everything works, more slowly; on a full disk everything can be read: that is `degraded`, not an
        error. `checks` tells which part it is, also in the answer of 503.
        """
        return services.readiness(store())
