"""Ten tables in other forms: dates, decimal commas, arrays, images, Parquet, Arrow, JSON Lines."""

import datetime as dt
import gzip
import io
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
from PIL import Image

from benchmarks.tables.cases import TableCase, to_csv

DAY = dt.timedelta(days=1)


def dates() -> bytes:
    """Make daily sales with a weekend, a winter and a trend."""
    rng = np.random.default_rng(11)
    rows = []
    for index in range(1000):
        day = dt.date(2021, 1, 1) + index * DAY
        season = 20 * np.cos(2 * np.pi * day.timetuple().tm_yday / 365.25)
        sales = 100 + 0.03 * index + season + (35 if day.weekday() >= 5 else 0) + rng.normal(0, 5)
        rows.append([day.isoformat(), str(rng.choice(["north", "south"])), round(float(sales), 1)])
    return to_csv(["day", "shop", "sales"], rows)


def decimal_commas() -> bytes:
    """Write it as a German spreadsheet does: semicolons, decimal commas, days before months, yes and no."""
    rng = np.random.default_rng(12)
    rows = []
    for _ in range(1200):
        income, debt, owner = rng.lognormal(8, 0.4), rng.lognormal(7, 0.6), rng.random() < 0.4
        since = dt.date(2015, 1, 1) + int(rng.integers(0, 3000)) * DAY
        score = np.log(income / debt) + 0.8 * owner - (since.year - 2019) / 4 + rng.normal(0, 0.4)
        numbers = [f"{value:.2f}".replace(".", ",") for value in (income, debt)]
        rows.append([*numbers, since.strftime("%d.%m.%Y"), "yes" if owner else "no", "yes" if score > 1 else "no"])
    return to_csv(["income", "debt", "customer_since", "owns_home", "pays_back"], rows, delimiter=";")


def vectors() -> bytes:
    """Draw spectra of 40 places whose peak tells one of four materials."""
    rng = np.random.default_rng(13)
    material = rng.integers(0, 4, 800)
    peaks = np.array([8, 16, 24, 32])[material] + rng.normal(0, 1.5, 800)
    x = np.exp(-((np.arange(40) - peaks[:, None]) ** 2) / 18) * rng.uniform(0.5, 2, (800, 1))
    buffer = io.BytesIO()
    np.savez(buffer, x=(x + rng.normal(0, 0.25, x.shape)).astype(np.float32), y=material)
    return buffer.getvalue()


def image_folders() -> bytes:
    """Draw discs, squares and crosses of 12 by 12 pixels in noise, one folder for each."""
    rng = np.random.default_rng(14)
    down, across = np.mgrid[:12, :12]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(600):
            name = ["disc", "square", "cross"][index % 3]
            row, column, size = [*rng.uniform(4, 7, 2).tolist(), float(rng.uniform(2, 4))]
            y, x = abs(down - row), abs(across - column)
            inside = {
                "disc": np.hypot(y, x) <= size,
                "square": np.maximum(y, x) <= size * 0.85,
                "cross": (np.minimum(y, x) < 1) & (np.maximum(y, x) <= size),
            }
            pixels = np.clip(90 + 80 * inside[name] + rng.normal(0, 12, (12, 12)), 0, 255).astype(np.uint8)
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "PNG")
            archive.writestr(f"{name}/{index}.png", file.getvalue())
    return buffer.getvalue()


def wide() -> bytes:
    """Draw 600 patients with 200 genes each, of which six matter."""
    rng = np.random.default_rng(15)
    x = rng.normal(0, 1, (600, 200))
    ill = x[:, :6].sum(axis=1) + rng.normal(0, 0.5, 600) > 0
    table = {f"gene_{i}": pa.array(x[:, i].round(4)) for i in range(200)}
    return parquet(pa.table(table | {"ill": pa.array(ill)}))


def tiny() -> bytes:
    """Thirty rows and a straight line, in tab-separated text."""
    rng = np.random.default_rng(16)
    rows = []
    for _ in range(30):
        width, height = rng.uniform(1, 5, 2)
        rows.append(
            [
                round(float(width), 2),
                round(float(height), 2),
                round(float(3 * width - 2 * height + rng.normal(0, 0.2)), 3),
            ]
        )
    return to_csv(["width", "height", "load"], rows, delimiter="\t")


