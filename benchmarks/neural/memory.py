"""The most memory that training takes, each library in a process of its own that imports only what it needs."""

import argparse
import importlib
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.harness import ROOT
from benchmarks.neural.workloads import WORKLOADS
from service.environment import GIVING_BACK

WORKER = "chainrule worker"
PEERS = {WORKER: "ours", "torch": "with_torch"}
WORK, LIMIT = "W3", 0.5  # of PyTorch's


def measure() -> dict[str, float]:
    """Give the peak of each library that is installed, in megabytes."""
    peaks = {}
    for name in PEERS:
        command = [sys.executable, "-m", "benchmarks.neural.memory", name]
        environment = {**(GIVING_BACK if name == WORKER else {}), **os.environ}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            peaks[name] = float(done.stdout)
    return peaks


def peak_of(name: str) -> float:
    """Train in this process, ours with everything that a worker imports; give its peak in megabytes."""
    if name == WORKER:
        importlib.import_module("worker.celery")
        importlib.import_module("worker.tasks")
    peer = importlib.import_module(f"benchmarks.neural.{PEERS[name]}")
    work = next(each for each in WORKLOADS if each.name == WORK)
    peer.Trainer(work)()
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def shortfalls(peaks: dict[str, float]) -> list[str]:
    """Name it if ours is not below half of PyTorch's."""
    if len(peaks) < len(PEERS):
        return []
    ours, torch = (peaks[name] for name in PEERS)
    return [] if ours < LIMIT * torch else [f"memory: a worker took {ours:.0f} MB, torch {torch:.0f} MB; wanted half"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PEERS)
    print(peak_of(parser.parse_args().name))
