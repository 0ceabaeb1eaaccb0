"""The fitted target, one column or several: turned into arrays, and into JSON and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from datasets.columns.forms.guess import amount_form
from datasets.errors import ColumnsChanged, FilePosition
from datasets.preprocessing.array_encoding import as_array
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts
from datasets.preprocessing.encodings import MISSING, TEXT, TargetEncoding, code_of_yes_no
from datasets.preprocessing.multi_target import SeveralTargets, VectorTarget

Target = TargetEncoding | SeveralTargets | VectorTarget


def encode_target(target: Target, arrow: pa.Table) -> np.ndarray:
    """Return int64 (rows,) for multiclass, float64 (rows, outputs) of 0/1 or of scaled numbers for all others."""
    if isinstance(target, SeveralTargets):
        return np.hstack([_encode_column(part, arrow.column(part.column)) for part in target.parts])
    if isinstance(target, VectorTarget):
        return (as_array(arrow.column(target.column)).astype(np.float64) - target.means) / target.scales
    return _encode_column(target, arrow.column(target.column))


def _encode_column(target: TargetEncoding, cells: pa.ChunkedArray) -> np.ndarray:
    if target.task == "regression":
        numbers: np.ndarray = (as_numbers(cells, target.column, form=target.form) - target.mean) / target.scale
        return numbers[:, None]
    codes, texts = as_texts(cells)
    places = [code_of_yes_no(text, target.classes) for text in texts]
    codes = np.take(np.array([*places, MISSING], np.int64), codes)
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        raise ColumnsChanged(
            f"`{target.column}` holds `{cells[row].as_py()}` in row {row + 1}, which training did not show.",
            position=FilePosition(row=row + 1, name=target.column),
            found=str(cells[row].as_py()),
            expected=", ".join(target.classes[:10]),
        )
    return codes.astype(np.float64)[:, None] if target.task == "binary" else codes


def target_to_json(target: Target) -> dict[str, Any]:
    """Plain JSON values; a shape, bounds, and how cells are written only where there is something to say."""
    if isinstance(target, SeveralTargets):
        return {"task": target.task, "parts": [target_to_json(part) for part in target.parts]}
    optional = {"shape", "bounds", "form"}
    body = {key: _plain(value) for key, value in asdict(target).items() if value or key not in optional}
    if isinstance(target, TargetEncoding):
        if target.form is not None:
            del body["form"]
            body["format"] = target.form.to_json()
        if target.missing_words is None:
            del body["missing_words"]
        if target.label_type == TEXT:
            del body["label_type"]
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if not (key == "bounds" and item is None)}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def target_from_json(body: Mapping[str, Any]) -> Target:
    """Read what `target_to_json` wrote."""
    if "parts" in body:
        return SeveralTargets(task=body["task"], parts=tuple(_one(part) for part in body["parts"]))
    if "means" in body:
        lists = {key: tuple(body.get(key, ())) for key in ("means", "scales", "shape")}
        return VectorTarget(**{**body, **lists})
    return _one(body)


def _one(body: Mapping[str, Any]) -> TargetEncoding:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in body.items() if key != "format"
    }
    return TargetEncoding(**fields, form=amount_form(body.get("format")))


def spoken(target: Target) -> str | Sequence[str]:
    """Return the target as a job body names it: a column, or a list of them."""
    return list(target.columns) if isinstance(target, SeveralTargets) else target.column
