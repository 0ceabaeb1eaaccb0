"""True answers in rows of JSON values, turned into what a network learns."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from datasets.columns.cells import SPACE, number_text
from datasets.errors import ColumnsChanged, FilePosition, shorten
from datasets.preprocessing.encodings import TargetEncoding, code_of_yes_no
from datasets.preprocessing.multi_target import SeveralTargets, VectorTarget
from datasets.preprocessing.target import Target

Rows = Sequence[Mapping[str, object]]


def targets_from_rows(target: Target, rows: Rows) -> np.ndarray:
    """Return int64 (rows,) for multiclass, float64 (rows, outputs) of 0/1 or of scaled numbers for all others.

    Raises ColumnsChanged with the row for an answer that is absent, or that the model does not know.
    """
    if isinstance(target, SeveralTargets):
        return np.hstack([_column(part, rows) for part in target.parts])
    if isinstance(target, VectorTarget):
        vectors = [_vector(target, _cell(target.column, rows, index), index) for index in range(len(rows))]
        return (np.array(vectors) - target.means) / target.scales
    return _column(target, rows)


def _column(target: TargetEncoding, rows: Rows) -> np.ndarray:
    cells = [_cell(target.column, rows, index) for index in range(len(rows))]
    if target.task == "regression":
        numbers = np.array([_number(target.column, cell, index) for index, cell in enumerate(cells)])
        return ((numbers - target.mean) / target.scale)[:, None]
    codes = np.array([_code(target, cell, index) for index, cell in enumerate(cells)], np.int64)
    return codes.astype(np.float64)[:, None] if target.task == "binary" else codes


def _cell(column: str, rows: Rows, index: int) -> object:
    if rows[index].get(column) is None:
        raise _wrong(column, index, None, "the true answer")
    return rows[index][column]


def _number(column: str, cell: object, index: int) -> float:
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    if not is_number or not math.isfinite(cell):  # type: ignore[arg-type]
        raise _wrong(column, index, cell, "a finite number")
    return float(cell)  # type: ignore[arg-type]


def _code(target: TargetEncoding, cell: object, index: int) -> int:
    text = str(cell).lower() if isinstance(cell, bool) else None
    if isinstance(cell, int | float) and text is None:
        text = number_text(float(cell))
    code = code_of_yes_no(str(cell).strip(SPACE) if text is None else text, target.classes)
    if code < 0:
        raise _wrong(target.column, index, cell, ", ".join(target.classes[:10]))
    return code


def _vector(target: VectorTarget, cell: object, index: int) -> list[float]:
    if not isinstance(cell, list) or len(cell) != target.output_width:
        raise _wrong(target.column, index, cell, f"a list of {target.output_width} numbers")
    return [_number(target.column, each, index) for each in cell]


def _wrong(column: str, index: int, found: object, expected: str) -> ColumnsChanged:
    return ColumnsChanged(
        f"`{column}` in row {index + 1} is {'absent' if found is None else f'`{shorten(str(found))}`'}, but must be "
        f"{expected}.",
        position=FilePosition(row=index + 1, name=column),
        found=None if found is None else shorten(str(found)),
        expected=expected,
    )
