"""The tables of a kept home: small, one for each way in, always the same bytes for the same libraries."""

import csv
import gzip
import io
import json
import math
import random
import zipfile
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

SIDE = 8
COUNTRIES = ("DE", "FR", "IT", "PL", "")
NOTES = ("fragile", "leave at the door", "ring twice", "gift, please wrap", "")
NUMBERS = {"one": "eins", "two": "zwei", "three": "drei", "four": "vier", "five": "fünf", "six": "sechs"}
Row = dict[str, Any]


def orders() -> bytes:
    """Semicolons, dates, missing numbers and categories, yes and no, free text, and three classes to tell apart."""
    generator = random.Random(1)  # noqa: S311  # no secret
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(("order", "placed", "amount", "quantity", "country", "gift", "express", "note", "grade"))
    for number in range(96):
        amount, quantity = round(generator.uniform(5, 200), 2), generator.randint(1, 9)
        placed = date(2024, 1, 1) + timedelta(days=generator.randrange(700))
        worth = amount * (1 + quantity / 9) + 40 * (placed.month > 9)
        writer.writerow((
            f"A-{1000 + number}", placed.isoformat(), "" if number % 11 == 3 else amount, quantity,
            COUNTRIES[number % 5], "yes" if worth > 150 else "no", "yes" if quantity > 5 else "no",
            generator.choice(NOTES), "low" if worth < 90 else "middle" if worth < 190 else "high",
        ))  # fmt: skip
    return text.getvalue().encode()


def spirals() -> bytes:
    """Two spirals in one plane, as a CSV file that was compressed: a boundary that takes long to learn."""
    generator = random.Random(2)  # noqa: S311  # no secret
    lines = ["east,north,arm"]
    for number in range(200):
        turn, arm = generator.uniform(0.5, 3.2), number % 2
        east, north = (turn * f(turn * 2 + math.pi * arm) + generator.gauss(0, 0.08) for f in (math.cos, math.sin))
        lines.append(f"{east:.4f},{north:.4f},{('left', 'right')[arm]}")
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def houses() -> bytes:
    """Parquet with its own types: times, a dictionary, whole numbers with gaps, and two numbers to predict."""
    generator = np.random.default_rng(3)
    count = 80
    area, rooms = generator.uniform(30, 180, count).round(1), generator.integers(1, 7, count)
    district = generator.integers(0, 4, count)
    price = area * (2 + district) + 15 * rooms + generator.normal(0, 8, count)
    gaps = [None if number % 13 == 5 else int(value) for number, value in enumerate(rooms)]
    columns = {
        "area": pa.array(area),
        "rooms": pa.array(gaps, pa.int32()),
        "built": pa.array([date(1950 + int(r) % 70, 5, 17) for r in generator.integers(0, 70, count)], pa.date32()),
        "district": pa.DictionaryArray.from_arrays(pa.array(district, pa.int8()), ["east", "north", "south", "west"]),
        "garden": pa.array(generator.random(count) < 0.4),
        "surveyed": pa.array(generator.uniform(0.5, 2, count).round(2)),
        "price": pa.array(price.round(2)),
        "rent": pa.array((price / 20 + rooms * 3).round(2)),
    }
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def phrases() -> bytes:
    """JSON Lines with texts to translate, and keys that not every line has."""
    generator = random.Random(4)  # noqa: S311  # no secret
    lines = []
    for number in range(72):
        words = generator.choices(list(NUMBERS), k=generator.randint(1, 3))
        line: Row = {"english": " ".join(words), "german": " ".join(NUMBERS[word] for word in words)}
        lines.append(json.dumps(line | ({"page": number} if number % 3 else {}), ensure_ascii=False))
    return "\n".join(lines).encode()


def waves() -> bytes:
    """NumPy arrays: sequences of two values at each of eight times, and the number of their kind."""
    generator = np.random.default_rng(5)
    kinds = np.arange(60) % 3
    time = np.arange(8)[None, :] * (0.5 + kinds[:, None] * 0.5) + generator.uniform(0, 6, (60, 1))
    x = np.stack([np.sin(time), np.cos(time)], axis=-1) + generator.normal(0, 0.05, (60, 8, 2))
    file = io.BytesIO()
    np.savez(file, x=x.astype(np.float32).round(3), y=kinds)
    return file.getvalue()


def shapes() -> bytes:
    """A zip of pictures in a folder for each class."""
    generator = np.random.default_rng(6)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(40):
            kind = ("bar", "cross")[number % 2]
            png = io.BytesIO()
            Image.fromarray(shape(kind, generator)).save(png, "PNG")
            archive.writestr(zipfile.ZipInfo(f"shapes/{kind}/{number:02}.png"), png.getvalue())
    return file.getvalue()


def shape(kind: str, generator: np.random.Generator) -> np.ndarray:
    """Draw a bright shape on noise, shape (8, 8), greys from 0 to 255."""
    pixels = generator.integers(0, 90, (SIDE, SIDE))
    row, column = generator.integers(2, SIDE - 2, 2)
    pixels[row, 1:-1] = 230
    if kind == "cross":
        pixels[1:-1, column] = 230
    return pixels.astype(np.uint8)
