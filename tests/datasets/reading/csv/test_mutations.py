"""Known tables written in random dialects: each is read as the same table, or refused, or a doubt is told."""

import csv
import io
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from datasets import Limits, Table, parse_csv
from datasets.errors import DatasetError

TABLES = 2000
BATCH = 250
WORDS = ("red", "green", "blue", "north", "south", "a b", "it's", 'so "called"', "x, y", "p; q", "tab\tbed", "né", "ß")
NAMES = ("length", "width (cm)", "kind", "2023", "2024", "n", "first name", "größe", "y", "id")


@dataclass(frozen=True)
class Written:
    """A table, and one way of writing it."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    content: bytes
    how: str


def some_table(rng: random.Random) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """Draw names, and rows of numbers and words with gaps."""
    width, height = rng.randint(2, 6), rng.randint(3, 30)
    names = tuple(rng.sample(NAMES, width))
    kinds = [rng.choice(("whole", "fraction", "word")) for _ in names]
    if "word" not in kinds:
        kinds[rng.randrange(width)] = "fraction"
    return names, tuple(tuple(_cell(rng, kind) for kind in kinds) for _ in range(height))


def _cell(rng: random.Random, kind: str) -> float | str | None:
    if rng.random() < 0.05:
        return None
    if kind == "word":
        return rng.choice(WORDS)
    return float(rng.randint(-50, 50)) if kind == "whole" else rng.randint(-5000, 5000) / 100


def written(rng: random.Random) -> Written:
    """Write a table as some program, or somebody, might have."""
    names, rows = some_table(rng)
    delimiter = rng.choice(",;\t|")
    decimal = rng.choice(".,") if delimiter != "," else "."
    lines = [[_text(cell, decimal) for cell in row] for row in rows]
    quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    end = rng.choice(("\n", "\r\n"))
    oddity = rng.choice(
        ("none", "none", "sep", "title", "titles", "escape", "single", "again", "r", "blank lines", "trim")
    )
    buffer = io.StringIO(newline="")
    _write(buffer, [list(names), *lines], delimiter=delimiter, quoting=quoting, end=end, oddity=oddity)
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"))
    how = f"{delimiter!r} {decimal} {oddity} {encoding} {'all' if quoting else 'minimal'}"
    return Written(names, rows, buffer.getvalue().encode(encoding), how)


def _text(cell: float | str | None, decimal: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    return f"{cell:.15g}".replace(".", decimal)


def _write(
    out: io.StringIO, lines: Sequence[list[str]], *, delimiter: str, quoting: Any, end: str, oddity: str
) -> None:
    options: dict[str, Any] = {"delimiter": delimiter, "quoting": quoting, "lineterminator": end}
    if oddity == "escape":
        options |= {"doublequote": False, "escapechar": "\\"}
    if oddity == "single":
        options |= {"quotechar": "'"}
    if oddity == "sep":
        out.write(f"sep={delimiter}{end}")
    if oddity in {"title", "titles"}:
        out.write(f"All of them{end}" + (f"as of May{end}{end}" if oddity == "titles" else ""))
    writer = csv.writer(out, **options)
    for number, line in enumerate(lines):
        if oddity == "again" and number == len(lines) // 2 and number > 1:
            writer.writerow(lines[0])
        if oddity == "blank lines" and number % 4 == 3:
            out.write(end)
        if oddity == "r":
            writer.writerow([f"row {number}", *line] if number else line)
        elif oddity == "trim":
            out.write(_with_blanks(line, delimiter, quoting) + end)
        else:
            writer.writerow(line)


def _with_blanks(line: list[str], delimiter: str, quoting: Any) -> str:
    buffer = io.StringIO(newline="")
    for place, cell in enumerate(line):
        piece = io.StringIO(newline="")
        csv.writer(piece, delimiter=delimiter, quoting=quoting, lineterminator="").writerow([cell])
        buffer.write((delimiter + " " if place else "") + (piece.getvalue() if cell else ""))
    return buffer.getvalue()


def is_same(table: Table, wanted: Written) -> bool:
    """Whether the table that was read is the one that was written; names of rows may stand before it."""
    names = [column.name for column in table.columns]
    extra = len(names) - len(wanted.names)
    if names[extra:] != list(wanted.names) or table.row_count != len(wanted.rows):
        return False
    rows = [tuple(row.values())[extra:] for row in table.arrow.to_pylist()]
    return all(
        _equal(got, cell)
        for row, true in zip(rows, wanted.rows, strict=True)
        for got, cell in zip(row, true, strict=True)
    )


def _equal(got: Any, cell: Any) -> bool:
    if isinstance(got, str) and isinstance(cell, float):
        return False
    return bool(got == cell)


@pytest.mark.parametrize("batch", range(TABLES // BATCH))
def test_no_table_is_misread_in_silence(batch: int) -> None:
    """Two thousand of them; what fails is told by its seed and by how it was written."""
    silent, same = [], 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        for seed in range(batch * BATCH, (batch + 1) * BATCH):
            wanted = written(random.Random(seed))  # noqa: S311 - a table, not a key
            path.write_bytes(wanted.content)
            try:
                table = parse_csv(path, limits=Limits())
            except DatasetError:
                continue
            if is_same(table, wanted):
                same += 1
            elif not any(_is_doubt(warning.code) for warning in table.warnings):
                silent.append((seed, wanted.how))

    assert not silent
    assert same >= 0.85 * BATCH


def _is_doubt(code: str) -> bool:
    """Whether a warning is about how the file was read, and not about what stands in it."""
    return code not in {"data.constant_column", "data.id_column", "data.duplicate_rows", "data.empty_column"}
