"""How fast training is, as ratios to what people would use instead.

    ./chainrule bench neural [--rounds 5] [--only W1,W6] [--json benchmarks/results/neural.json]

Everybody trains the same network on the same rows in the same order from the same first weights, in float32, on one
core (the process is pinned to it); scikit-learn alone draws its own. All take turns, so that a busy machine slows all;
compilation and the first call of everybody are left out. The mean losses of the first epoch show that the work was the
same. What is not installed is left out: torch must be added by hand, since its ordinary build brings gigabytes of CUDA.
"""

import argparse
import gc
import importlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from types import ModuleType

import numpy as np

from benchmarks.neural import limits
from benchmarks.neural.workloads import WORKLOADS, Workload

OURS = "chainrule"
PEERS = ("ours", "with_scikit_learn", "with_torch", "with_keras", "with_jax")


@dataclass(frozen=True)
class Line:
    """What one library did on one workload."""

    workload: str
    library: str
    seconds: float  # median
    spread: float  # largest less smallest, as a share of the median
    ratio: float  # its seconds divided by ours: above 1, we are faster
    first_loss: float
    of_limit: float  # least possible seconds divided by its seconds


def main() -> None:
    """Run every workload with everybody that can run it."""
    parser = argparse.ArgumentParser(prog="./chainrule bench neural")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(work.name for work in WORKLOADS))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    pin()
    peers = [peer for peer in map(load, PEERS) if peer]
    rates = {"flops": limits.gemm_rate(), "bytes_each_second": limits.bandwidth()}
    print(f"products {rates['flops'] / 1e9:.0f} GFLOP/s, copies {rates['bytes_each_second'] / 1e9:.1f} GB/s, one core")
    lines = []
    for work in WORKLOADS:
        if work.name in given.only.split(","):
            lines += run(work, peers, given.rounds, rates)
    if given.json:
        machine = {"processor": processor(), "python": platform.python_version(), "numpy": np.__version__}
        machine |= {peer.NAME: version(peer) for peer in peers}
        report = {"machine": machine, "rates": rates, "rounds": given.rounds, "lines": [asdict(line) for line in lines]}
        given.json.write_text(json.dumps(report, indent=1) + "\n")


def pin() -> None:
    """Keep every library on one core."""
    assert os.environ.get("OPENBLAS_NUM_THREADS") == "1", "set OPENBLAS_NUM_THREADS=1 before Python starts"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def load(name: str) -> ModuleType | None:
    """Import a peer; None, said aloud, if it is not installed."""
    try:
        return importlib.import_module(f"benchmarks.neural.{name}")
    except ModuleNotFoundError as missing:
        print(f"not installed: {missing.name}", file=sys.stderr)
        return None


def run(work: Workload, peers: list[ModuleType], rounds: int, rates: dict[str, float]) -> list[Line]:
    """Time one workload; prints a line for each library."""
    if not peers[0].can_run(work):
        print(f"{work.name}  has layers that are not there yet")
        return []
    print(f"{work.name}  {work.title}")
    trainers: dict[str, Callable[[], float]] = {peer.NAME: peer.Trainer(work) for peer in peers if peer.can_run(work)}
    first = {name: train() for name, train in trainers.items()}
    times: dict[str, list[float]] = {name: [] for name in trainers}
    for _ in range(rounds):
        for name, train in trainers.items():
            gc.collect()
            start = time.process_time()
            train()
            times[name].append(time.process_time() - start)
    mine, least = median(times[OURS]), limits.least_seconds(work, **rates)
    lines = []
    for name, all_seconds in times.items():
        middle = median(all_seconds)
        spread = (max(all_seconds) - min(all_seconds)) / middle
        lines.append(Line(work.name, name, middle, spread, middle / mine, first[name], least / middle))
        print(
            f"    {name:13}{middle / work.steps * 1e6:10.1f} us a step  ±{spread / 2:4.0%}"
            f"   ours is {middle / mine:6.2f} x   loss {first[name]:.4f}   {least / middle:4.0%} of the limit"
        )
    return lines


def processor() -> str:
    """Read the processor's name."""
    found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return found[0].partition(":")[2].strip() if found else platform.processor()


def version(peer: ModuleType) -> str:
    """Give the version of a peer's library."""
    library = {"ours": "numpy", "with_scikit_learn": "sklearn", "with_torch": "torch", "with_keras": "keras"}
    module = importlib.import_module(library.get(peer.__name__.rpartition(".")[2], "jax"))
    return str(module.__version__)


if __name__ == "__main__":
    main()