def many_categories() -> bytes:
    """Measure at 80 stations, each with a level of its own: more values than get an input each."""
    rng = np.random.default_rng(17)
    levels, station = rng.normal(0, 3, 80), rng.zipf(1.3, 3000) % 80
    wind = rng.gamma(2, 2, 3000)
    ozone = 40 + levels[station] * 3 - wind * 1.5 + rng.normal(0, 2, 3000)
    names = pa.array([f"station {index:02d}" for index in range(80)])
    stations = pa.DictionaryArray.from_arrays(pa.array(station, pa.int32()), names)
    return parquet(pa.table({"station": stations, "wind": wind.round(2), "ozone": ozone.round(2)}))


def json_lines() -> bytes:
    """Write requests as JSON Lines, compressed: fields that are absent, numbers, texts, true and false."""
    rng = np.random.default_rng(18)
    lines = []
    for _ in range(1500):
        kind = str(rng.choice(["normal", "slow", "attack"], p=[0.6, 0.25, 0.15]))
        row: dict[str, object] = {
            "bytes": int(rng.lognormal(9 if kind == "slow" else 6, 1)),
            "method": str(rng.choice(["GET", "POST"], p=[0.2, 0.8] if kind == "attack" else [0.7, 0.3])),
            "cached": bool(rng.random() < (0.1 if kind == "slow" else 0.6)),
            "kind": kind,
        }
        if rng.random() < (0.2 if kind == "attack" else 0.9):
            row["user_age_days"] = round(float(rng.exponential(300)), 1)
        lines.append(json.dumps(row))
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def moments() -> bytes:
    """Log visits with the time of day, in an Arrow file: nights and weekends differ."""
    rng = np.random.default_rng(19)
    rows, starts = 2000, dt.datetime(2024, 3, 1)  # noqa: DTZ001 - a local clock
    times = [starts + dt.timedelta(minutes=int(minutes)) for minutes in rng.integers(0, 60 * 24 * 120, rows)]
    member = rng.random(rows) < 0.5
    odds = np.array([(9 <= t.hour < 18) * 2.5 - (t.weekday() >= 5) * 2.0 for t in times]) + member - 1.3
    bought = rng.random(rows) < 1 / (1 + np.exp(-2 * odds))
    table = pa.table({"at": pa.array(times, pa.timestamp("s")), "member": member, "bought": bought})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def heavy_tails() -> bytes:
    """Draw house prices: a product of factors, with some numbers a thousand times as large as others."""
    rng = np.random.default_rng(20)
    area, age, quality = rng.lognormal(4.5, 0.5, 1500), rng.integers(0, 90, 1500), rng.integers(1, 6, 1500)
    town = rng.choice(["village", "town", "city"], 1500, p=[0.5, 0.3, 0.2])
    factor = np.select([town == "village", town == "town"], [1.0, 1.6], 2.5)
    price = 900 * area * factor * (0.7 + 0.15 * quality) * np.exp(-age / 150) * rng.lognormal(0, 0.1, 1500)
    rows = [
        [round(float(a), 1), int(y), int(q), str(t), None if rng.random() < 0.05 else round(float(p))]
        for a, y, q, t, p in zip(area, age, quality, town, price, strict=True)
    ]
    return to_csv(["area", "age", "quality", "place", "price"], rows)


def parquet(table: pa.Table) -> bytes:
    """Write Parquet."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


FILE_CASES = (
    TableCase("sales", "dates, regression", "sales", dates),
    TableCase("credit", "; and decimal commas, yes/no", "pays_back", decimal_commas),
    TableCase("spectra", "NPZ of vectors, 4 classes", "y", vectors),
    TableCase("shapes", "zip of images, 3 classes", "label", image_folders),
    TableCase("genes", "Parquet, 200 columns, 600 rows", "ill", wide),
    TableCase("beams", "TSV, 30 rows, regression", "load", tiny),
    TableCase("ozone", "Parquet, 80 categories", "ozone", many_categories),
    TableCase("requests", "gzip of JSON Lines, missing", "kind", json_lines),
    TableCase("visits", "Arrow, times of day, true/false", "bought", moments),
    TableCase("houses", "heavy tails, answers missing", "price", heavy_tails),
)
