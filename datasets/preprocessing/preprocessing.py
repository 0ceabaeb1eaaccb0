"""Rows to network inputs and outputs back to answers, exactly as fitted on the training rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from datasets.errors import ColumnsChanged, FilePosition, NonFinite, NotNumeric
from datasets.preprocessing.array_encoding import ArrayEncoding, arrays_from_rows, as_array
from datasets.preprocessing.arrow_to_numpy import as_numbers, as_texts, recode
from datasets.preprocessing.date_encoding import DateEncoding, as_days
from datasets.preprocessing.encodings import (
    BooleanEncoding,
    FeatureEncoding,
    NumberEncoding,
    encoding_from_json,
    encoding_to_json,
)
from datasets.preprocessing.json_rows import (
    check_names,
    codes_from_rows,
    days_from_rows,
    numbers_from_rows,
    recode_yes_no,
    texts_from_rows,
)
from datasets.preprocessing.target import Target, encode_target, target_from_json, target_to_json
from datasets.preprocessing.text_cells import is_text, read_texts
from datasets.preprocessing.text_encoding import TextEncoding

VERSION = 2  # 2: logarithms, ordinal places, parts of dates, inputs with a shape
READABLE = frozenset({1, VERSION})


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """What was fitted: one encoding per feature, the target's, and the names of columns that rows may carry besides."""

    features: tuple[FeatureEncoding, ...]
    target: Target
    ignored: tuple[str, ...] = ()
    shape: tuple[int, ...] | None = None  # of one row, where it is no vector
    version: int = VERSION

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """The name of every network input, like `age`, `age=missing`, `city=Lyon`."""
        return tuple(name for feature in self.features for name in feature.names)

    @cached_property
    def width(self) -> int:
        """How many inputs the network has."""
        return len(self.feature_names)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one row, as the network reads it: (features,), (time, features) or (height, width, channels)."""
        return self.shape or (self.width,)

    @property
    def text(self) -> TextEncoding | None:
        """How texts are read and written, where texts are translated."""
        only = self.features[0] if len(self.features) == 1 else None
        return only if isinstance(only, TextEncoding) else None

    @property
    def output_width(self) -> int:
        """How many outputs the network has, at each step where it writes a text."""
        return len(self.text.tokens) if self.text else self.target.output_width

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of what the network gives for one row: (outputs,), or (steps, tokens)."""
        return (self.text.steps, self.output_width) if self.text else (self.output_width,)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._needed) | frozenset(self.ignored) | set(self.target.columns)

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        return tuple(feature.column for feature in self.features)

    def transform(self, rows: pa.Table | Sequence[Mapping[str, object]]) -> np.ndarray:
        """Network inputs, float32 (rows, *input_shape), from an Arrow table or from rows of JSON values.

        null is a missing value. A category that training did not show becomes `other`, or zeros. Raises ColumnsChanged
        with row and column for unknown or absent columns and values of the wrong type.
        """
        self._check_columns(rows)
        return self._encoded(rows, _from_table if isinstance(rows, pa.Table) else _from_rows)

    def transform_file(self, rows: pa.Table | Sequence[Mapping[str, object]]) -> np.ndarray:
        """Network inputs from a stretch of a file: texts are read by the dataset's rule, further columns are ignored.

        Raises ColumnsChanged as `transform` does.
        """
        if isinstance(rows, pa.Table):
            check_names([name for name in rows.column_names if name in self._needed], self._needed, self._needed)
            return self._encoded(rows, _from_file)
        needed = frozenset(self._needed)
        for index, row in enumerate(rows):
            if not needed <= row.keys():
                check_names([name for name in row if name in needed], self._needed, needed, row=index + 1)
        return self._encoded(rows, _from_rows)

    def _encoded(self, rows: Any, read: Callable[[Any, FeatureEncoding], np.ndarray]) -> np.ndarray:
        out = np.empty((len(rows), self.width), np.float32)
        start = 0
        for feature in self.features:
            part = out[:, start : start + len(feature.names)]
            with np.errstate(over="ignore"):
                feature.write(read(rows, feature), part)
            _check_finite(part, feature.column)
            start += len(feature.names)
        return out.reshape(len(out), *self.input_shape) if self.shape else out

    def _check_columns(self, rows: pa.Table | Sequence[Mapping[str, object]]) -> None:
        if isinstance(rows, pa.Table):
            check_names(rows.schema.names, self._needed, self._known)
            return
        needed = frozenset(self._needed)
        for index, row in enumerate(rows):
            if not needed <= row.keys() <= self._known:
                check_names(row, self._needed, self._known, row=index + 1)

    def encode_target(self, arrow: pa.Table) -> np.ndarray:
        """Return what is learned: int64 (rows,) for multiclass, float64 (rows, outputs) of 0/1 or of scaled numbers."""
        return encode_target(self.target, arrow)

    def decode(self, outputs: np.ndarray) -> list[dict[str, Any]]:
        """Network outputs (rows, outputs) as {"label", "probabilities"} or {"value"}, in the words of the file.

        Where texts are translated, ids (rows, steps) as {"text"}.
        """
        return [{"text": text} for text in self.text.read(outputs)] if self.text else self.target.decode(outputs)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the equal preprocessing back."""
        return {
            "version": self.version,
            "features": [encoding_to_json(feature) for feature in self.features],
            "target": target_to_json(self.target),
            "ignored": list(self.ignored),
            "width": self.width,
            "input_shape": list(self.input_shape),
            "output_width": self.output_width,
            "feature_names": list(self.feature_names),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Preprocessing":
        """Read what `to_json` wrote; ValueError for a version that this code does not know."""
        if body["version"] not in READABLE:
            raise ValueError(f"preprocessing version {body['version']} is not known; this is version {VERSION}")
        shape = tuple(body.get("input_shape", ()))
        return cls(
            features=tuple(map(encoding_from_json, body["features"])),
            target=target_from_json(body["target"]),
            ignored=tuple(body["ignored"]),
            shape=shape if len(shape) > 1 else None,
        )


def _from_table(table: pa.Table, feature: FeatureEncoding) -> np.ndarray:
    column = table.column(feature.column)
    if isinstance(feature, DateEncoding):
        return as_days(column, feature.column, feature.format)
    if isinstance(feature, ArrayEncoding):
        return as_array(column)
    if isinstance(feature, TextEncoding):
        return texts_from_rows([{feature.column: cell} for cell in column.to_pylist()], feature)
    if isinstance(feature, BooleanEncoding):
        return recode_yes_no(*as_texts(column), feature.values, feature.column)
    if not isinstance(feature, NumberEncoding):
        return recode(*as_texts(column), feature.values)
    try:
        return as_numbers(column, feature.column, form=feature.form)
    except NotNumeric as error:
        raise ColumnsChanged(
            error.message, position=error.position, found=error.found, expected="a number", hint=error.hint
        ) from error


def _from_file(table: pa.Table, feature: FeatureEncoding) -> np.ndarray:
    cells = table.column(feature.column)
    if is_text(cells):
        return read_texts(cells, feature, _from_rows)
    if isinstance(feature, ArrayEncoding) and not pa.types.is_fixed_size_list(cells.type):
        return arrays_from_rows([{feature.column: cell} for cell in cells.to_pylist()], feature)
    return _from_table(table, feature)


def _from_rows(rows: Sequence[Mapping[str, object]], feature: FeatureEncoding) -> np.ndarray:
    if isinstance(feature, NumberEncoding):
        return numbers_from_rows(rows, feature)
    if isinstance(feature, DateEncoding):
        return days_from_rows(rows, feature)
    if isinstance(feature, ArrayEncoding):
        return arrays_from_rows(rows, feature)
    if isinstance(feature, TextEncoding):
        return texts_from_rows(rows, feature)
    return codes_from_rows(rows, feature)


def _check_finite(part: np.ndarray, column: str) -> None:
    if not np.isfinite(part).all():
        row = int(np.flatnonzero(~np.isfinite(part).all(axis=1))[0]) + 1
        raise NonFinite(
            f"`{column}` in row {row} is too large to be calculated with.",
            position=FilePosition(row=row, name=column),
            expected="a number near those of the training rows",
        )
