"""Models: look at them, name them, point aliases at them, download their weights."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.context import project_id, store
from app.http import downloads
from app.http.api import Blueprint
from app.routes.examples import jobs as examples
from app.routes.examples import models as model_examples
from app.schemas.models import (
    ModelCardSchema,
    ModelChangeSchema,
    ModelListQuerySchema,
    ModelSchema,
    ModelSpecSchema,
    WeightsQuerySchema,
)
from app.schemas.shared import page_of
from app.services import model_cards
from app.services import models as services
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
        """Show a model.

        Wherever a model is meant, `name@alias` and `name@version` do as well as its id: `iris@production`, `iris@3`.
        """
        return services.find(store(), project_id(), model_id)

    @models.arguments(ModelChangeSchema, example={"name": "iris", "tags": ["demo"]})
    @models.response(200, ModelSchema, example=examples.MODEL)
    @models.problems("not_found.model", "id.wrong_kind", "model.has_alias")
    def patch(self, change: dict[str, Any], model_id: str) -> dict[str, Any]:
        """Change a model's name, description or tags.

        Models of one name are its versions; one that is renamed becomes the next version of its new name.
        """
        return services.change(store(), project_id(), model_id, change)

    @models.response(204)
    @models.problems("not_found.model", "id.wrong_kind", "model.has_alias")
    def delete(self, model_id: str) -> None:
        """Forget a model and its weights; its job stays."""
        services.delete(store(), project_id(), model_id)


@models.route("/<model_id>/aliases/<alias>")
class Alias(MethodView):
    """A word for one version of a name."""

    @models.response(200, ModelSchema, example=examples.MODEL)
    @models.problems("not_found.model", "id.wrong_kind", "model.no_name", "model.bad_alias")
    def put(self, model_id: str, alias: str) -> dict[str, Any]:
        """Let `name@alias` mean this model, whatever version it meant before.

        It moves at once: a request is answered by the one or by the other, whole.
        """
        return services.point(store(), project_id(), model_id, alias)

    @models.response(204)
    @models.problems("not_found.model", "id.wrong_kind")
    def delete(self, model_id: str, alias: str) -> None:
        """Let an alias mean nothing any more."""
        services.take_alias(store(), project_id(), model_id, alias)


@models.route("/<model_id>/spec", methods=["GET"])
@models.response(200, ModelSpecSchema, is_ready=True, example=model_examples.MODEL_SPEC)
@models.problems("not_found.model", "id.wrong_kind")
def spec(model_id: str) -> dict[str, Any]:
    """Show what a model was trained as, with the reason for each value; also when its job was deleted."""
    return model_cards.spec(store(), project_id(), model_id)


@models.route("/<model_id>/card", methods=["GET"])
@models.response(200, ModelCardSchema, is_ready=True, example=model_examples.MODEL_CARD)
@models.problems("not_found.model", "id.wrong_kind")
def card(model_id: str) -> dict[str, Any]:
    """Sum up a model: what it learned from and how, by digests; how good it is; what it is not good for."""
    return model_cards.card(store(), project_id(), model_id)


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
