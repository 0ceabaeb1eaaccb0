"""Columns of vectors and images: many numbers in each cell, as many in every one."""

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datasets.columns.column import Kind
from datasets.errors import FilePosition, NonFinite, RaggedVector

IMAGE_RANK = 3


def is_vector(kind: pa.DataType) -> bool:
    """Whether the cells are lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def vector_type(kind: pa.DataType, width: int) -> pa.DataType:
    """Return the stored type: bytes stay bytes, everything else becomes float32."""
    return pa.list_(pa.uint8() if kind.value_type == pa.uint8() else pa.float32(), width)


def as_vectors(lists: pa.Array, name: str, width: int, *, first_row: int) -> pa.FixedSizeListArray:
    """Return lists as vectors of one width, whole numbers from 0 filled up with 0.

    Raises RaggedVector for a missing list or number and for a shorter list of other numbers, NonFinite for what
    float32 does not hold.
    """
    _refuse_gaps(lists, name, first_row)
    target = vector_type(lists.type, width)
    with np.errstate(over="ignore"):
        flat = np.asarray(lists.flatten()).astype(target.value_type.to_pandas_dtype(), copy=False)
    _refuse_infinite(flat, lists, name, first_row)
    lengths = np.asarray(pc.list_value_length(lists))
    if (lengths != width).any():
        flat = _padded(flat, lengths, lists, name, width, first_row)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), type=target)


def _padded(
    flat: np.ndarray, lengths: np.ndarray, lists: pa.Array, name: str, width: int, first_row: int
) -> np.ndarray:
    is_ids = pa.types.is_integer(lists.type.value_type) and (flat >= 0).all()
    if not is_ids and not ((flat >= 0) & (flat == np.floor(flat))).all():
        index = int(np.flatnonzero(lengths != width)[0])
        raise RaggedVector(
            f"`{name}` has {lengths[index]} numbers in data row {first_row + index} and {width} in others.",
            position=FilePosition(row=first_row + index, name=name),
            found=int(lengths[index]),
            expected=width,
            hint="Only lists of whole numbers from 0 (token ids) are filled up, with 0.",
        )
    padded = np.zeros((len(lengths), width), flat.dtype)
    padded[np.arange(width) < lengths[:, None]] = flat
    return padded.reshape(-1)


def _refuse_gaps(lists: pa.Array, name: str, first_row: int) -> None:
    inner = lists.flatten()
    if not lists.null_count and not inner.null_count:
        return
    if lists.null_count:
        index = int(np.flatnonzero(np.asarray(lists.is_null()))[0])
    else:
        ends = np.cumsum(np.asarray(pc.list_value_length(lists)))
        index = int(np.searchsorted(ends, np.flatnonzero(np.asarray(inner.is_null()))[0], side="right"))
    raise RaggedVector(
        f"`{name}` has a missing value in data row {first_row + index}; vectors must be whole.",
        position=FilePosition(row=first_row + index, name=name),
        found="null",
        expected="numbers",
    )


def _refuse_infinite(flat: np.ndarray, lists: pa.Array, name: str, first_row: int) -> None:
    if np.isfinite(flat).all():
        return
    place = int(np.flatnonzero(~np.isfinite(flat))[0])
    ends = np.cumsum(np.asarray(pc.list_value_length(lists)))
    row = first_row + int(np.searchsorted(ends, place, side="right"))
    raise NonFinite(
        f"`{name}` holds `{flat[place]}` in data row {row}, which is not a finite number in float32.",
        position=FilePosition(row=row, name=name),
        found=str(flat[place]),
        expected="numbers between -3.4e38 and 3.4e38",
        hint="A vector has no missing numbers: leave the row out, or put a number in its place.",
    )


class VectorScan:
    """Looks at one column of vectors, block by block; shape is that of one row."""

    missing = 0

    def __init__(self, name: str, *, shape: tuple[int, ...], kind: pa.DataType) -> None:
        self.name = name
        self.shape = shape
        self.type = vector_type(kind, math.prod(shape))
        self.rows = 0
        self._minimum, self._maximum = math.inf, -math.inf
        self._total = self._squares = 0.0
        self._whole = True

    def add(self, vectors: pa.FixedSizeListArray) -> None:
        """Look at the next block of rows."""
        flat = np.asarray(vectors.flatten())
        self.rows += len(vectors)
        self._minimum = min(self._minimum, float(flat.min()))
        self._maximum = max(self._maximum, float(flat.max()))
        self._total += float(flat.sum(dtype=np.float64))
        self._squares += float(np.square(flat, dtype=np.float64).sum())
        self._whole = self._whole and bool((flat == np.floor(flat)).all())

    def kind(self) -> Kind:
        """Bytes in three axes are an image."""
        is_image = len(self.shape) == IMAGE_RANK and self.type.value_type == pa.uint8()
        return Kind.IMAGE if is_image else Kind.VECTOR

    def statistics(self) -> dict[str, Any]:
        """Return the shape of a row, and what its numbers are like taken together."""
        count = self.rows * math.prod(self.shape)
        mean = self._total / count
        return {
            "shape": list(self.shape),
            "min": self._minimum,
            "max": self._maximum,
            "mean": mean,
            "std": math.sqrt(max(0.0, self._squares / count - mean * mean)),
            "whole": self._whole,
        }


class VectorConverter:
    """Vectors are read as they are stored."""

    def __init__(self, scan: VectorScan) -> None:
        self.type = scan.type
        self._scan = scan

    def convert(self, vectors: pa.Array) -> pa.Array:
        """Return them as they are."""
        return vectors

    def statistics(self) -> dict[str, Any]:
        """Return what the scan has found."""
        return self._scan.statistics()
