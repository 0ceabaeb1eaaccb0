"""Answers as columns of a table, for files: one name for each thing that an answer tells."""

from typing import Any

import numpy as np
import pyarrow as pa

from datasets.preprocessing.encodings import TargetEncoding
from datasets.preprocessing.multi_target import VectorTarget
from models.predictor import Predictor
from models.targets import given_answers, single_targets

Columns = dict[str, pa.Array]


def answer_columns(predictor: Predictor, outputs: np.ndarray, *, level: float | None = None) -> Columns:
    """Lay answers out by column: `value`, or `label` and `probability_…` of each class; `text` of a translation.

    Of several targets they are `value_…`, or `label_…` and `probability_…`, of each column; of a vector lists. With
    `level` come `low` and `high`, or `set`.
    """
    preprocessing, target = predictor.preprocessing, predictor.preprocessing.target
    if preprocessing.text:
        return {"text": pa.array(preprocessing.text.read(outputs), pa.string())}
    if isinstance(target, VectorTarget):
        return _lists(predictor, outputs, level)
    singles, answers = single_targets(target), given_answers(target, outputs)
    endings = [""] if isinstance(target, TargetEncoding) else [f"_{single.column}" for single in singles]
    found: Columns = {}
    for single, answer, ending in zip(singles, answers, endings, strict=True):
        found |= _numbers(answer, ending) if single.task == "regression" else _classes(single, answer, ending)
    if level is not None:
        for single, region, ending in zip(singles, predictor.regions(outputs, level), endings, strict=True):
            found |= _region(single, region, ending)
    return found


def _numbers(answers: np.ndarray, ending: str) -> Columns:
    return {f"value{ending}": pa.array(answers)}


def _classes(target: TargetEncoding, shares: np.ndarray, ending: str) -> Columns:
    if ending:  # labels that do not exclude each other: each is told by its own probability
        return {f"label{ending}": pa.array(shares[:, 1] > 0.5), f"probability{ending}": pa.array(shares[:, 1])}
    labels = pa.array(target.labels).take(pa.array(shares.argmax(axis=1)))
    each = {f"probability_{name}": pa.array(shares[:, place]) for place, name in enumerate(target.classes)}
    return {"label": labels, **each}


def _region(target: TargetEncoding, region: np.ndarray, ending: str) -> Columns:
    if target.task == "regression":
        return {f"low{ending}": pa.array(region[:, 0]), f"high{ending}": pa.array(region[:, 1])}
    labels = np.array([False, True]) if ending else np.array(target.labels, object)
    kind = pa.list_(pa.array(labels.tolist()).type)
    return {f"set{ending}": pa.array([labels[row].tolist() for row in region], kind)}


def _lists(predictor: Predictor, outputs: np.ndarray, level: float | None) -> Columns:
    target = predictor.preprocessing.target
    answers = given_answers(target, outputs)
    if target.task == "multilabel":
        shares = np.stack([each[:, 1] for each in answers], axis=1)
        found = {"labels": _listed(shares > 0.5), "probabilities": _listed(shares)}
    else:
        found = {"values": _listed(np.stack(answers, axis=1))}
    if level is None:
        return found
    regions = predictor.regions(outputs, level)
    if target.task != "multilabel":
        low, high = (_listed(np.stack([region[:, side] for region in regions], axis=1)) for side in (0, 1))
        return found | {"low": low, "high": high}
    sets: list[Any] = [
        [np.flatnonzero(label).astype(bool).tolist() for label in row] for row in zip(*regions, strict=True)
    ]
    return found | {"set": pa.array(sets, pa.list_(pa.list_(pa.bool_())))}


def _listed(rows: np.ndarray) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), rows.shape[1]).cast(
        pa.list_(pa.bool_() if rows.dtype == bool else pa.float64())
    )
