"""Arrow columns as NumPy arrays, as numbers or as codes into a list of values."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.cells import number_text
from datasets.columns.forms.guess import AmountForm
from datasets.columns.forms.missing_words import OF_NUMBERS
from datasets.columns.forms.number_form import as_floats
from datasets.columns.parse_numbers import clean, first_non_number, parse_numbers
from datasets.errors import FilePosition, NotNumeric, shorten
from datasets.preprocessing.encodings import MISSING, codes_of


def is_numeric(column: pa.ChunkedArray) -> bool:
    """Whether the column holds numbers."""
    return bool(pa.types.is_floating(column.type) or pa.types.is_integer(column.type))


def as_numbers(column: pa.ChunkedArray, name: str, *, form: AmountForm | None = None) -> np.ndarray:
    """Return a fresh float64 array, NaN for missing cells; raises NotNumeric at the first text that is no number.

    Texts are plain numbers, or written in the form that is given.
    """
    if is_numeric(column):
        numbers = pc.cast(column, pa.float64()).to_numpy()
        return numbers if numbers.flags.writeable and numbers.base is None else np.array(numbers, np.float64)
    texts = clean(_plain(column), OF_NUMBERS)
    valid = np.asarray(texts.is_valid())
    cells = texts.drop_null()
    numbers = parse_numbers(cells, decimal=".") if form is None else as_floats(form.parse(cells))
    if numbers is None:
        raise _not_numeric(cells, valid, name, form)
    result = np.full(len(texts), np.nan)
    result[valid] = numbers
    return result


def as_texts(column: pa.ChunkedArray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Codes of the cells, MISSING for nulls, and the texts that they stand for, numbers in the order of their size."""
    if is_numeric(column):
        numbers = as_numbers(column, "")
        known = ~np.isnan(numbers)
        different, place = np.unique(numbers[known], return_inverse=True)
        codes = np.full(len(numbers), MISSING, np.int64)
        codes[known] = place
        return codes, tuple(map(number_text, different.tolist()))
    coded = _coded(column)
    indices = np.asarray(coded.indices.fill_null(-1))
    used = np.unique(indices[indices >= 0])  # a part of a table carries the values of the whole
    values = coded.dictionary.take(pa.array(used)).to_pylist()
    order = sorted(range(len(values)), key=lambda i: values[i].encode())
    rank = np.full(len(coded.dictionary) + 1, MISSING, np.int64)
    rank[used[order]] = np.arange(len(values))
    return rank[indices], tuple(values[i] for i in order)


def count_labels(column: pa.ChunkedArray) -> dict[str, int]:
    """Return how often each value occurs, by its text."""
    codes, values = as_texts(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    return {value: int(count) for value, count in zip(values, counts, strict=True)}


def _coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if pa.types.is_dictionary(column.type):
        return column.unify_dictionaries().combine_chunks()
    return _plain(column).dictionary_encode()


def recode(codes: np.ndarray, texts: tuple[str, ...], values: tuple[str, ...]) -> np.ndarray:
    """Codes into `texts` as codes into `values`."""
    place: np.ndarray = np.append(codes_of(texts, values), MISSING)
    recoded: np.ndarray = place[codes]
    return recoded


def _plain(column: pa.ChunkedArray) -> pa.Array:
    text = pc.cast(column, pa.string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def _not_numeric(cells: pa.Array, valid: np.ndarray, name: str, form: AmountForm | None) -> NotNumeric:
    index = first_non_number(cells, decimal=".") if form is None else form.parse(cells).to_pylist().index(None)
    row = int(np.flatnonzero(valid)[index]) + 1
    text = cells[index].as_py()
    return NotNumeric(
        f"`{name}` is not a column of numbers: data row {row} holds `{shorten(text)}`.",
        position=FilePosition(row=row, name=name),
        found=text,
        expected="a number",
        hint="Correct the cell, leave it empty, or treat the column as a category.",
    )
