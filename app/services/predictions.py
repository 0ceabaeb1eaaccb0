"""Rows to predict, answered by models that are kept ready."""

from collections.abc import Callable
from typing import Any

import exports
from app.errors import refuse
from app.services.cache import LruCache
from datasets.errors import DatasetError
from exports import TrainedModel
from models import Answers, Predictor, Rows, predictor_of
from specs.pointers import pointer
from store import Store

MOST_ROWS = 10_000


def predict(predictors: LruCache[Predictor], digest: str, load: Callable[[], TrainedModel], rows: Rows) -> Answers:
    """Give one answer per row, in their order; refuses rows that are too many or not like those of training.

    By digest: the same bytes hold the same network, preprocessing and weights, and so give the same answers.
    """
    if len(rows) > MOST_ROWS:
        message = f"The request has {len(rows)} rows; the limit is {MOST_ROWS}."
        raise refuse("limit.too_many_rows", message, pointer="/rows", found=len(rows), expected=f"<= {MOST_ROWS}")
    if not rows:
        return []
    predictor = predictors.get(digest, lambda: predictor_of(load()))
    try:
        return predictor.predict(rows)
    except DatasetError as error:
        raise refuse(error.code, error.message, **_where(error)) from error


def _where(error: DatasetError) -> dict[str, Any]:
    """Say the place as a pointer into the body; data rows are counted from 1, a body's from 0."""
    place = error.position
    if place is None or place.row is None:
        return {"hint": error.hint, "expected": error.expected}
    column = () if place.name is None else (place.name,)
    where = pointer(("rows", place.row - 1, *column))
    return {"pointer": where, "found": error.found, "expected": error.expected, "hint": error.hint}


def stored(store: Store, weights_digest: str) -> TrainedModel:
    """Read weights, spec and preprocessing of a model."""
    return exports.read_safetensors(store.blobs.open(weights_digest))
