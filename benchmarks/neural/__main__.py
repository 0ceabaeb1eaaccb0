"""How fast training is, as ratios to what people would use instead.

    ./chainrule bench neural [--rounds 5] [--only W1,W6] [--save]

Everybody trains the same network on the same rows in the same order from the same first weights, in float32, on one
core, in a process of its own that is pinned to it; scikit-learn alone draws its own, and Keras keeps the first epoch's
order. All take turns, so that a busy machine slows all, and sleep in between; compilation and the first call of
everybody are left out, our own preparation of rows and arrays is not. Time is what the processor spent on the process,
all its threads together: on a shared core the clock on the wall also counts what strangers took. The mean losses of the
first epoch show that the work was the same. Ends with an error that names each target that was missed (`targets`).
What is not installed is left out: torch must be added by hand, since its ordinary build brings gigabytes of CUDA.
"""

import argparse
import os
import sys
from statistics import median

from benchmarks.neural import limits, memory, peers, report, targets
from benchmarks.neural.peers import Peer
from benchmarks.neural.report import Line
from benchmarks.neural.workloads import WORKLOADS, Workload


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
    everybody = peers.start_all()
    rates = {"flops": limits.gemm_rate(), "bytes_each_second": limits.bandwidth()}
    print(f"products {rates['flops'] / 1e9:.0f} GFLOP/s, copies {rates['bytes_each_second'] / 1e9:.1f} GB/s, one core")
    works = [work for work in WORKLOADS if work.name in wanted]
    lines = [line for work in works for line in run(work, everybody, given.rounds, rates)]
    short = memory.shortfalls(peaks)
    for work in works:
        short += targets.shortfalls(work.name, {line.library: line.seconds for line in lines_of(work, lines)})
    if given.save:
        titles = {work.name: work.title for work in works}
        machine = report.machine([peer.introduction for peer in everybody])
        result = report.Result(rates=rates, rounds=given.rounds, titles=titles, lines=lines, memory=peaks,
                               shortfalls=short, machine=machine)  # fmt: skip
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


def run(work: Workload, everybody: list[Peer], rounds: int, rates: dict[str, float]) -> list[Line]:
    """Time one workload; prints a line for each library."""
    print(f"{work.name}  {work.title}")
    first = {peer.name: peer.prepare(work.name) for peer in everybody}
    able = [peer for peer in everybody if first[peer.name] is not None]
    times: dict[str, list[float]] = {peer.name: [] for peer in able}
    for _ in range(rounds):
        for peer in able:
            times[peer.name].append(peer.train())
    mine, least = median(times[targets.PURE]), limits.least_seconds(work, **rates)
    lines = []
    for name, all_seconds in times.items():
        middle = median(all_seconds)
        spread = (max(all_seconds) - min(all_seconds)) / middle
        step, loss = middle / work.steps * 1e6, float(first[name] or 0)
        lines.append(Line(work.name, name, middle, spread, middle / mine, step, loss, least / middle))
        print(
            f"    {name:16}{step:10.1f} us a step  ±{spread / 2:4.0%}"
            f"   ours is {middle / mine:6.2f} x   loss {loss:.4f}   {least / middle:4.0%} of the limit",
            flush=True,
        )
    return lines


if __name__ == "__main__":
    main()
