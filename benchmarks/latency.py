"""How long a small job takes on an idle service: to its first training step, and to its weights.

    ./chainrule bench latency [--jobs 15]

Times are seen from outside, by HTTP, on a service started for the run with one worker. Limits: the first step within
0.7 s and 100 epochs of iris within 1.5 s, as medians.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import running_service
from chainrule import Client, Job

IRIS = Path(__file__).parent.parent / "examples" / "data" / "iris.csv"
FIRST_STEP_LIMIT_S = 0.7
SUCCEEDED_LIMIT_S = 1.5
WARM_UP = 2


def submit(client: Client, dataset_id: str, seed: int) -> Job:
    """Queue 100 full epochs of iris."""
    training = {"preset": "fast", "epochs": 100, "early_stopping": None, "seed": seed}
    return client.jobs.create(dataset_id=dataset_id, target="species", training=training)


def to_first_step(client: Client, dataset_id: str, seed: int) -> float:
    """Measure the seconds from the submission until somebody asking sees a step done."""
    began = time.perf_counter()
    job = submit(client, dataset_id, seed)
    while not job.raw["progress"]["step"]:
        time.sleep(0.005)
        job = job.refresh()
    seconds = time.perf_counter() - began
    job.wait(timeout=30)
    return seconds


def to_success(client: Client, dataset_id: str, seed: int) -> float:
    """Measure the seconds from the submission until somebody waiting is told of the success."""
    began = time.perf_counter()
    submit(client, dataset_id, seed).wait(timeout=30)
    return time.perf_counter() - began


def line(name: str, seconds: Sequence[float], limit: float) -> str:
    """Write median and spread."""
    spread = f"{min(seconds):.3f} to {max(seconds):.3f}"
    return f"{name:28} median {statistics.median(seconds):.3f} s   ({spread})   limit {limit} s"


def main(jobs: int) -> None:
    """Measure both, one after the other, and hold the medians against their limits."""
    with running_service() as url, Client(url) as client:
        dataset_id = client.datasets.upload(IRIS).id
        for seed in range(WARM_UP):
            to_success(client, dataset_id, seed)
        first, success = [], []
        for seed in range(jobs):
            first.append(to_first_step(client, dataset_id, seed))
            success.append(to_success(client, dataset_id, seed))
    print(line("submit → first step", first, FIRST_STEP_LIMIT_S))
    print(line("submit → succeeded", success, SUCCEEDED_LIMIT_S))
    assert statistics.median(first) <= FIRST_STEP_LIMIT_S
    assert statistics.median(success) <= SUCCEEDED_LIMIT_S


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=15)
    main(parser.parse_args().jobs)
