"""Sixty varied jobs through a real service, to see how good its quotes are: time in the interval, memory near.

    ./chainrule bench estimates [--jobs 60] [--seed 1] [--warm-up 15]

The jobs differ in table, network, batch, optimizer, precision and epochs; each is quoted before it starts. First come
some jobs that are not counted, as a service has had when somebody looks at its quotes; `--warm-up 0` shows what the
calibration alone is worth. A quote holds for the epochs that were run: early stopping is on in every third job, and
nobody can know when it stops. Limits: time inside for 80 %, memory within 30 % for all.
"""

import argparse
import random
import statistics
import time
from typing import Any

import httpx2
import numpy as np

from benchmarks.harness import running_service
from chainrule import Client

INSIDE, NEAR = 0.8, 0.3
PAUSE_S = 0.25
Body = dict[str, Any]
OPTIMIZERS = ("adam", "sgd", "rmsprop", "adamw", "nadam", "adagrad")
FUNCTIONS = ("relu", "tanh", "sigmoid", "gelu", "silu", "elu")
TABLES = ((150, 4, 3), (1500, 12, 2), (8000, 30, 4), (3000, 300, 5), (40_000, 16, 3), (600, 64, 10), (20_000, 0, 1))


def main(jobs: int, seed: int, warm_up: int) -> None:
    """Quote and run them all, print a line for each and hold the shares against the limits."""
    draw = random.Random(seed)  # noqa: S311  # which jobs, not a secret
    with running_service() as url, Client(url, timeout=300) as client:
        wait_for_calibration(url)
        tables = [client.datasets.upload(table(*shape), name=f"table {shape}") for shape in TABLES]
        for _ in range(warm_up):
            run(client, body_for(draw, tables))
        found = [shown(run(client, body_for(draw, tables))) for _ in range(jobs)]
        accuracy = httpx2.get(f"{url}/v1/estimates/accuracy").json()
    inside = sum(each["is_inside"] for each in found) / jobs
    near = sum(bool(each["is_memory_near"]) for each in found) / jobs
    width = statistics.median(each["high_s"] / each["low_s"] for each in found if each["low_s"])
    ratios = [each["duration_s"] / each["expected_s"] for each in found]
    print(f"the service's own account of its latest jobs: {accuracy}")
    print(f"time inside {inside:.0%} (limit {INSIDE:.0%}), median width {width:.1f} ×, actual / expected ", end="")
    print(f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); memory within 30 %: {near:.0%}")
    assert inside >= INSIDE
    assert near == 1.0


def wait_for_calibration(url: str, *, seconds: float = 120) -> None:
    """Wait until the worker has measured itself, as it does when it has nothing else to do."""
    until = time.monotonic() + seconds
    while not all(worker["is_calibrated"] for worker in httpx2.get(f"{url}/v1/workers").json()["data"] or [{}]):
        assert time.monotonic() < until, "no worker has measured itself"
        time.sleep(PAUSE_S)


def run(client: Client, body: Body) -> tuple[Body, dict[str, Any]]:
    """Run a job to its end; give its body and the job."""
    job = client.jobs.create(**body).wait(timeout=300)
    assert job.status == "succeeded", job.raw
    return body, dict(job.raw)


def shown(ran: tuple[Body, dict[str, Any]]) -> dict[str, Any]:
    """Print a job in a line and give what became of its quote."""
    body, job = ran
    actual: dict[str, Any] = job["estimate"]["actual"]
    kinds = ",".join(layer["type"] for layer in body["network"].get("layers", ())) or str(body["network"]["hidden"])
    memory = (actual["memory_bytes"] or 0) / actual["quoted_memory_bytes"]
    print(
        f"{actual['duration_s']:8.3f} s in [{actual['low_s']:.3f}, {actual['high_s']:.3f}]"
        f"{'' if actual['is_inside'] else ' OUTSIDE'}  {actual['epochs']:6.0f} epochs  "
        f"{(actual['memory_bytes'] or 0) / 1e6:6.0f} MB, {memory:.2f} of the quote"
        f"{'' if actual['is_memory_near'] else ' FAR'}  {kinds[:60]}",
        flush=True,
    )
    return actual


