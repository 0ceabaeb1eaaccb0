"""Wide tables through the real service, each next to a narrow one of the same bytes.

    ./chainrule bench wide [--columns 5000] [--rounds 5]

The wide tables have a hundred rows, of numbers or of texts (categories, words, dates, numbers with a few words among
them), the narrow ones fifty columns; both are as many bytes, within a few hundredths. They are uploaded in turns, each
deleted before the next; only the request is timed, up to the last byte of its answer, which describes every column.
Limit: the median of the ratios of the seconds, 2, for numbers and for texts.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import numpy as np

from benchmarks.harness import running_service

Draw = Callable[[np.random.Generator, int, int], np.ndarray]
NARROW, WIDE_ROWS, LIMIT = 50, 100, 2.0


def numbers(rng: np.random.Generator, columns: int, rows: int) -> np.ndarray:
    """Draw numbers with four decimals."""
    return rng.standard_normal((rows, columns)).round(4)


def texts(rng: np.random.Generator, columns: int, rows: int) -> np.ndarray:
    """Draw categories, words that hardly repeat, dates, and numbers with words among them, in turns."""
    cells = np.empty((rows, columns), object)
    drawn = rng.integers(0, 1_000_000, (rows, columns))
    days = np.datetime_as_string(np.datetime64("2020-01-01") + np.arange(1000))
    cells[:, 0::4] = [[f"kind {n % 12}" for n in row] for row in drawn[:, 0::4]]
    cells[:, 1::4] = [[f"{n:06x}q" for n in row] for row in drawn[:, 1::4]]
    cells[:, 2::4] = days[drawn[:, 2::4] % 1000]
    cells[:, 3::4] = [[f"n{n % 9}" if n % 3 == 0 else str(n % 1000) for n in row] for row in drawn[:, 3::4]]
    return cells


def write_table(path: Path, draw: Draw, columns: int, rows: int) -> None:
    """Write cells that are drawn from a seed."""
    cells = draw(np.random.Generator(np.random.PCG64(9)), columns, rows)
    header = ",".join(f"x{column}" for column in range(columns))
    lines = (",".join(map(str, row)) for row in cells.tolist())
    path.write_text("\n".join([header, *lines, ""]))


def seconds(client: httpx.Client, path: Path) -> float:
    """Upload a file, forget it again, and tell how long the first took."""
    content = path.read_bytes()
    start = time.perf_counter()
    answer = client.post("/v1/datasets", content=content, headers={"Content-Type": "text/csv"})
    taken = time.perf_counter() - start
    client.delete(f"/v1/datasets/{answer.raise_for_status().json()['id']}").raise_for_status()
    return taken


def ratio(draw: Draw, columns: int, rounds: int) -> float:
    """Measure in turns, print, and tell how many times as long the wide table takes."""
    with tempfile.TemporaryDirectory(prefix="chainrule-wide-") as folder:
        home, wide, narrow = Path(folder) / "home", Path(folder) / "wide.csv", Path(folder) / "narrow.csv"
        home.mkdir()
        write_table(wide, draw, columns, WIDE_ROWS)
        write_table(narrow, draw, NARROW, columns * WIDE_ROWS // NARROW)
        sizes = [f"{path.stat().st_size / 1e6:.2f} MB" for path in (wide, narrow)]
        print(f"{draw.__name__}, {columns} columns x {WIDE_ROWS} rows: {sizes[0]}; {NARROW} columns: {sizes[1]}")
        with running_service(home=home) as url, httpx.Client(base_url=url, timeout=600) as client:
            seconds(client, narrow)  # the first upload loads the readers
            pairs = [(seconds(client, wide), seconds(client, narrow)) for _ in range(rounds)]
    for of_wide, of_narrow in pairs:
        print(f"wide {of_wide:5.2f} s, narrow {of_narrow:5.2f} s")
    return statistics.median(of_wide / of_narrow for of_wide, of_narrow in pairs)


def main(columns: int, rounds: int) -> None:
    """Measure numbers and texts, print, and hold the limit."""
    ratios = {draw.__name__: ratio(draw, columns, rounds) for draw in (numbers, texts)}
    for name, found in ratios.items():
        print(f"a wide table of {name} takes {found:.2f} times as long as a narrow one   limit {LIMIT}")
    assert max(ratios.values()) <= LIMIT, f"wide tables take {ratios} times as long"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench wide")
    parser.add_argument("--columns", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    main(given.columns, given.rounds)
