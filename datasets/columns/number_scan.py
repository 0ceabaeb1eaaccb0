"""One way of reading a column as numbers: whether all cells fit, and what they sum up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.duration_form import DurationForm
from datasets.columns.forms.number_form import NumberForm
from datasets.columns.parse_numbers import first_kept_as_text, first_non_number, parse_numbers


@dataclass(frozen=True, kw_only=True)
class FirstPlace:
    """The first cell that did not fit, by data row."""

    row: int
    text: str


@dataclass
class NumberScan:
    """Whether a column reads as numbers with this decimal mark, or in this form, and what they sum up to."""

    decimal: str
    form: NumberForm | DurationForm | None = None
    misfit: FirstPlace | None = None
    kept: FirstPlace | None = None  # the first number that has to stay as it is written
    infinite: FirstPlace | None = None
    count: int = 0
    total: float = 0.0
    minimum: float = np.inf
    maximum: float = -np.inf
    whole: bool = True

    @property
    def decimal_mark(self) -> str:
        """What stands before decimals."""
        return self.form.decimal if isinstance(self.form, NumberForm) else self.decimal

    def add(self, values: pa.Array, rows: Sequence[int] | np.ndarray) -> None:
        """Read a block of cells without nulls that stand in these data rows."""
        if self.misfit or self.kept or not len(values):
            return
        numbers, index = self._numbers(values)
        if numbers is None:
            self.misfit = FirstPlace(row=int(rows[index]), text=str(values[index].as_py()))
            return
        digits = self.form.digits(values) if isinstance(self.form, NumberForm) else values
        if not isinstance(self.form, DurationForm) and (kept := first_kept_as_text(digits)) is not None:
            self.kept = FirstPlace(row=int(rows[kept]), text=str(values[kept].as_py()))
            return
        low, high = float(numbers.min()), float(numbers.max())
        if not (np.isfinite(low) and np.isfinite(high)):
            self._note_infinite(numbers, values, rows)
            numbers = numbers[np.isfinite(numbers)]
            low, high = float(numbers.min(initial=np.inf)), float(numbers.max(initial=-np.inf))
        if numbers.size:
            self._summarise(numbers, low, high)

    def parse(self, cells: pa.Array) -> pa.Array:
        """Return the floats of cells that all fit."""
        if self.form:
            return self.form.parse(cells)
        return pc.cast(pc.replace_substring(cells, ",", ".") if self.decimal == "," else cells, pa.float64())

    def written(self) -> dict[str, Any]:
        """Tell how the numbers are written, as JSON values; nothing where they are plain."""
        if self.form is not None:
            return {"format": self.form.to_json()} if self.form != NumberForm() else {}
        return {"format": {"decimal": self.decimal}} if self.decimal != "." else {}

    def _numbers(self, values: pa.Array) -> tuple[np.ndarray | None, int]:
        """Return the floats of cells, or None with the index of the first one that is none."""
        if self.form is None:
            numbers = parse_numbers(values, decimal=self.decimal)
            return numbers, 0 if numbers is not None else first_non_number(values, decimal=self.decimal)
        read = self.form.parse(values)
        if read.null_count:
            return None, int(np.flatnonzero(np.asarray(read.is_null()))[0])
        return np.asarray(read), 0

    def _note_infinite(self, numbers: np.ndarray, values: pa.Array, rows: Sequence[int] | np.ndarray) -> None:
        places = np.flatnonzero(np.isinf(numbers))
        if places.size and self.infinite is None:
            self.infinite = FirstPlace(row=int(rows[places[0]]), text=str(values[int(places[0])].as_py()))

    def _summarise(self, numbers: np.ndarray, low: float, high: float) -> None:
        self.count += numbers.size
        with np.errstate(over="ignore", invalid="ignore"):
            self.total += float(numbers.sum())
        self.minimum, self.maximum = min(self.minimum, low), max(self.maximum, high)
        self.whole = self.whole and bool((numbers == np.floor(numbers)).all())
