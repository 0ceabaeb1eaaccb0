"""The result of a run as two files: numbers for programs, a page for people."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.neural.peers import Introduction

RESULTS = Path(__file__).parent.parent / "results"
REASONS = "Why, and what was tried: [decision 0008](../../docs/decisions/0008-speed-that-falls-short.md)."
INTRODUCTION = (
    "Made by `./chainrule bench neural --save`. Each figure is the median of {rounds} interleaved rounds, in processor "
    "time; *faster* says how many times as long the library took as `chainrule` (NumPy alone), *limit* how much of the "
    "machine's rate of products or of memory was used."
)


@dataclass(frozen=True)
class Line:
    """What one library did on one workload."""

    workload: str
    library: str
    seconds: float  # median of the processor's time
    spread: float  # largest less smallest, as a share of the median
    ratio: float  # its seconds divided by ours: above 1, we are faster
    step_us: float
    first_loss: float
    of_limit: float  # least possible seconds divided by its seconds


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything that a run found."""

    rates: Mapping[str, float]
    rounds: int
    titles: Mapping[str, str]
    lines: Sequence[Line]
    memory: Mapping[str, float]
    shortfalls: Sequence[str]
    machine: Mapping[str, str]


def machine(peers: Sequence[Introduction]) -> dict[str, str]:
    """Describe what the run was made with."""
    found = {"processor": processor(), "python": platform.python_version()}
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[call-overload]
    found["blas"] = f"{blas['name']} {blas['version']}"
    found |= {peer.library: peer.version for peer in peers}
    return found | {"day": datetime.now(UTC).date().isoformat()}


def processor() -> str:
    """Read the processor's name."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    found = [line for line in lines if line.startswith("model name")]
    return found[0].partition(":")[2].strip() if found else platform.processor()


def save(result: Result, name: str = "neural") -> Path:
    """Write both files; give the page's path."""
    RESULTS.mkdir(exist_ok=True)
    numbers: dict[str, Any] = asdict(result)
    (RESULTS / f"{name}.json").write_text(json.dumps(numbers, indent=1) + "\n")
    path = RESULTS / f"{name}.md"
    path.write_text(page(result))
    return path


def page(result: Result) -> str:
    """Write a run as Markdown."""
    rates = result.rates
    parts = [
        "# Training speed, one core",
        INTRODUCTION.format(rounds=result.rounds),
        " · ".join(f"{name} {value}" for name, value in result.machine.items()),
        f"Products {rates['flops'] / 1e9:.0f} GFLOP/s, copies {rates['bytes_each_second'] / 1e9:.1f} GB/s.",
    ]
    for work, title in result.titles.items():
        rows = ["| library | µs a step | spread | faster | first epoch's loss | limit |", "|---|---|---|---|---|---|"]
        rows += [
            f"| {line.library} | {line.step_us:.1f} | ±{line.spread / 2:.0%} | {line.ratio:.2f} × | "
            f"{line.first_loss:.4f} | {line.of_limit:.0%} |"
            for line in result.lines
            if line.workload == work
        ]
        parts += [f"## {work} {title}", "\n".join(rows)]
    if result.memory:
        parts += ["## Peak resident memory, W3", "\n".join(f"* {n}: {mb:.0f} MB" for n, mb in result.memory.items())]
    short = "\n".join(f"* {each}" for each in result.shortfalls) or "Nothing."
    parts += ["## Short of its target", short, REASONS]
    return "\n\n".join(parts) + "\n"
