"""Predictions through the real service, next to the bare forward pass of the same network.

    ./chainrule bench predict [--rows 1000000] [--rounds 5] [--hidden 256,256,256]

One model of twenty numbers and five categories answers: one row as JSON, 10 000 rows in each form, and a CSV of a
million rows, while the memory of all processes of the service is watched. The bare forward pass is that of `neural` on
inputs that are encoded already, in this process. Limits: one row 10 ms (p50), 10 000 rows as Parquet or Arrow 2 × the
bare pass, a million rows 300 MB more than the service takes at rest.
"""

import argparse
import contextlib
import io
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from benchmarks.harness import running_service
from chainrule import Client
from exports import read_safetensors
from models import Predictor, predictor_of

ROWS, LIMIT_RATIO, LIMIT_SECONDS, LIMIT_BYTES = 10_000, 2.0, 0.010, 300e6
BINARY = ("parquet", "arrow")
TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.file",
}


def table(rows: int, seed: int) -> pa.Table:
    """Make numbers and categories, and a class that follows from them."""
    rng = np.random.default_rng(seed)
    numbers = rng.standard_normal((rows, 20)).round(3)
    columns: dict[str, Any] = {f"x{place}": numbers[:, place] for place in range(20)}
    columns |= {f"c{place}": np.array(list("abcdef"))[rng.integers(0, 6, rows)] for place in range(5)}
    score = numbers[:, :5].sum(axis=1) + (columns["c0"] == "a") + rng.normal(0, 0.5, rows)
    return pa.table({**columns, "answer": np.where(score > 0, "yes", "no")})


def written(content: pa.Table, form: str) -> bytes:
    """Write a table as a body."""
    file = io.BytesIO()
    if form == "json":
        return json.dumps({"rows": content.to_pylist()}).encode()
    if form == "jsonl":
        return "".join(f"{json.dumps(row)}\n" for row in content.to_pylist()).encode()
    if form == "csv":
        pyarrow.csv.write_csv(content, file)
    elif form == "parquet":
        pyarrow.parquet.write_table(content, file)
    else:
        with pa.ipc.new_file(file, content.schema) as writer:
            writer.write_table(content)
    return file.getvalue()


def median_seconds(call: Callable[[], Any], rounds: int) -> float:
    """Call once to warm up, then some times; give the median."""
    call()
    return statistics.median(_seconds(call) for _ in range(rounds))


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def descendants(pid: int) -> list[int]:
    """List the processes below one, of this machine (Linux)."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *descendants(child)]
    return found


def resident_bytes(pid: int) -> int:
    """Tell how much memory a process takes; none where it has ended."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


class Memory:
    """What all processes below this one take, besides what they took at first; the most until now."""

    def __init__(self) -> None:
        """Begin to watch."""
        self.most = self.at_rest = self._now()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _now(self) -> int:
        return sum(map(resident_bytes, descendants(os.getpid())))

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.most = max(self.most, self._now())

    def end(self) -> int:
        """End, and tell how much more it was."""
        self._ended.set()
        self._thread.join()
        return self.most - self.at_rest


def train(url: str, hidden: list[int]) -> tuple[str, Predictor]:
    """Train a model for a moment; give its id, and itself."""
    with Client(url) as client, tempfile.TemporaryDirectory(prefix="chainrule-predict-") as folder:
        dataset = client.datasets.upload(written(table(5000, 1), "csv"), name="predict")
        body = {"target": "answer", "network": {"hidden": hidden}, "training": {"epochs": 2, "seed": 1}}
        model = client.jobs.create(dataset_id=dataset.id, **body).wait(timeout=600).model
        with model.save(Path(folder) / "weights").open("rb") as file:
            return model.id, predictor_of(read_safetensors(file))


def main(rows: int, rounds: int, hidden: list[int]) -> None:
    """Measure, print, and hold the limits."""
    with running_service() as url, httpx.Client(base_url=url, timeout=900) as http:
        model_id, predictor = train(url, hidden)
        path = f"/v1/models/{model_id}/predict"

        def ask(body: bytes, form: str) -> httpx.Response:
            answer = http.post(path, content=body, headers={"Content-Type": TYPES[form]})
            return answer.raise_for_status()

        content = table(ROWS, 2).drop(["answer"])
        one = written(content.slice(0, 1), "json")
        single = median_seconds(lambda: ask(one, "json"), 40 * rounds)
        print(f"one row as JSON, p50: {1000 * single:.2f} ms   limit {1000 * LIMIT_SECONDS:.0f} ms")
        x = predictor.preprocessing.transform(content)
        bare = median_seconds(lambda: predictor.outputs(x), rounds)
        print(f"bare forward pass of {ROWS} rows: {1000 * bare:.1f} ms")
        ratios = {}
        for form in TYPES:
            body = written(content, form)
            ratios[form] = median_seconds(lambda: ask(body, form), rounds) / bare  # noqa: B023 - called within the round
            print(f"{ROWS} rows as {form:8} {ratios[form]:6.2f} times the bare pass")
        print(f"   limit for {' and '.join(BINARY)}: {LIMIT_RATIO}")
        large = written(pa.concat_tables([table(100_000, 3)] * (rows // 100_000)).drop(["answer"]), "csv")
        memory = Memory()
        begun = time.perf_counter()
        received = sum(map(len, _streamed(http, path, large)))
        seconds, more = time.perf_counter() - begun, memory.end()
        ratio = seconds / (bare * rows / ROWS)
        print(f"a CSV of {rows} rows, {len(large) / 1e6:.0f} MB in, {received / 1e6:.0f} MB out: {seconds:.1f} s, ")
        print(
            f"   {rows / seconds:.0f} rows/s, {ratio:.2f} times the bare pass; {more / 1e6:.0f} MB more   limit 300 MB"
        )
    assert single <= LIMIT_SECONDS, f"one row takes {single:.4f} s"
    assert more <= LIMIT_BYTES, f"{more / 1e6:.0f} MB"
    assert max(ratios[form] for form in BINARY) <= LIMIT_RATIO, f"{ratios}"


def _streamed(http: httpx.Client, path: str, body: bytes) -> Any:
    headers = {"Content-Type": "text/csv"}
    with http.stream("POST", path, content=body, headers=headers) as answer:
        answer.raise_for_status()
        yield from answer.iter_bytes()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench predict")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hidden", default="256,256,256", help="units of the hidden layers, separated by commas")
    given = parser.parse_args()
    main(given.rows, given.rounds, [int(units) for units in given.hidden.split(",")])
