"""Routes of evaluations: how good a model is on any rows."""

from typing import Any

from flask.views import MethodView

from app.context import project_id, store
from app.http import idempotency
from app.process_state import process_state
from app.routes.examples import evaluations as examples
from app.routes.examples import jobs as common
from app.routes.examples.answers import LOCATION
from app.routes.predictions import models
from app.schemas.evaluations import EvaluateSchema, EvaluationBriefSchema, EvaluationSchema
from app.schemas.shared import PageQuerySchema, page_of
from app.services import models as models_services
from app.services.evaluations import evaluations as services
from app.services.evaluations.evaluations import Question
from app.views import pages

__all__ = ["models"]  # with the operations of this file

ONE = ("not_found.model", "id.wrong_kind")
OF_ROWS = (
    "data.columns_changed",
    "data.unknown_column",
    "data.target_missing",
    "data.not_numeric",
    "data.non_finite",
    "server.blob_damaged",
)
OF_QUESTIONS = (
    "not_found.dataset",
    "evaluation.no_rows",
    "evaluation.task_unsupported",
    "evaluation.data_changed",
    "limit.too_many_rows",
    "request.invalid_value",
)


@models.route("/<model_id>/evaluations")
class Evaluations(MethodView):
    """The evaluations of a model."""

    @models.arguments(PageQuerySchema, location="query")
    @models.response(200, page_of(EvaluationBriefSchema), is_ready=True, example=common.list_of(examples.BRIEF))
    @models.problems(*ONE, "request.cursor_invalid")
    def get(self, query: dict[str, Any], model_id: str) -> dict[str, Any]:
        """List the evaluations of a model, newest first, without their curves."""
        return pages.present(services.page(store(), project_id(), _id_of(model_id), **query), dict)

    @models.repeatable
    @models.arguments(EvaluateSchema, example={"rows": "validation"})
    @models.response(201, EvaluationSchema, is_ready=True, example=examples.EVALUATION, headers=LOCATION)
    @models.problems(*ONE, *OF_QUESTIONS, *OF_ROWS)
    def post(self, body: dict[str, Any], model_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Judge a model on the rows of a dataset, or on those that its training held out.

        Up to 10 000 rows, in the request; of more, `sample_rows` draws some. Rows without an answer are left out, and
        columns that the model does not know are ignored. Beside the figures stand those of simple models that were
        trained on the same rows as the network.
        """
        idempotency.recognize(body)
        question = Question(part=body.pop("rows", None), **body)
        predictors, keep = process_state().predictors, idempotency.keep_as(201)
        made = services.make(store(), predictors, project_id(), _id_of(model_id), question, keep)
        return made, 201, {"Location": made["urls"]["self"]}


@models.route("/<model_id>/evaluations/<evaluation_id>", methods=["GET"])
@models.response(200, EvaluationSchema, is_ready=True, example=examples.EVALUATION)
@models.problems(*ONE, "not_found.evaluation")
def evaluation(model_id: str, evaluation_id: str) -> dict[str, Any]:
    """Show an evaluation."""
    return services.find(store(), project_id(), _id_of(model_id), evaluation_id)


def _id_of(reference: str) -> str:
    return models_services.id_of(store(), project_id(), reference)
