"""Prediction sets and intervals on more than twenty tables: how often they hold the truth, on rows that nobody saw.

    ./chainrule bench coverage [--url http://127.0.0.1:8000] [--only iris,digits] [--seeds 2]

Each table is trained from two fields, a seed and a split: a quarter of the rows for validation, from whose scores sets
and intervals are made, a quarter for the test, on which the evaluation counts. Limit: the mean difference between what
was promised and what came true over all tables, at 80 % and at 90 %, is within 3 points.
"""

import argparse
import statistics
from collections.abc import Callable, Collection
from typing import Any

import sklearn.datasets

from benchmarks.harness import running_service
from benchmarks.tables.__main__ import CASES
from benchmarks.tables.cases import TableCase, to_csv
from chainrule import Client

SPLIT = {"validation_share": 0.25, "test_share": 0.25}
LEVELS = (0.8, 0.9)
LIMIT = 0.03
NOTHING: dict[str, list[dict[str, float]]] = {"levels": []}
SHIPPED = (
    TableCase("wine", "scikit-learn, three classes", "target", lambda: frame(sklearn.datasets.load_wine)),
    TableCase("cancer", "scikit-learn, two classes", "target", lambda: frame(sklearn.datasets.load_breast_cancer)),
)


def frame(load: Callable[..., Any]) -> bytes:
    """Write a table that comes with scikit-learn."""
    found = load()
    rows = [[*row, answer] for row, answer in zip(found.data.tolist(), found.target.tolist(), strict=True)]
    return to_csv([*(f"x{place}" for place in range(found.data.shape[1])), "target"], rows)


def coverage(client: Client, case: TableCase, seed: int) -> dict[float, float]:
    """Train on a table, and count on its test rows."""
    dataset = client.datasets.upload(case.make(), name=case.name)
    body = {"target": case.target, "training": {"seed": seed}, "split": {**SPLIT, "seed": seed}}
    model = client.jobs.create(dataset_id=dataset.id, **body).wait(timeout=600).model
    found = model.evaluate("test", sample_rows=10_000).raw["coverage"] or NOTHING
    return {each["level"]: each["coverage"] for each in found["levels"] if each["level"] in LEVELS}


def main(url: str | None, only: Collection[str], seeds: int) -> None:
    """Measure all, print, and hold the limit."""
    differences: dict[float, list[float]] = {level: [] for level in LEVELS}
    with running_service(url) as address, Client(address) as client:
        for case in (*CASES, *SHIPPED):
            if only and case.name not in only:
                continue
            found = [coverage(client, case, seed) for seed in range(1, seeds + 1)]
            means = {level: statistics.mean(each[level] for each in found) for level in LEVELS if level in found[0]}
            told = "  ".join(f"{mean:.3f}" for mean in means.values()) or "too few rows to promise so much"
            print(f"{case.name:10} {case.shows:30} {told}", flush=True)
            for level, mean in means.items():
                differences[level].append(mean - level)
    for level, each in differences.items():
        print(
            f"{level:.0%} promised: {statistics.mean(each):+.4f} on the average of {len(each)} tables, limit ±{LIMIT}"
        )
    assert max(abs(statistics.mean(each)) for each in differences.values()) <= LIMIT, "coverage is not as promised"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench coverage")
    parser.add_argument("--url")
    parser.add_argument("--only", default="", help="names of tables, separated by commas")
    parser.add_argument("--seeds", type=int, default=2)
    given = parser.parse_args()
    main(given.url, set(filter(None, given.only.split(","))), given.seeds)
