"""Routes of what is at work: the queue and the workers."""

from typing import Any

from flask.views import MethodView

from app.context import project_id, store
from app.http.api import Blueprint
from app.routes.examples import operations as examples
from app.schemas.operations import AccuracySchema, QueueStateSchema, WorkersSchema
from app.services import operations as services
from app.services.planning import estimates

fleet = Blueprint("fleet", __name__, description="What is at work.")


@fleet.route("/v1/queue")
class Queue(MethodView):
    """The queue as a whole."""

    @fleet.response(200, QueueStateSchema, example=examples.QUEUE)
    def get(self) -> dict[str, Any]:
        """Count the jobs of all projects by status."""
        return services.queue_state(store())


@fleet.route("/v1/workers")
class Workers(MethodView):
    """The workers, and what each of them does."""

    @fleet.response(200, WorkersSchema, example=examples.WORKERS)
    def get(self) -> dict[str, Any]:
        """List the workers, and which of this project's jobs they train."""
        return services.workers(store(), project_id())


@fleet.route("/v1/estimates/accuracy")
class EstimatesAccuracy(MethodView):
    """How good quotes have been."""

    @fleet.response(200, AccuracySchema, example=examples.ACCURACY)
    def get(self) -> dict[str, Any]:
        """Hold the quotes of this project's latest jobs against what the jobs took.

        Each is judged for the epochs that were run: nobody knows before when early stopping will stop.
        """
        return estimates.accuracy(store(), project_id())
