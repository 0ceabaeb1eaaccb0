"""Another table beside the one of a training: whether each of its cells means there what it meant in training.

Its file was read by what was found out about it alone: `01/02/2022` may be January here and February there, `-999` a
number here and no value there. Columns whose descriptions agree need no look; of others every cell is read once more,
as it is written in the file, by the form of the training.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import MISSING_MARKS, are_numbers, as_number_text, is_number, number_text
from datasets.columns.column import Column
from datasets.columns.forms.duration_form import DurationForm
from datasets.columns.forms.guess import AmountForm
from datasets.columns.forms.missing_words import USUAL, words_of
from datasets.columns.forms.number_form import NumberForm
from datasets.columns.parse_numbers import as_digits, clean
from datasets.preprocessing.arrow_to_numpy import as_numbers, is_numeric
from datasets.preprocessing.date_encoding import as_days, days_of_texts
from datasets.preprocessing.encodings import code_of_yes_no
from datasets.training_sets.trained_columns import TrainedColumn, column_as, stored_kind

MOMENT = 2e-8
"""Days: timestamps are kept in milliseconds."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The first cell that means something else, by data row; `told` is what would have it read as in training."""

    column: str
    row: int
    found: str
    here: str
    there: str
    told: Mapping[str, Any]
    is_vouched: bool

    def message(self, dataset_id: str) -> str:
        """Say what is read otherwise, and how."""
        return (
            f"`{self.column}` is read otherwise in dataset `{dataset_id}` than in training: `{self.found}` in data row "
            f"{self.row} is read {self.here}, where training reads {self.there}."
        )

    def hint(self, dataset_id: str) -> str:
        """Say what would have it read as in training."""
        if not self.told:
            return f"Write `{self.column}` as in training."
        body = json.dumps(self.told, ensure_ascii=False)
        why = (
            "Write it as in training, or if that is what you mean"
            if self.is_vouched
            else "To have it read as in training"
        )
        return f"{why}, send PATCH /v1/datasets/{dataset_id} with {body}."


def first_difference(
    trained: TrainedColumn, second: Column, cells: pa.ChunkedArray, written: pa.ChunkedArray, *, is_told: bool
) -> Difference | None:
    """Return the first cell of a second table that is read otherwise than in training; None where none is.

    `cells` are as they were read, `written` as they stand in the file: texts, or the same numbers and dates where the
    file has types. What its owner has said of how the column is written, `is_told`, is taken at its word.
    """
    written = written.cast(pa.string()) if pa.types.is_dictionary(written.type) else written
    texts = clean(_flat(written), words_of((), USUAL)) if pa.types.is_string(written.type) else None
    differ = _other_values(trained, cells, written) if texts is None else _other_readings(trained, cells, texts)
    if is_told and trained.reads != "texts":
        differ &= _is_word(trained, texts if texts is not None else _digits(written))
    elif is_told and texts is not None:
        differ &= np.asarray(pc.is_valid(_flat(cells))) != np.asarray(clean(texts, trained.words).is_valid())
    if second.statistics.get("missing_words") is not None:
        differ &= np.asarray(pc.is_valid(_flat(cells)))  # that a word is no value was said of this table
    if not differ.any():
        return None
    row = int(np.flatnonzero(differ)[0])
    found = str((_digits(written) if texts is None else texts)[row].as_py())
    return _described(trained, second, row, found, is_missing=cells[row].as_py() is None)


def _other_readings(trained: TrainedColumn, cells: pa.ChunkedArray, texts: pa.Array) -> np.ndarray:
    """Tell for each text whether the form of the training gives another value than the cell has, or none."""
    known = clean(texts, trained.words)
    if trained.reads == "texts":
        return _other_texts(trained, cells, known)
    there = _read(trained, known)
    here = _values(trained, cells)
    if here is None:
        unread: np.ndarray = np.asarray(known.is_valid()) & np.isnan(there)
        return unread
    is_same: np.ndarray = np.isclose(here, there, rtol=0, atol=MOMENT) if trained.reads == "dates" else here == there
    other: np.ndarray = ~(is_same | (np.isnan(here) & np.isnan(there)))
    return other


def _read(trained: TrainedColumn, texts: pa.Array) -> np.ndarray:
    """Read texts in the form of the training, NaN for others."""
    if trained.reads == "dates":
        return days_of_texts(texts.to_pylist(), trained.format)
    form = trained.form or NumberForm()
    numbers = np.full(len(texts), np.nan)
    numbers[np.asarray(texts.is_valid())] = np.asarray(form.parse(texts.drop_null()).fill_null(np.nan))
    if trained.words.numbers:
        numbers[np.isin(numbers, trained.words.numbers)] = np.nan
    return numbers


def _values(trained: TrainedColumn, cells: pa.ChunkedArray) -> np.ndarray | None:
    """Return cells as the training would take them from the table; None where it reads texts by its own form."""
    if pa.types.is_temporal(cells.type):
        days = as_days(cells, trained.name)
        return days if trained.reads == "dates" else np.full(len(cells), np.inf)
    if is_numeric(cells):
        numbers = as_numbers(cells, trained.name)
        return numbers if trained.reads == "numbers" else np.where(np.isnan(numbers), np.nan, np.inf)
    return None


