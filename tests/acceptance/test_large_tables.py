"""What a large file costs the service in memory: a refused one next to nothing, an accepted one a part of its size."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from benchmarks.upload import peaks_under, write_table
from chainrule import Client
from tests.acceptance.conftest import RunningService, running_service
from tests.datasets.broken import BROKEN

COSTLY = (
    "json: nested deeply",
    "npy: 32 gigabytes announced",
    "npy: a header of 4 gigabytes",
    "npz: 100 megabytes of zeros",
    "gzip: 100 megabytes of one letter",
    "zip: 60 000 entries",
    "parquet: zeros in the middle",
)
RAGGED = b"a,b\n" + b"1.25,text\n" * 3_000_000 + b"1,2,3\n"
MOST_FOR_A_REFUSAL = 50
LARGE_MEGABYTES, MOST_MEGABYTES = 80, 480


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[RunningService]:
    """A service of its own: memory that others use must not count."""
    with running_service(tmp_path / "home", CHAINRULE_SILENCE_SECONDS="60") as service:
        yield service


def peaks(service: RunningService) -> dict[int, int]:
    """Read the largest resident memory so far of each process that answers requests, in kilobytes."""
    found = {}
    for pid in service.processes("gunicorn"):
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        found[pid] = int(next(line for line in status if line.startswith("VmHWM")).split()[1])
    return found


def forget_peaks(service: RunningService) -> None:
    """Let the kernel count from what is resident now."""
    for pid in service.processes("gunicorn"):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


@pytest.mark.timeout(240)
@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="needs Linux' count of peaks")
def test_a_refused_file_costs_the_server_less_than_50_megabytes(alone: RunningService) -> None:
    """What announces gigabytes, or grows to them, is refused before they are there."""
    headers = {"Content-Type": "application/octet-stream"}
    with httpx.Client(base_url=alone.url, timeout=120) as client:
        for name in ("npy: cut off", "parquet: no rows", "gzip: around a ragged table", "json: cut off"):
            client.post("/v1/datasets", content=BROKEN[name].make(), headers=headers)  # what is imported on first use
        rises = {}
        files = {name: BROKEN[name].make() for name in COSTLY} | {"csv: ragged in row 3 000 001": RAGGED}
        for name, content in files.items():
            forget_peaks(alone)
            before = peaks(alone)
            answer = client.post("/v1/datasets", content=content, headers=headers)
            assert answer.status_code == 422, answer.text
            rises[name] = max(after - before[pid] for pid, after in peaks(alone).items()) // 1024

    assert max(rises.values()) < MOST_FOR_A_REFUSAL, rises


@pytest.mark.timeout(300)
def test_a_large_table_is_taken_in_and_learned_in_bounded_memory(alone: RunningService, tmp_path: Path) -> None:
    """`./chainrule bench upload` does the same with a gigabyte; rows in memory alone would break this bound, too."""
    path = tmp_path / "table.csv"
    rows = write_table(path, LARGE_MEGABYTES * 10**6)

    with Client(alone.url, timeout=240) as client:
        dataset = client.datasets.upload(path)
        job = client.jobs.create(dataset_id=dataset.id, target="answer", training={"epochs": 1, "seed": 1})
        done = job.wait(timeout=240)
        accuracy = client.jobs.metrics(done.id)["val_accuracy"][-1]
        again = client.datasets.upload(path)

    assert dataset.raw["row_count"] == rows
    assert again.id == dataset.id
    assert float(str(accuracy)) > 0.8
    assert max(peak for _, peak in peaks_under(alone.home)) < MOST_MEGABYTES, dict(peaks_under(alone.home))
