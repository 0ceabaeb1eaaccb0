"""The count of a table's rows that are copies of earlier ones, by hashes of the rows."""

import numpy as np
import pyarrow as pa

MOST_ROWS = 5_000_000
PRIME = np.uint64(0x9E3779B97F4A7C15)
NULL = np.uint64(0xD1B54A32D192ED03)


class DuplicateRows:
    """Counts equal rows by 64-bit hashes; gives up, knowing nothing, beyond five million rows."""

    def __init__(self, *, expected_rows: int = 0) -> None:
        self._hashes: list[np.ndarray] | None = None if expected_rows > MOST_ROWS else []
        self._rows = 0

    def add(self, columns: list[pa.Array]) -> None:
        """Take in a block of rows."""
        self._rows += len(columns[0])
        if self._rows > MOST_ROWS:
            self._hashes = None
        if self._hashes is not None:
            self._hashes.append(_hash(columns))

    def count(self) -> int | None:
        """How many rows equal an earlier one, or None when that is not known."""
        if self._hashes is None:
            return None
        hashes = np.concatenate(self._hashes)
        hashes.sort()  # several times as fast as np.unique, which hashes
        return int(np.count_nonzero(hashes[1:] == hashes[:-1]))


def _hash(columns: list[pa.Array]) -> np.ndarray:
    hashes = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        hashes ^= _bits(column)
        hashes *= PRIME
        hashes ^= hashes >> np.uint64(29)
    return hashes


def _bits(column: pa.Array) -> np.ndarray:
    if pa.types.is_fixed_size_list(column.type):
        return _vector_bits(column)
    if pa.types.is_string(column.type):
        coded = column.dictionary_encode()
        # Python's own hashes of texts differ from process to process, and these are compared within one only.
        hashes = np.array([hash(text) for text in coded.dictionary.to_pylist()] or [0], np.int64).view(np.uint64)
        bits = hashes[np.asarray(coded.indices.fill_null(0))]
    elif pa.types.is_timestamp(column.type):
        bits = np.asarray(column.cast(pa.int64()).fill_null(0)).view(np.uint64)
    elif pa.types.is_dictionary(column.type):
        indices = column.indices
        bits = np.asarray(indices.fill_null(0) if indices.null_count else indices).astype(np.uint64)
    else:
        bits = (np.asarray(column.fill_null(0.0) if column.null_count else column) + 0.0).view(
            np.uint64
        )  # + 0.0 makes -0.0 equal to 0.0
    return np.where(np.asarray(column.is_null()), NULL, bits) if column.null_count else bits


def _vector_bits(column: pa.Array) -> np.ndarray:
    """Hash each vector: its bytes, eight by eight, times odd numbers that are always the same."""
    flat = np.asarray(column.flatten()).reshape(len(column), -1)
    raw = np.ascontiguousarray(flat).view(np.uint8).reshape(len(column), -1)
    words = np.zeros((len(column), -(-raw.shape[1] // 8) * 8), np.uint8)
    words[:, : raw.shape[1]] = raw
    numbers = words.view(np.uint64)
    factors = np.random.Generator(np.random.PCG64(0)).integers(0, 2**63, numbers.shape[1], np.uint64) * 2 + 1
    hashes: np.ndarray = (numbers * factors).sum(axis=1, dtype=np.uint64)
    return hashes