def _other_texts(trained: TrainedColumn, cells: pa.ChunkedArray, known: pa.Array) -> np.ndarray:
    """Tell for each text whether it became another one, or lost zeros that the training knows it with, or has more."""
    texts, written = _coded(known)
    if are_numbers(trained.values):
        written = [as_number_text(text) for text in written]
    own, read = _coded(_flat(cells))
    here = [number_text(cell) if isinstance(cell, float) else str(cell) for cell in read]
    twins = {float(value) for value in trained.values if is_number(value)}

    def differs(text: str | None, cell: str | None) -> bool:
        if text is None or cell is None:
            return text is not cell
        if (code := code_of_yes_no(cell, trained.values)) >= 0:
            return cell != text and code_of_yes_no(text, trained.values) != code
        return cell != text or (is_number(text) and float(text) in twins)

    pairs, place = np.unique(np.stack([texts, own]), axis=1, return_inverse=True)
    found = [differs(*pair) for pair in ((_at(written, i), _at(here, k)) for i, k in pairs.T.tolist())]
    differ: np.ndarray = np.array(found, bool)[place.reshape(-1)]
    return differ


def _coded(cells: pa.Array) -> tuple[np.ndarray, list[Any]]:
    """Return the place of each cell among the different ones, -1 for none, and these."""
    coded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    return np.asarray(coded.indices.fill_null(-1)).astype(np.int64), coded.dictionary.to_pylist()


def _at(values: list[str], place: int) -> str | None:
    return None if place < 0 else values[place]


def _other_values(trained: TrainedColumn, cells: pa.ChunkedArray, written: pa.ChunkedArray) -> np.ndarray:
    """The same for a file of types, whose cells stand there as numbers or dates."""
    is_word: np.ndarray = _is_word(trained, _digits(written)) & np.asarray(cells.is_valid())
    if trained.reads == "texts":
        is_word |= _other_texts(trained, cells, _digits(written))
        return is_word
    if pa.types.is_temporal(written.type) and trained.reads == "dates":
        return is_word
    if is_numeric(written) and trained.reads == "numbers" and not _stands_beside(trained.form):
        return is_word
    if is_numeric(written) and trained.reads == "dates":
        is_word |= _other_readings(trained, cells, _digits(written))
        return is_word
    return np.asarray(written.is_valid())


def _stands_beside(form: AmountForm | None) -> bool:
    """Whether numbers stand for something that a bare number does not tell."""
    return isinstance(form, DurationForm) or (form is not None and bool(form.unit or form.currency))


def _is_word(trained: TrainedColumn, texts: pa.Array) -> np.ndarray:
    """Tell for each text whether an owner of the table of the training has said that it is no value."""
    said = words_of(trained.missing_words or (), USUAL)
    found = pc.and_(said.are_in(texts), pc.not_equal(texts, "")).fill_null(False)
    return np.asarray(found)


def _digits(column: pa.ChunkedArray) -> pa.Array:
    flat = _flat(column)
    return as_digits(flat) if is_numeric(column) else pc.cast(flat, pa.string())


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _described(trained: TrainedColumn, second: Column, row: int, found: str, *, is_missing: bool) -> Difference:
    own = column_as(second, stored_kind(second))
    was_missing = found in trained.words or _number(found) in trained.words.numbers
    told = _told(trained, own, found, is_of_words=is_missing or was_missing)
    vouched = _vouched(trained, own) if told is None else {}
    alike = (value for value in trained.values if value != found and _number(value) == _number(found))
    twin = next(alike, None) if is_number(found) and not is_missing else None
    if twin is not None and not was_missing:
        told, vouched = None, {"kinds": {trained.name: "category"}}
    there = f"{trained}" if twin is None else f"{trained}, `{twin}` among them"
    return Difference(
        column=trained.name,
        row=row + 1,
        found=found[:60],
        here="as no value" if is_missing else f"among {own}",
        there="it as no value" if was_missing else there,
        told=vouched if told is None else told,
        is_vouched=bool(vouched),
    )


def _vouched(trained: TrainedColumn, own: TrainedColumn) -> dict[str, Any]:
    """Return what an owner says who knows that a column means the same, though it is written otherwise."""
    if trained.reads != own.reads or trained.reads == "texts":
        return {}
    is_date = trained.reads == "dates" and bool(own.format)
    told = {"date_format": {own.name: own.format}} if is_date else {"kinds": {own.name: "number"}}
    return {} if trained.reads == "dates" and not is_date else told


def _number(text: str) -> float | None:
    return float(text) if is_number(text) else None


def _told(trained: TrainedColumn, own: TrainedColumn, found: str, *, is_of_words: bool) -> dict[str, Any] | None:
    """Return what to say of the second table so that this cell is read as in training; None where nothing helps."""
    name = trained.name
    if is_of_words:
        words = MISSING_MARKS[1:] if trained.missing_words is None else trained.missing_words
        return {"missing_words": list(dict.fromkeys((*words, *(own.missing_words or ()))))}
    if trained.reads == "texts":
        return {"kinds": {name: "category"}} if own.reads != "texts" else None
    if np.isnan(_read(trained, pa.array([found]))[0]):
        return None
    if trained.reads == "dates":
        return {"date_format": {name: trained.format}} if trained.format else {"kinds": {name: "date"}}
    form = trained.form or NumberForm()
    if isinstance(form, NumberForm) and not _stands_beside(form):
        return {"decimal": {name: form.decimal}, "thousands": {name: form.thousands}}
    return {"kinds": {name: "number"}} if own.reads == "texts" else None
