"""Tables of any kind as files, and answers as tables of the same kind; what makes them is never imported first."""

import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

CSV, JSON_LINES = "text/csv", "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.file"
NPY = "application/x-npy"
TYPES = {
    ".csv": CSV,
    ".tsv": CSV,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": ARROW,
    ".feather": ARROW,
    ".npy": NPY,
}


@dataclass(frozen=True)
class TableFile:
    """A table as a file to send: its bytes, or a file that is open; what it is, and what it is called."""

    content: bytes | BinaryIO
    media_type: str
    name: str


def kind_of(source: Any) -> str | None:
    """Tell whose table it is: `pandas`, `polars` or `pyarrow`; None for anything else."""
    module = type(source).__module__.partition(".")[0]
    return module if module in {"pandas", "polars", "pyarrow"} else None


def is_rows(source: Any) -> bool:
    """Whether it is a sequence of rows, each a mapping or a sequence of values."""
    return isinstance(source, Sequence) and not isinstance(source, str | bytes)


@contextmanager
def as_file(source: Any) -> Iterator[TableFile]:
    """Give a table as a file: a path, bytes, an open file, a frame, an array, columns by name, or rows.

    Raises TypeError for anything else.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        with path.open("rb") as file:
            yield TableFile(file, TYPES.get(path.suffix.lower(), CSV), path.name)
        return
    yield _in_memory(source)


def _in_memory(source: Any) -> TableFile:
    kind = kind_of(source)
    if kind is not None:
        return TableFile(*_frame(source, kind), "table")
    if isinstance(source, bytes | bytearray):
        return TableFile(bytes(source), CSV, "table.csv")
    if hasattr(source, "read"):
        return _open_file(source)
    if isinstance(source, np.ndarray):
        file = io.BytesIO()
        np.save(file, source, allow_pickle=False)
        return TableFile(file.getvalue(), NPY, "table.npy")
    if isinstance(source, Mapping):
        return TableFile(_lines(_rows_of(source)), JSON_LINES, "table.jsonl")
    if is_rows(source) and all(isinstance(row, Mapping) for row in source):
        return TableFile(_lines(source), JSON_LINES, "table.jsonl")
    raise TypeError(
        f"{type(source).__name__} is no table: send a path, bytes, a file, a frame, an array, dicts or rows"
    )


def _open_file(file: Any) -> TableFile:
    path = Path(str(getattr(file, "name", "table.csv")))
    media_type = TYPES.get(path.suffix.lower(), CSV)
    if isinstance(file, io.TextIOBase):
        return TableFile(file.read().encode(), media_type, path.name)
    return TableFile(file if file.seekable() else file.read(), media_type, path.name)


def _frame(frame: Any, kind: str) -> tuple[bytes, str]:
    if kind == "pandas":
        return frame.to_csv(index=False).encode(), CSV
    if kind == "polars":
        return frame.write_csv().encode(), CSV
    arrow = sys.modules["pyarrow"]
    file = io.BytesIO()
    with arrow.ipc.new_file(file, frame.schema) as writer:
        writer.write(frame)
    return file.getvalue(), ARROW


def _rows_of(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _lines(rows: Sequence[Any]) -> bytes:
    return "".join(f"{json.dumps(dict(row), default=plain)}\n" for row in rows).encode()


def plain(value: Any) -> Any:
    """Return a value of NumPy, or a date, as JSON has it."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value.isoformat()


def as_rows(source: Any) -> Sequence[Any]:
    """Give arrays and columns by name as rows."""
    if isinstance(source, np.ndarray):
        rows: list[Any] = source.tolist()
        return rows
    return _rows_of(source) if isinstance(source, Mapping) else source


def frame_of(data: bytes, like: Any) -> Any:
    """Read an answer as a frame of the same kind, with the same index where that has one."""
    kind = kind_of(like)
    library = sys.modules[str(kind)]
    if kind == "pandas":
        frame = library.read_csv(io.BytesIO(data), keep_default_na=False, na_values=[""])
        frame.index = like.index
        return frame
    return (
        library.read_csv(io.BytesIO(data)) if kind == "polars" else library.ipc.open_file(io.BytesIO(data)).read_all()
    )
