"""NumPy's .npy and .npz files, never unpickled, their headers held against their sizes before anything is read."""

import ast
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from datasets.errors import (
    Malformed,
    NoRows,
    PickleForbidden,
    RaggedVector,
    SizeMismatch,
    TooManyColumns,
    UnsupportedType,
    shorten,
)
from datasets.limits import Limits
from datasets.reading.formats.columnar import refuse_sizes
from datasets.reading.formats.typed_source import TypedSource, rows_per_block

MAGIC = b"\x93NUMPY"
MOST_HEADER = 1 << 16
VERSIONS = {(1, 0): "<H", (2, 0): "<I", (3, 0): "<I"}
SCALARS = "biuf"
"""Kinds of dtype that are read: yes/no, whole numbers, unsigned ones, floats."""


@dataclass(frozen=True, kw_only=True)
class ArrayFile:
    """A checked array on disk."""

    path: Path
    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool
    offset: int

    def open(self) -> np.ndarray:
        """Map it from disk; nothing is read before it is used."""
        raw = np.memmap(self.path, np.uint8, "r", self.offset)
        array: np.ndarray = np.asarray(raw).view(self.dtype).reshape(self.shape, order="F" if self.fortran else "C")
        return array


def read_header(path: Path, limits: Limits, *, name: str = "The array") -> ArrayFile:
    """Read and check a .npy header.

    Raises PickleForbidden, UnsupportedType, SizeMismatch and Malformed; the array itself is not touched.
    """
    with path.open("rb") as file:
        head = file.read(8)
        form = VERSIONS.get((head[6], head[7])) if len(head) == 8 and head.startswith(MAGIC) else None
        if form is None:
            raise _bad(name, "its version of the .npy format is not 1, 2 or 3")
        size = struct.calcsize(form)
        length_bytes = file.read(size)
        if len(length_bytes) < size or (length := struct.unpack(form, length_bytes)[0]) > MOST_HEADER:
            raise _bad(name, f"its header is cut off or longer than {MOST_HEADER} bytes")
        header = file.read(length)
    offset = len(head) + size + length
    dtype, shape, fortran = _facts(header, name)
    _check(name, dtype, shape, path.stat().st_size - offset, limits)
    return ArrayFile(path=path, dtype=dtype, shape=shape, fortran=fortran, offset=offset)


def _facts(header: bytes, name: str) -> tuple[np.dtype, tuple[int, ...], bool]:
    try:
        facts = ast.literal_eval(header.decode("latin-1").strip())
        descr, shape, fortran = facts["descr"], facts["shape"], facts["fortran_order"]
        is_shape = isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape)
        if not is_shape or not isinstance(fortran, bool):
            raise _bad(name, f"its shape is {shorten(str(shape))}")
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError) as error:
        raise _bad(name, "its header is damaged") from error
    if isinstance(descr, list | tuple):
        raise _wrong_dtype(name, "a structured dtype")
    try:
        return np.dtype(descr), shape, fortran
    except (TypeError, ValueError) as error:
        raise _bad(name, f"`{shorten(str(descr))}` is no dtype") from error


def _check(name: str, dtype: np.dtype, shape: tuple[int, ...], there: int, limits: Limits) -> None:
    if dtype.hasobject:
        raise PickleForbidden(
            f"{name} has the dtype object: it holds Python objects, which are never read.",
            found="object",
            expected="numbers",
            hint="Save `array.astype(float)`.",
        )
    if dtype.kind not in SCALARS or dtype.itemsize > 8:
        raise _wrong_dtype(name, str(dtype))
    announced = math.prod(shape) * dtype.itemsize
    if announced != there:
        raise SizeMismatch(
            f"{name} announces {announced} bytes ({shorten(str(shape))} of {dtype}); {there} are there.",
            found=there,
            expected=announced,
        )
    if not shape:
        raise Malformed(
            f"{name} is a single number, without rows.",
            found="shape ()",
            expected="one row per example",
            hint="Save an array with one row for each example.",
        )
    if 0 in shape:
        raise NoRows(f"{name} is empty.", found=str(shape), expected="at least one row and one column")
    if math.prod(shape[1:]) > limits.max_vector:
        raise TooManyColumns(
            f"{name} has {math.prod(shape[1:])} numbers in each row; the limit is {limits.max_vector}.",
            found=math.prod(shape[1:]),
            expected=limits.max_vector,
        )


