"""Columns of a file's texts, read by the rule of the dataset that a preprocessing was fitted to."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.forms.number_form import NumberForm
from datasets.errors import ColumnsChanged
from datasets.preprocessing.encodings import FeatureEncoding, NumberEncoding

FromRows = Callable[[Sequence[Mapping[str, object]], FeatureEncoding], np.ndarray]


def is_text(cells: pa.ChunkedArray) -> bool:
    """Whether the cells are texts."""
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def read_texts(cells: pa.ChunkedArray, feature: FeatureEncoding, from_rows: FromRows) -> np.ndarray:
    """Read texts as `from_rows` reads cells of JSON, each different one once; an empty text is missing.

    Raises ColumnsChanged with the row of the first text that cannot be read.
    """
    if isinstance(feature, NumberEncoding) and (numbers := _plain_numbers(cells, feature)) is not None:
        return numbers
    coded = cells.combine_chunks().dictionary_encode() if not pa.types.is_dictionary(cells.type) else _combined(cells)
    codes = np.asarray(coded.indices.fill_null(len(coded.dictionary)))
    texts = [*(text or None for text in coded.dictionary.to_pylist()), None]
    try:
        values = from_rows([{feature.column: text} for text in texts], feature)
    except ColumnsChanged as error:
        row = int(np.flatnonzero(codes == (error.position.row or 1) - 1)[0]) if error.position else 0
        from_rows([*[{feature.column: None}] * row, {feature.column: cells[row].as_py()}], feature)
        raise
    taken: np.ndarray = values[codes]
    return taken


def _combined(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    return cells.unify_dictionaries().combine_chunks()


def _plain_numbers(cells: pa.ChunkedArray, feature: NumberEncoding) -> np.ndarray | None:
    """Read numbers that anybody writes so; None where the column has its own way, or one of the texts has."""
    if feature.missing_words is not None or feature.form not in {None, NumberForm()}:
        return None
    texts = pc.cast(cells, pa.string())
    try:
        numbers = pc.cast(pc.if_else(pc.equal(texts, ""), None, texts), pa.float64())
    except pa.ArrowInvalid:
        return None
    found = np.array(numbers.to_numpy(), np.float64)
    return found if int(np.isfinite(found).sum()) == len(found) - numbers.null_count else None
