"""A wide table through the real service, next to a narrow one of the same bytes.

    ./chainrule bench wide [--columns 5000] [--rounds 5]

The wide table has a hundred rows of numbers, the narrow one fifty columns; both are as many bytes, within a few
hundredths. They are uploaded in turns, each deleted before the next; only the request is timed, up to the last byte of
its answer, which describes every column. Limit: the median of the ratios of the seconds, 2.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import httpx2 as httpx
import numpy as np

from benchmarks.harness import running_service

NARROW, WIDE_ROWS, LIMIT = 50, 100, 2.0


def write_table(path: Path, columns: int, rows: int) -> None:
    """Write numbers with four decimals, drawn from a seed."""
    numbers = np.random.Generator(np.random.PCG64(9)).standard_normal((rows, columns)).round(4)
    header = ",".join(f"x{column}" for column in range(columns))
    lines = (",".join(map(str, row)) for row in numbers.tolist())
    path.write_text("\n".join([header, *lines, ""]))


def seconds(client: httpx.Client, path: Path) -> float:
    """Upload a file, forget it again, and tell how long the first took."""
    content = path.read_bytes()
    start = time.perf_counter()
    answer = client.post("/v1/datasets", content=content, headers={"Content-Type": "text/csv"})
    taken = time.perf_counter() - start
    client.delete(f"/v1/datasets/{answer.raise_for_status().json()['id']}").raise_for_status()
    return taken


def main(columns: int, rounds: int) -> None:
    """Measure in turns, print, and hold the limit."""
    with tempfile.TemporaryDirectory(prefix="chainrule-wide-") as folder:
        home, wide, narrow = Path(folder) / "home", Path(folder) / "wide.csv", Path(folder) / "narrow.csv"
        home.mkdir()
        write_table(wide, columns, WIDE_ROWS)
        write_table(narrow, NARROW, columns * WIDE_ROWS // NARROW)
        sizes = [f"{path.stat().st_size / 1e6:.2f} MB" for path in (wide, narrow)]
        print(f"{columns} columns x {WIDE_ROWS} rows: {sizes[0]}; {NARROW} columns: {sizes[1]}")
        with running_service(home=home) as url, httpx.Client(base_url=url, timeout=600) as client:
            seconds(client, narrow)  # the first upload loads the readers
            pairs = [(seconds(client, wide), seconds(client, narrow)) for _ in range(rounds)]
    for of_wide, of_narrow in pairs:
        print(f"wide {of_wide:5.2f} s, narrow {of_narrow:5.2f} s")
    ratio = statistics.median(of_wide / of_narrow for of_wide, of_narrow in pairs)
    print(f"a wide table takes {ratio:.2f} times as long as a narrow one   limit {LIMIT}")
    assert ratio <= LIMIT, f"a wide table takes {ratio:.2f} times as long"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench wide")
    parser.add_argument("--columns", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    main(given.columns, given.rounds)