def open_npy(path: Path, limits: Limits) -> TypedSource:
    """Read one array: of one axis as one column, of two as column_1, column_2 …, of more as vectors `x`."""
    array = read_header(path, limits)
    if len(array.shape) > 2:
        return arrays_source("npy", {"x": array}, limits)
    width = math.prod(array.shape[1:])
    refuse_sizes(width, array.shape[0], 0, limits)
    schema = pa.schema([(f"column_{index + 1}", pa.float64()) for index in range(width)])

    def blocks() -> Iterator[pa.RecordBatch]:
        step = rows_per_block(width)
        for start in range(0, array.shape[0], step):
            # A fresh mapping for each block: pages of earlier ones leave the memory with it.
            rows = array.open()[start : start + step].astype(np.float64).reshape(-1, width)
            columns = np.ascontiguousarray(rows.T)
            yield pa.record_batch([pa.array(column, from_pandas=True) for column in columns], schema=schema)

    return TypedSource(format="npy", schema=schema, rows=array.shape[0], blocks=blocks, details=_details(array))


def arrays_source(form: str, arrays: Mapping[str, ArrayFile], limits: Limits) -> TypedSource:
    """Read named arrays with as many rows each: of one axis as columns of numbers, of more as vectors."""
    counts = {name: array.shape[0] for name, array in arrays.items()}
    rows = next(iter(counts.values()))
    odd = next((name for name, count in counts.items() if count != rows), None)
    if odd is not None:
        raise RaggedVector(
            f"The arrays have different numbers of rows: {', '.join(f'`{n}` {c}' for n, c in [*counts.items()][:6])}.",
            found=counts[odd],
            expected=rows,
            hint="Send training and test arrays as two files; a job takes the second as `split.validation_dataset_id`.",
        )
    refuse_sizes(len(arrays), rows, 0, limits)
    fields = [(name, _arrow_type(array)) for name, array in arrays.items()]
    schema = pa.schema(fields)
    widths = [math.prod(array.shape[1:]) for array in arrays.values()]

    def blocks() -> Iterator[pa.RecordBatch]:
        step = rows_per_block(sum(widths))
        for start in range(0, rows, step):
            parts = [
                _column(array.open()[start : start + step], kind)
                for array, (_, kind) in zip(arrays.values(), fields, strict=True)
            ]
            yield pa.record_batch(parts, schema=schema)

    shapes = {name: array.shape[1:] for name, array in arrays.items() if _is_vector(array)}
    for name, shape in shapes.items():
        if len(shape) == 2 and arrays[name].dtype == np.uint8:
            shapes[name] = (*shape, 1)
    details = {"arrays": {name: _details(array) for name, array in arrays.items()}}
    return TypedSource(format=form, schema=schema, rows=rows, blocks=blocks, shapes=shapes, details=details)


def _is_vector(array: ArrayFile) -> bool:
    return math.prod(array.shape[1:]) > 1


def _arrow_type(array: ArrayFile) -> pa.DataType:
    if not _is_vector(array):
        return pa.float64()
    return pa.list_(pa.uint8() if array.dtype == np.uint8 else pa.float32(), math.prod(array.shape[1:]))


def _column(rows: np.ndarray, kind: pa.DataType) -> pa.Array:
    if not pa.types.is_fixed_size_list(kind):
        return pa.array(rows.astype(np.float64).reshape(-1), from_pandas=True)
    with np.errstate(over="ignore"):
        flat = np.ascontiguousarray(rows, kind.value_type.to_pandas_dtype()).reshape(-1)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), type=kind)


def _details(array: ArrayFile) -> dict[str, object]:
    return {"dtype": str(array.dtype), "shape": list(array.shape)}


def _bad(name: str, why: str) -> Malformed:
    return Malformed(f"{name} cannot be read: {why}.", expected="a .npy file as `numpy.save` writes it")


def _wrong_dtype(name: str, found: str) -> UnsupportedType:
    return UnsupportedType(
        f"{name} holds {found}; yes/no, whole numbers and floats of up to 64 bits are read.",
        found=found,
        expected="bool, int, uint or float",
        hint="Convert it with `astype`; number the classes of a text column, or send CSV or Parquet.",
    )
