"""Routes of predictions: rows in, answers out, as JSON or as files."""

from contextlib import AbstractContextManager
from typing import Any

from flask import Response, request

from app.context import project_id, store
from app.errors import refuse
from app.http import bodies, downloads
from app.http.api import as_response
from app.http.json_body import require_type
from app.http.uploads import PROBLEMS as FILE_PROBLEMS
from app.process_state import process_state
from app.routes.examples import jobs as examples
from app.routes.models import models
from app.schemas.models import PredictionsSchema, PredictQuerySchema, PredictSchema
from app.services import datasets
from app.services import models as services
from app.services.predictions import answering
from app.services.predictions import rows as predictions
from app.services.predictions.wishes import Wish
from app.services.predictions.writers import MEDIA_TYPES
from models import Predictor

__all__ = ["models"]  # with the operations of this file

JSON = "application/json"
FORMS = {
    **{media_type: form for form, media_type in MEDIA_TYPES.items()},
    "application/csv": "csv",
    "application/jsonl": "jsonl",
    "application/jsonlines": "jsonl",
    "application/json-lines": "jsonl",
    "application/vnd.apache.arrow.stream": "arrow",
}
"""What the body may be called, and the answer be asked to be, besides JSON."""
WISHES = {"level": "interval", "keeps_columns": "keep_columns"}
TABLE = "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n"
ANSWERS = "label,probability_setosa\nsetosa,0.996\n"
BODY = {
    "required": True,
    "content": {
        JSON: {"schema": PredictSchema, "example": examples.ROWS},
        "text/csv": {"schema": {"type": "string"}, "example": TABLE},
        **{
            media_type: {"schema": {"type": "string", "format": "binary"}, "example": "(the bytes of the file)"}
            for form, media_type in MEDIA_TYPES.items()
            if form != "csv"
        },
    },
}


@models.route("/<model_id>/predict", methods=["POST"])
@models.arguments(PredictQuerySchema, location="query")
@models.doc(requestBody=BODY)
@models.response(200, PredictionsSchema, is_ready=True, example=examples.PREDICTIONS)
@models.alt_response(200, schema={"type": "string"}, content_type="text/csv", example=ANSWERS, success=True)
@models.problems(
    *("not_found.model", "not_found.dataset", "id.wrong_kind", "limit.too_many_rows", "model.no_intervals"),
    *("request.not_acceptable", "server.blob_damaged", *FILE_PROBLEMS),
)
def predict(query: dict[str, Any], model_id: str) -> Response:
    """Predict raw rows, prepared exactly as in training.

    A row has the model's `features`; a value that is not known is `null`. The target and columns that were left out in
    training may be there and are ignored. Rows are JSON, up to 10 000, or a file of any number: CSV with a header, JSON
    Lines, Parquet or Arrow IPC, by `Content-Type`; the answer is of the same kind, unless `Accept` names another.

    Answers are `{"label", "probabilities"}` for classes and `{"value"}` for a number. Of several targets they are
    `{"values": {"price": …, "rooms": …}}`, or `{"labels": {"garden": true}, "probabilities": {…}}` where they are yes
    and no; of a column of vectors, lists in place of the inner objects. Files have columns of the same names.
    """
    model_id, digest = services.weights_digest(store(), project_id(), model_id)
    if (given := FORMS.get(request.mimetype)) is not None:
        wish = Wish(**{name: query[told] for name, told in WISHES.items()})
        return _file(model_id, digest, answering.of_body(store(), _pieces(), given), _accepted(given), wish)
    require_type(*MEDIA_TYPES.values())
    body = models.ARGUMENTS_PARSER.parse(PredictSchema, location="json")
    wish = Wish(
        level=body["interval"] or query["interval"], keeps_columns=body["keep_columns"] or query["keep_columns"]
    )
    form = _accepted(JSON)
    if "dataset_id" in body:
        dataset = datasets.row(store(), project_id(), body["dataset_id"])
        blocks = answering.of_dataset(store(), dataset)
        if form != JSON:
            return _file(model_id, digest, blocks, form, wish)
        return _json(model_id, answering.answers(_ready(digest, wish), blocks, dataset, wish))
    if form != JSON:
        rows = predictions.named_rows(_ready(digest, wish), body["rows"])
        return _file(model_id, digest, answering.of_rows(rows), form, wish)
    found = predictions.predict(
        process_state().predictors, digest, lambda: predictions.stored(store(), digest), body["rows"], wish
    )
    return _json(model_id, found)


def _json(model_id: str, answers: list[dict[str, Any]]) -> Response:
    return as_response({"object": "predictions", "model_id": model_id, "predictions": answers}, 200)


def _file(model_id: str, digest: str, blocks: AbstractContextManager[Any], form: str, wish: Wish) -> Response:
    file = answering.answered(_ready(digest, wish), blocks, form, wish, name=f"{model_id}-predictions")
    return downloads.whole(file)


def _ready(digest: str, wish: Wish) -> Predictor:
    load = lambda: predictions.stored(store(), digest)  # noqa: E731
    return predictions.ready(process_state().predictors, digest, load, wish)


def _pieces() -> Any:
    return bodies.chunks(store().settings.max_upload_bytes)


def _accepted(default: str) -> str:
    """Choose the form of the answer: that of the body unless `Accept` names others and not this one."""
    accept = request.accept_mimetypes
    own = MEDIA_TYPES.get(default, default)
    if not accept or (accept.quality(own) > 0 and not _prefers_another(own)):
        return default
    best = accept.best_match([*MEDIA_TYPES.values(), *([JSON] if default == JSON else [])])
    if best is None:
        allowed = [JSON, *MEDIA_TYPES.values()]
        raise refuse(
            "request.not_acceptable",
            f"`Accept` is `{request.headers['Accept'][:80]}`; answers are of the types {', '.join(allowed)}.",
            found=request.headers["Accept"][:80],
            allowed=allowed,
        )
    return FORMS.get(best, JSON)


def _prefers_another(own: str) -> bool:
    accept = request.accept_mimetypes
    return any(accept.quality(each) > accept.quality(own) for each in MEDIA_TYPES.values())
