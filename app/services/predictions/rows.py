"""Rows to predict, answered by models that are kept ready."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import exports
from app.errors import Refused, refuse
from app.services.cache import LruCache
from app.services.predictions.wishes import Wish
from datasets.errors import DatasetError
from exports import TrainedModel
from models import Answers, Predictor, Rows, predictor_of
from specs.pointers import pointer
from store import Store

MOST_ROWS = 10_000
Load = Callable[[], TrainedModel]


def predict(
    predictors: LruCache[Predictor],
    digest: str,
    load: Load,
    rows: Sequence[Any],
    wish: Wish = Wish(),  # noqa: B008  # frozen
) -> Answers:
    """Give one answer per row, in their order; refuses rows that are too many or not like those of training.

    By digest: the same bytes hold the same network, preprocessing and weights, and so give the same answers.
    """
    if len(rows) > MOST_ROWS:
        message = f"The request has {len(rows)} rows; the limit is {MOST_ROWS}."
        hint = "Send them as a file: text/csv, application/x-ndjson, Parquet or Arrow, with any number of rows."
        expected = f"<= {MOST_ROWS}"
        raise refuse("limit.too_many_rows", message, pointer="/rows", found=len(rows), expected=expected, hint=hint)
    if not rows:
        return []
    predictor = ready(predictors, digest, load, wish)
    try:
        answers = predictor.predict(named := named_rows(predictor, rows), level=wish.level)
    except DatasetError as error:
        raise placed(error) from error
    if not wish.keeps_columns:
        return answers
    return [{**answer, "row": row} for answer, row in zip(answers, named, strict=True)]


def ready(predictors: LruCache[Predictor], digest: str, load: Load, wish: Wish) -> Predictor:
    """Give a model that is ready; refuses sets and intervals that it cannot give."""
    predictor = predictors.get(digest, lambda: predictor_of(load()))
    if wish.level is None:
        return predictor
    if predictor.conformal is None:
        raise refuse(
            "model.no_intervals",
            "The model has no scores of validation rows, from which sets and intervals are made.",
            pointer="/interval",
            hint="Train it again, with validation rows: `split.validation_share`.",
        )
    if wish.level > predictor.conformal.highest_level:
        most, rows = predictor.conformal.highest_level, predictor.conformal.rows
        raise refuse(
            "model.no_intervals",
            f"{rows} validation rows promise {most:.4g} at most; asked was {wish.level}.",
            pointer="/interval",
            found=wish.level,
            expected=f"<= {int(most * 10000) / 10000}",
        )
    return predictor


def named_rows(predictor: Predictor, rows: Sequence[Any]) -> Rows:
    """Name the values of rows that are lists: in the order of the model's `features`."""
    if not any(isinstance(row, list) for row in rows):
        return rows
    names = [feature.column for feature in predictor.preprocessing.features]
    return [_named(names, row, index) if isinstance(row, list) else row for index, row in enumerate(rows)]


def _named(names: Sequence[str], row: Sequence[Any], index: int) -> Mapping[str, Any]:
    if len(row) != len(names):
        raise refuse(
            "data.columns_changed",
            f"Row {index + 1} has {len(row)} values; the model has {len(names)} features.",
            pointer=pointer(("rows", index)),
            found=len(row),
            expected=", ".join(names[:20]),
            hint="A list has the values in the order of the model's `features`; one that is not known is null.",
        )
    return dict(zip(names, row, strict=True))


def placed(error: DatasetError) -> Refused:
    """Make the refusal of rows in a body that are not like those of training."""
    return refuse(error.code, error.message, **_where(error))


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
