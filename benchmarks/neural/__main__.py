"""How fast training is, as ratios to what people would use instead.

    ./chainrule bench neural [--rounds 5] [--only W1,W6] [--save]

Everybody trains the same network on the same rows in the same order from the same first weights, in float32, on one
core (the process is pinned to it); scikit-learn alone draws its own, and Keras keeps the first epoch's order. All take
turns, so that a busy machine slows all; compilation and the first call of everybody are left out, our own preparation
of rows and arrays is not. Time is what the processor spent on this process, all its threads together: on a shared core
the clock on the wall also counts what strangers took. The mean losses of the first epoch show that the work was the
same. Ends with an error that names each target that was missed (`targets`). What is not installed is left out: torch
must be added by hand, since its ordinary build brings gigabytes of CUDA.
"""

import argparse
import gc
import importlib
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from types import ModuleType

from benchmarks.neural import limits, memory, report, targets
from benchmarks.neural.report import Line
from benchmarks.neural.workloads import WORKLOADS, Workload

PEERS = ("ours", "ours_compiled", "with_scikit_learn", "with_torch", "with_keras", "with_jax")


def main() -> None:
    """Run every workload with everybody that can run it."""
    parser = argparse.ArgumentParser(prog="./chainrule bench neural")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join([*(work.name for work in WORKLOADS), "memory"]))
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/neural.json and .md")
    given = parser.parse_args()
    wanted = given.only.split(",")
    peaks = memory.measure() if "memory" in wanted else {}
    for name, megabytes in peaks.items():
        print(f"peak memory of {name} on {memory.WORK}: {megabytes:.0f} MB")
    pin()
    peers = [peer for peer in map(load, PEERS) if peer]
    rates = {"flops": limits.gemm_rate(), "bytes_each_second": limits.bandwidth()}
    print(f"products {rates['flops'] / 1e9:.0f} GFLOP/s, copies {rates['bytes_each_second'] / 1e9:.1f} GB/s, one core")
    works = [work for work in WORKLOADS if work.name in wanted]
    lines = [line for work in works for line in run(work, peers, given.rounds, rates)]
    short = memory.shortfalls(peaks)
    for work in works:
        short += targets.shortfalls(work.name, {line.library: line.seconds for line in lines_of(work, lines)})
    if given.save:
        titles = {work.name: work.title for work in works}
        result = report.Result(rates=rates, rounds=given.rounds, titles=titles, lines=lines, memory=peaks,
                               shortfalls=short, machine=report.machine(peers))  # fmt: skip
        print(f"written: {report.save(result)}")
    if short:
        sys.exit("short of its target:\n" + "\n".join(f"    {each}" for each in short))


def lines_of(work: Workload, lines: list[Line]) -> list[Line]:
    """Pick what was measured on one workload."""
    return [line for line in lines if line.workload == work.name]


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
    mine, least = median(times[targets.PURE]), limits.least_seconds(work, **rates)
    lines = []
    for name, all_seconds in times.items():
        middle = median(all_seconds)
        spread = (max(all_seconds) - min(all_seconds)) / middle
        step = middle / work.steps * 1e6
        lines.append(Line(work.name, name, middle, spread, middle / mine, step, first[name], least / middle))
        print(
            f"    {name:16}{step:10.1f} us a step  ±{spread / 2:4.0%}"
            f"   ours is {middle / mine:6.2f} x   loss {first[name]:.4f}   {least / middle:4.0%} of the limit"
        )
    return lines


if __name__ == "__main__":
    main()
