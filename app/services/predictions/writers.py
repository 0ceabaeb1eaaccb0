"""Answers written to a file, block by block: CSV, JSON Lines, Parquet, Arrow IPC."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc

from app.services.predictions.wishes import Wish
from datasets.reading.row_blocks import Block
from models import Predictor
from models.answer_tables import answer_columns

MEDIA_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
}


@dataclass(frozen=True, kw_only=True)
class AnsweredBlock:
    """Rows as they came, and what the network gave for them."""

    rows: Block
    outputs: np.ndarray


class Writer(Protocol):
    """Something that writes blocks, one after the other."""

    def write(self, block: AnsweredBlock) -> None:
        """Write a block."""

    def close(self) -> None:
        """Write what comes last."""


class JsonLinesWriter:
    """One answer on each line, as the JSON request gives it; kept columns stand in it as `row`."""

    def __init__(self, file: BinaryIO, predictor: Predictor, wish: Wish) -> None:
        self._file, self._predictor, self._wish = file, predictor, wish

    def write(self, block: AnsweredBlock) -> None:
        """Write a block."""
        answers = self._predictor.told(block.outputs, level=self._wish.level)
        if self._wish.keeps_columns:
            rows = block.rows.to_pylist() if isinstance(block.rows, pa.Table) else block.rows
            answers = [{**answer, "row": row} for answer, row in zip(answers, rows, strict=True)]
        lines = (json.dumps(answer, ensure_ascii=False, allow_nan=False, default=str) for answer in answers)
        self._file.write("".join(f"{line}\n" for line in lines).encode())

    def close(self) -> None:
        """Write nothing: the lines are all."""


class TableWriter:
    """A column for each thing that an answer tells; kept columns stand before them, under their own names."""

    def __init__(self, file: BinaryIO, predictor: Predictor, wish: Wish, form: str) -> None:
        self._file, self._predictor, self._wish, self._form = file, predictor, wish, form
        self._writer: Any = None

    def write(self, block: AnsweredBlock) -> None:
        """Write a block; the first decides what the columns are."""
        answers = answer_columns(self._predictor, block.outputs, level=self._wish.level)
        kept = _kept(block.rows) if self._wish.keeps_columns else {}
        columns = kept | {free_name(name, kept): cells for name, cells in answers.items()}
        if self._form == "csv":
            columns = {name: _flat(cells) for name, cells in columns.items()}
        table = pa.table(columns)
        if self._writer is None:
            self._writer = self._open(table.schema)
        self._writer.write_table(table.cast(self._writer_schema))

    def _open(self, schema: pa.Schema) -> Any:
        self._writer_schema = schema
        if self._form == "csv":
            return pyarrow.csv.CSVWriter(self._file, schema)
        if self._form == "arrow":
            return pa.ipc.new_file(self._file, schema)
        import pyarrow.parquet as pq  # noqa: PLC0415  # brings clients of object stores

        return pq.ParquetWriter(self._file, schema)

    def close(self) -> None:
        """Write what comes last."""
        if self._writer is not None:
            self._writer.close()


def free_name(name: str, taken: Mapping[str, Any]) -> str:
    """Give an answer's column a name that no kept column has."""
    while name in taken:
        name = f"predicted_{name}"
    return name


def _kept(rows: Block) -> dict[str, Any]:
    if isinstance(rows, pa.Table):
        return {name: rows.column(name) for name in rows.column_names}
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: pa.array([_as_text(row.get(name)) for row in rows], pa.string()) for name in names}


def _as_text(cell: Any) -> str | None:
    return cell if isinstance(cell, str | None) else json.dumps(cell)


def _flat(cells: Any) -> Any:
    """Write lists as JSON: a cell of CSV holds one text."""
    if pa.types.is_list(cells.type) or pa.types.is_fixed_size_list(cells.type):
        return pa.array([None if cell is None else json.dumps(cell) for cell in cells.to_pylist()], pa.string())
    if pa.types.is_dictionary(cells.type):
        return cells.cast(pa.string())
    return cells


def writer_for(form: str, file: BinaryIO, predictor: Predictor, wish: Wish) -> Writer:
    """Make the writer of a format."""
    return JsonLinesWriter(file, predictor, wish) if form == "jsonl" else TableWriter(file, predictor, wish, form)
