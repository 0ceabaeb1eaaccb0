"""The scan of a column of dates whose format is known: what is no such date is counted and has no value."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.date_form import DateForm
from datasets.columns.forms.guess_date import swapped
from datasets.columns.number_scan import FirstPlace

MOST_BAD = 0.1
"""Share of cells that may be no dates in a column of dates."""


class SetDates:
    """Reads dates in one form, and counts what is none."""

    other = None

    def __init__(self, form: DateForm) -> None:
        self.form = form
        self.good = self.bad = 0
        self.first_bad: FirstPlace | None = None
        other = swapped(form.format)
        self._other = DateForm(other) if other else None
        self.first_swapped: FirstPlace | None = None

    @property
    def format(self) -> str | None:
        """How the dates are written, None where there is none."""
        return self.form.format if self.good else None

    @property
    def is_sure(self) -> bool:
        """Whether nearly all cells are dates, and none has day and month the other way round."""
        return self.good > 0 and self.bad <= MOST_BAD * (self.good + self.bad) and self.first_swapped is None

    def keep_dates(self, cells: pa.Array, rows: np.ndarray) -> pa.Array:
        """Return the cells, null where they are no dates; `rows` are their data rows."""
        is_date = self.form.parse(cells).is_valid()
        places = np.flatnonzero(np.asarray(pc.and_(cells.is_valid(), pc.invert(is_date))))
        self.good, self.bad = self.good + int(pc.sum(is_date).as_py() or 0), self.bad + len(places)
        if not len(places):
            return cells
        self.first_bad = self.first_bad or _place(cells, rows, int(places[0]))
        if self._other is not None and self.first_swapped is None:
            read = np.asarray(self._other.parse(cells.take(pa.array(places))).is_valid())
            if read.any():
                self.first_swapped = _place(cells, rows, int(places[read][0]))
        return pc.if_else(is_date, cells, None)


def _place(cells: pa.Array, rows: np.ndarray, index: int) -> FirstPlace:
    return FirstPlace(row=int(rows[index]), text=str(cells[index].as_py()))