def table(rows: int, columns: int, classes: int) -> bytes:
    """Draw a table as CSV; without columns, one of categories with a number to predict."""
    generator = np.random.default_rng(rows)
    if not columns:
        cities, sizes = generator.integers(0, 40, rows), generator.standard_normal(rows).round(3)
        lines = [f"c{city},{size},{size * city:.3f}" for city, size in zip(cities, sizes, strict=True)]
        return "\n".join(["city,size,y", *lines]).encode()
    x = generator.standard_normal((rows, columns)).round(3)
    labels = (x @ generator.standard_normal((columns, classes))).argmax(axis=1)
    lines = [f"{','.join(map(str, row))},k{label}" for row, label in zip(x.tolist(), labels, strict=True)]
    return "\n".join([",".join([*(f"x{index}" for index in range(columns)), "y"]), *lines]).encode()


def body_for(draw: random.Random, tables: list[Any]) -> Body:
    """Draw a job: mostly networks of dense layers, as people have, and every third of another kind."""
    index = draw.randrange(len(tables))
    rows, columns, _ = TABLES[index]
    kind = draw.choice(["hidden", "hidden", "layers"]) if columns in {16, 64, 300} else "hidden"
    network, reshape = (hidden(draw), None) if kind == "hidden" else layered(draw, columns)
    training: Body = {
        "epochs": max(1, int(draw.choice([1e4, 3e4, 1e5]) / rows)),
        "batch_size": draw.choice([16, 32, 64, 128, 256]) if rows > 400 else 16,
        "optimizer": draw.choice(OPTIMIZERS),
        "dtype": draw.choice(["float32"] * 4 + ["float64"]),
        "seed": draw.randrange(1000),
    }
    if kind == "layers":
        training["epochs"] = max(1, training["epochs"] // 8)
    if draw.random() > 1 / 3:
        training["early_stopping"] = None
    features = {} if reshape is None else {"features": {"reshape": reshape}}
    return {"dataset_id": tables[index].id, "target": "y", "network": network, "training": training, **features}


def hidden(draw: random.Random) -> Body:
    """Draw a network in the short form."""
    widths = [draw.choice([8, 16, 32, 64, 128, 256, 512]) for _ in range(draw.randint(1, 4))]
    network: Body = {"hidden": widths, "activation": draw.choice(FUNCTIONS)}
    return network | draw.choice([{}, {"dropout": 0.2}, {"batch_norm": True}])


def layered(draw: random.Random, columns: int) -> tuple[Body, list[int]]:
    """Draw a network that reads images or sequences."""
    end = {"type": "dense", "units": "auto"}
    side = {16: 4, 64: 8, 300: 10}[columns]
    function = draw.choice(FUNCTIONS)
    conv = {"type": "conv2d", "filters": draw.choice([8, 16]), "kernel_size": 3, "padding": "same"}
    image = [conv | {"activation": function}, {"type": "max_pooling2d"}, {"type": "flatten"}, end]
    recurrent = {"type": draw.choice(["lstm", "gru", "simple_rnn"]), "units": draw.choice([16, 32, 64])}
    attention = {"type": "multi_head_attention", "num_heads": 2, "key_dim": 8}
    attending = [attention, {"type": "layer_normalization"}, {"type": "global_average_pooling1d"}, end]
    window = {"type": "conv1d", "filters": 16, "activation": function}
    layers, shape = draw.choice(
        [
            (image, [side, side, columns // side**2]),
            ([recurrent, end], [side, columns // side]),
            (attending, [side, columns // side]),
            ([window, {"type": "global_max_pooling1d"}, end], [columns // 2, 2]),
        ]
    )
    return {"layers": layers}, shape


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="./chainrule bench estimates")
    parser.add_argument("--jobs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--warm-up", type=int, default=15)
    given = parser.parse_args()
    main(given.jobs, given.seed, given.warm_up)
