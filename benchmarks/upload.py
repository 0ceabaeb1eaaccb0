"""A large CSV file through the real service: how fast it is taken in, and how much memory upload and training need.

    ./chainrule bench upload [--megabytes 1000] [--rounds 3]

The file (numbers, whole numbers, categories; drawn from a seed) is uploaded by the client to a service of its own,
whose database is a file. The reference is a process that does nothing but `pyarrow.csv.read_csv` on the same file with
all its threads; both take turns, each upload is deleted before the next. Then a job of one epoch trains on all of it.
Limits: throughput at least half of the reference's (median of the ratios), no process of the service above 600 MB.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from benchmarks.harness import running_service
from chainrule import Client, Dataset

LEAST_RATIO = 0.5
MOST_MEGABYTES = 600
ROWS_AT_ONCE = 50_000
REFERENCE = """
import sys, time
import pyarrow.csv
start = time.perf_counter()
pyarrow.csv.read_csv(sys.argv[1])
print(time.perf_counter() - start)
"""


def write_table(path: Path, size: int, *, seed: int = 9) -> int:
    """Write so many bytes of CSV: 12 numbers, 6 whole numbers, 3 categories and a yes/no answer; gives the rows."""
    rng, rows = np.random.Generator(np.random.PCG64(seed)), 0
    with path.open("wb") as file:
        first = block(rng)
        options = pyarrow.csv.WriteOptions(quoting_style="none", include_header=False)
        file.write(",".join(first.column_names).encode() + b"\n")
        with pyarrow.csv.CSVWriter(file, first.schema, write_options=options) as writer:
            table = first
            while file.tell() < size:
                writer.write_table(table)
                rows, table = rows + len(table), block(rng)
    return rows


def block(rng: np.random.Generator) -> pa.Table:
    """Draw some rows; the answer follows from a few columns, with noise."""
    numbers = rng.standard_normal((ROWS_AT_ONCE, 12)).round(4)
    columns = {f"x{index}": pa.array(numbers[:, index]) for index in range(12)}
    for index, most in enumerate((2, 10, 100, 1000, 100_000, 10**7)):
        columns[f"n{index}"] = pa.array(rng.integers(0, most, ROWS_AT_ONCE))
    texts = {"region": [f"region {i}" for i in range(12)], "plan": ["free", "basic", "pro"]}
    texts["model"] = [f"model-{index:02d}" for index in range(40)]
    codes = {name: rng.integers(0, len(values), ROWS_AT_ONCE) for name, values in texts.items()}
    columns |= {name: pa.array(values).take(pa.array(codes[name])) for name, values in texts.items()}
    score = numbers[:, 0] - numbers[:, 1] * numbers[:, 2] + codes["plan"] - 1 + rng.normal(0, 0.5, ROWS_AT_ONCE)
    return pa.table(columns | {"answer": pa.array(np.where(score > 0, "yes", "no"))})


def main(megabytes: int, rounds: int, limit: int) -> None:
    """Measure in turns, train once, print, and hold the limits."""
    with tempfile.TemporaryDirectory(prefix="chainrule-upload-") as folder:
        path, home = Path(folder) / "table.csv", Path(folder) / "home"
        home.mkdir()
        rows, size = write_table(path, megabytes * 10**6), path.stat().st_size
        print(f"{size / 1e6:.0f} MB of CSV, {rows} rows")
        with running_service(home=home) as url, Client(url, timeout=600) as client:
            ratios = [measured(client, path, size) for _ in range(rounds)]
            seconds = trained(client, path)
            peaks = dict(peaks_under(home))
    ratio = statistics.median(ratios)
    print(f"throughput: {ratio:.2f} of pyarrow's ({min(ratios):.2f} to {max(ratios):.2f})   limit {LEAST_RATIO}")
    print(f"one epoch over all rows: {seconds:.1f} s")
    for name, peak in peaks.items():
        print(f"peak of resident memory: {peak:5d} MB  {name}   limit {limit}")
    assert ratio >= LEAST_RATIO, f"uploading is slower than {LEAST_RATIO} of reading: {ratio:.2f}"
    assert max(peaks.values()) < limit, f"a process took {max(peaks.values())} MB"


def measured(client: Client, path: Path, size: int) -> float:
    """Read and upload the file, and forget it again; gives the ratio of the throughputs."""
    said = subprocess.run([sys.executable, "-c", REFERENCE, path], check=True, capture_output=True, text=True).stdout
    reading = float(said)
    start = time.perf_counter()
    dataset = client.datasets.upload(path)
    uploading = time.perf_counter() - start
    client.transport.ask("DELETE", f"/v1/datasets/{dataset.id}")
    print(f"pyarrow {size / 1e6 / reading:6.1f} MB/s, upload {size / 1e6 / uploading:6.1f} MB/s", flush=True)
    return reading / uploading


def trained(client: Client, path: Path) -> float:
    """Upload the file once more, and train one epoch; gives the seconds of the job."""
    dataset: Dataset = client.datasets.upload(path)
    start = time.perf_counter()
    job = client.jobs.create(dataset_id=dataset.id, target="answer", training={"epochs": 1, "seed": 1})
    done = job.wait(timeout=900)
    print(f"validation accuracy {client.jobs.metrics(done.id)['val_accuracy'][-1]:.3f}")
    return time.perf_counter() - start


def peaks_under(home: Path) -> Iterator[tuple[str, int]]:
    """Give the largest resident memory so far of each process whose environment names this home, in megabytes."""
    for process in Path("/proc").iterdir():
        try:
            environment = (process / "environ").read_bytes() if process.name.isdigit() else b""
            if f"CHAINRULE_HOME={home}".encode() not in environment.split(b"\0"):
                continue
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            peak = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
        except (OSError, StopIteration):
            continue
        yield f"{process.name} {command[:70]}", int(peak.split()[1]) // 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench upload")
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=MOST_MEGABYTES, help="megabytes of each process")
    given = parser.parse_args()
    main(given.megabytes, given.rounds, given.limit)
