"""What the service adds to a training: a job from its start to its end, next to the bare loop on the same rows.

    ./chainrule bench overhead [--rounds 5]

The job runs on a service started for the benchmark; its seconds are those between `started_at` and `finished_at`. The
bare loop runs in a process of its own: it loads the same prepared rows, trains the same plan and scores what it learnt,
without heartbeats, metrics, checkpoints or a database. Both take turns. A job is long enough for some checkpoints, as
often as the service writes them unless told otherwise. Limit: 1.05 as the median of the ratios.
"""

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import ROOT, running_service
from chainrule import Client

LIMIT = 1.05
LEAST_CHECKPOINTS = 2
SHAPES: dict[str, dict[str, Any]] = {
    "many small steps": {"rows": 20_000, "columns": 30, "hidden": [64, 32], "batch_size": 32, "epochs": 600},
    "few large steps": {"rows": 8_000, "columns": 300, "hidden": [1024, 512], "batch_size": 128, "epochs": 40},
}


def main(rounds: int) -> None:
    """Print one line for each shape and hold the median ratio against the limit."""
    with tempfile.TemporaryDirectory(prefix="chainrule-overhead-") as folder:
        home = Path(folder)
        with running_service(home=home) as url, Client(url) as client:
            ratios = [compare(client, home, name, shape, rounds) for name, shape in SHAPES.items()]
    assert max(ratios) <= LIMIT, f"the service may add 5 %, it added {max(ratios) - 1:.1%}"


def compare(client: Client, home: Path, name: str, shape: Mapping[str, Any], rounds: int) -> float:
    """Run the job and the bare loop in turn; give the median of the ratios of neighbours."""
    dataset = client.datasets.upload(table(shape["rows"], shape["columns"]), name=name)
    body = {
        "dataset_id": dataset.id,
        "target": "label",
        "network": {"hidden": shape["hidden"]},
        "training": {
            "epochs": shape["epochs"],
            "batch_size": shape["batch_size"],
            "early_stopping": None,
            "seed": 1,
        },
    }
    jobs, bares, saved = [], [], []
    for _ in range(rounds + 1):
        job = client.jobs.create(**body).wait(timeout=600)
        jobs.append(seconds_between(job.raw["started_at"], job.raw["finished_at"]))
        seconds, checkpoints = run_bare(home, job.id)
        bares.append(seconds)
        saved.append(checkpoints)
    assert min(saved) >= LEAST_CHECKPOINTS, f"{min(saved)} checkpoints were written: the jobs are too short"
    ratios = [job / bare for job, bare in zip(jobs[1:], bares[1:], strict=True)]
    print(
        f"{name:18} job {statistics.median(jobs[1:]):6.3f} s, bare {statistics.median(bares[1:]):6.3f} s, "
        f"ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}), "
        f"checkpoints {min(saved)} to {max(saved)}   limit {LIMIT}"
    )
    return statistics.median(ratios)


def table(rows: int, columns: int) -> bytes:
    """Draw numbers with a class that follows from a linear map, as CSV."""
    generator = np.random.default_rng(3)
    x = generator.standard_normal((rows, columns)).round(4)
    labels = (x @ generator.standard_normal((columns, 3))).argmax(axis=1)
    lines = [",".join([*(f"x{index}" for index in range(columns)), "label"])]
    lines += [f"{','.join(map(str, row))},class{label}" for row, label in zip(x.tolist(), labels, strict=True)]
    return "\n".join(lines).encode()


def seconds_between(first: str, last: str) -> float:
    """Subtract two of the API's times."""
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


def run_bare(home: Path, job_id: str) -> tuple[float, int]:
    """Run the bare loop of a job in a process of its own; give its seconds, and how many checkpoints the job wrote."""
    command = [sys.executable, "-m", "benchmarks.overhead", "--bare", job_id]
    environment = {**os.environ, "CHAINRULE_HOME": str(home), "CHAINRULE_REDIS_URL": "redis://127.0.0.1:1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    seconds, checkpoints = json.loads(done.stdout)
    return seconds, checkpoints


def bare(job_id: str) -> tuple[float, int]:
    """Load, train and score what a job trains; give the seconds, and the number of the job's last checkpoint."""
    import neural  # noqa: PLC0415  # this branch is the process of its own
    from store import Settings, open_store  # noqa: PLC0415
    from store.database.tables import Dataset, Job  # noqa: PLC0415
    from store.jobs import checkpoints  # noqa: PLC0415
    from store.jobs.claims import Claim  # noqa: PLC0415
    from worker.attempt import training_job  # noqa: PLC0415

    store = open_store(Settings.from_environment(os.environ))
    with store.database.reading() as session:
        job = session.get_one(Job, job_id)
        dataset = session.get_one(Dataset, job.dataset_id)
        last_saved = checkpoints.latest(session, job_id)
        known = {**vars(dataset), **vars(job), "job_id": job.id, "spec": job.resolved, "attempt": job.attempts}
    claim = Claim(**{field.name: known.get(field.name) for field in dataclasses.fields(Claim)})  # type: ignore[arg-type]
    start = time.perf_counter()
    loaded = training_job.load(store, claim)
    *_, last = neural.train(loaded.network, loaded.plan, loaded.training, loaded.validation)
    assert isinstance(last, neural.EpochReport)
    assert last.result is not None
    examples = loaded.validation or loaded.training
    neural.evaluate(loaded.network, last.result.weights, examples, loss=loaded.plan.loss, metrics=loaded.plan.metrics)
    return time.perf_counter() - start, last_saved.seq if last_saved is not None else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench overhead")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bare", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        print(json.dumps(bare(given.bare)))
    else:
        main(given.rounds)
