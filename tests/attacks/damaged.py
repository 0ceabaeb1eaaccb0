"""Files of every format, damaged at random: bits flipped, pieces lost, doubled, exchanged or blown up."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
from PIL import Image

INTERESTING = (b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\xff" * 4, b"\x00\x00\x00\x80", b'"', b"\n", b"}")
ROWS = 60


@dataclass(frozen=True)
class Seed:
    """A whole file and what it calls itself."""

    name: str
    media_type: str
    content: bytes


def seeds() -> list[Seed]:
    """Make a file of each format that the service reads."""
    draw = random.Random(7)  # noqa: S311  # repeatable
    numbers = [round(draw.gauss(5, 2), 3) for _ in range(ROWS)]
    words = [draw.choice(["red", "green", "blue", "ünïcödé", ""]) for _ in range(ROWS)]
    days = [f"2024-0{1 + index % 9}-1{index % 10}" for index in range(ROWS)]
    table = pa.table({"number": numbers, "word": words, "day": days, "list": [[1.0, float(i)] for i in range(ROWS)]})
    csv = "number,word,day\n" + "".join(f'{a},"{b}",{c}\n' for a, b, c in zip(numbers, words, days, strict=True))
    lines = "".join(json.dumps(row) + "\n" for row in table.to_pylist())
    return [
        Seed("csv", "text/csv", csv.encode()),
        Seed("semicolons", "text/csv", csv.replace(",", ";").encode("cp1252")),
        Seed("utf-16", "text/csv", csv.encode("utf-16")),
        Seed("csv.gz", "text/csv", gzip.compress(csv.encode(), mtime=0)),
        Seed("jsonl", "application/x-ndjson", lines.encode()),
        Seed("parquet", "application/vnd.apache.parquet", written(lambda file: write_parquet(table, file))),
        Seed("arrow", "application/vnd.apache.arrow.file", written(lambda file: write_arrow(table, file))),
        Seed("npy", "application/x-npy", written(lambda file: np.save(file, np.arange(120.0).reshape(30, 4)))),
        Seed("npz", "application/x-npz", written(write_npz)),
        Seed("images", "application/zip", images()),
    ]


def written(write: Callable[[io.BytesIO], object]) -> bytes:
    """Collect what is written to a file."""
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def write_parquet(table: pa.Table, file: io.BytesIO) -> None:
    """Write Parquet."""
    pyarrow.parquet.write_table(table, file)


def write_arrow(table: pa.Table, file: io.BytesIO) -> None:
    """Write the Arrow file format."""
    with pyarrow.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def write_npz(file: io.BytesIO) -> None:
    """Write two arrays of as many rows."""
    np.savez(file, x=np.arange(90.0).reshape(30, 3), y=np.arange(30) % 3)


def images() -> bytes:
    """Write a zip with a folder for each class."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(12):
            picture = io.BytesIO()
            Image.new("L", (8, 8), index * 20).save(picture, "PNG")
            archive.writestr(f"{'even' if index % 2 else 'odd'}/{index}.png", picture.getvalue())
    return file.getvalue()


def damaged(draw: random.Random, whole: Seed, others: list[Seed]) -> bytes:
    """Damage a file in one to four ways."""
    content = bytearray(whole.content)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        draw.choice(WAYS)(draw, content, others)
    return bytes(content)


def _flip(draw: random.Random, content: bytearray, _: list[Seed]) -> None:
    for _each in range(draw.choice((1, 1, 2, 8))):
        if content:
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)


def _overwrite(draw: random.Random, content: bytearray, _: list[Seed]) -> None:
    at = draw.randrange(len(content) + 1)
    content[at : at + draw.choice((1, 4, 8))] = draw.choice(INTERESTING)


def _cut(draw: random.Random, content: bytearray, _: list[Seed]) -> None:
    del content[draw.randrange(len(content) + 1) :]


def _lose(draw: random.Random, content: bytearray, _: list[Seed]) -> None:
    at = draw.randrange(len(content) + 1)
    del content[at : at + draw.randrange(1, 64)]


def _double(draw: random.Random, content: bytearray, _: list[Seed]) -> None:
    at = draw.randrange(len(content) + 1)
    piece = content[at : at + draw.randrange(1, 256)]
    content[at:at] = piece * draw.choice((1, 2, 50))


def _splice(draw: random.Random, content: bytearray, others: list[Seed]) -> None:
    other = draw.choice(others).content
    at = draw.randrange(len(content) + 1)
    content[at:] = other[draw.randrange(len(other) + 1) :]


def _noise(draw: random.Random, content: bytearray, _: list[Seed]) -> None:
    at = draw.randrange(len(content) + 1)
    content[at:at] = draw.randbytes(draw.choice((1, 7, 300)))


def _blow_up(draw: random.Random, content: bytearray, _: list[Seed]) -> None:
    """Write a large number where a length may stand."""
    at = draw.randrange(len(content) + 1)
    size = draw.choice((2, 4, 8))
    content[at : at + size] = draw.choice((2**15, 2**31 - 1, 2**62)).to_bytes(8, "little")[:size]


WAYS: tuple[Callable[[random.Random, bytearray, list[Seed]], None], ...] = (
    _flip, _overwrite, _cut, _lose, _double, _splice, _noise, _blow_up,
)  # fmt: skip


def cases(seed: int, count: int) -> Iterator[tuple[Seed, bytes]]:
    """Draw damaged files, of each format in turn."""
    draw, whole = random.Random(seed), seeds()  # noqa: S311  # repeatable
    for number in range(count):
        chosen = whole[number % len(whole)]
        yield chosen, damaged(draw, chosen, whole)
