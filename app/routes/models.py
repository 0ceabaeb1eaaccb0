"""Models: look at them, download their weights, predict with them."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.context import project_id, store
from app.http import downloads
from app.http.api import Blueprint
from app.process_state import process_state
from app.routes.examples import jobs as examples
from app.schemas.models import ModelListQuerySchema, ModelSchema, PredictionsSchema, PredictSchema, WeightsQuerySchema
from app.schemas.shared import page_of
from app.services import models as services
from app.services import predictions
from app.services.files import weights as weights_files
from app.views import pages
from exports import FORMATS

BINARY = {"type": "string", "format": "binary"}
BYTES = "the bytes of the file"
MEDIA_TYPES = [each.media_type for each in FORMATS.values()]

models = Blueprint("models", __name__, url_prefix="/v1/models", description="Trained networks and what they answer.")


@models.route("")
class Models(MethodView):
    """All models of a project."""

    @models.arguments(ModelListQuerySchema, location="query")
    @models.response(200, page_of(ModelSchema), example=examples.list_of(examples.MODEL))
    @models.problems("request.cursor_invalid")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List models, newest first."""
        limit, after = query.pop("limit"), query.pop("after")
        page = services.page(store(), project_id(), query, limit=limit, after=after)
        return pages.present(page, dict)


@models.route("/<model_id>")
class Model(MethodView):
    """One model: shown, deleted."""

    @models.response(200, ModelSchema, example=examples.MODEL)
    @models.problems("not_found.model", "id.wrong_kind")
    def get(self, model_id: str) -> dict[str, Any]:
        """Show a model."""
        return services.find(store(), project_id(), model_id)

    @models.response(204)
    @models.problems("not_found.model", "id.wrong_kind")
    def delete(self, model_id: str) -> None:
        """Forget a model and its weights; its job stays."""
        services.delete(store(), project_id(), model_id)


@models.route("/<model_id>/weights", methods=["GET"])
@models.arguments(WeightsQuerySchema, location="query")
@models.response(200, BINARY, content_type=MEDIA_TYPES[0], example=BYTES)
@models.alt_response(200, schema=BINARY, content_type=MEDIA_TYPES[1], example=BYTES, success=True)
@models.alt_response(
    206, schema=BINARY, content_type=MEDIA_TYPES[0], example=BYTES, description=downloads.PART, success=True
)
@models.alt_response(
    206, schema=BINARY, content_type=MEDIA_TYPES[1], example=BYTES, description=downloads.PART, success=True
)
@models.problems(
    "not_found.model", "id.wrong_kind", "model.unknown_format", "request.range_invalid", "server.blob_damaged"
)
def weights(query: dict[str, Any], model_id: str) -> Response:
    """Download the weights, named `<layer>.kernel` and `<layer>.bias`.

    The resolved spec and the fitted preprocessing ride along as metadata. One `Range` is served; `Repr-Digest` is the
    SHA-256 of the whole file.
    """
    model = services.row(store(), project_id(), model_id)
    name = query["format"]
    return downloads.answer(weights_files.etag(model, name), lambda: weights_files.open_file(store(), model, name))


@models.route("/<model_id>/predict", methods=["POST"])
@models.arguments(PredictSchema, example=examples.ROWS)
@models.response(200, PredictionsSchema, is_ready=True, example=examples.PREDICTIONS)
@models.problems("not_found.model", "id.wrong_kind", "data.columns_changed", "data.non_finite", "limit.too_many_rows")
def predict(body: dict[str, Any], model_id: str) -> dict[str, Any]:
    """Predict raw rows, prepared exactly as in training.

    A row has the model's `features`; a value that is not known is `null`. The target and columns that were left out in
    training may be there and are ignored.

    Answers are `{"label", "probabilities"}` for classes and `{"value"}` for a number. Of several targets they are
    `{"values": {"price": …, "rooms": …}}`, or `{"labels": {"garden": true}, "probabilities": {…}}` where they are yes
    and no; of a column of vectors, lists in place of the inner objects.
    """
    digest = services.weights_digest(store(), project_id(), model_id)
    answers = predictions.predict(
        process_state().predictors, digest, lambda: predictions.stored(store(), digest), body["rows"]
    )
    return {"object": "predictions", "model_id": model_id, "predictions": answers}
