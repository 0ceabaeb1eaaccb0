"""Killed processes: what dies is replaced, and what is stopped is gone."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from chainrule import Client
from service import guards
from tests.acceptance.conftest import IRIS, RunningService, running_service
from tests.observing import eventually

pytestmark = pytest.mark.xdist_group("acceptance-killing")

LONG = {"epochs": 1_000_000, "early_stopping": None}


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[RunningService]:
    """Start a service that a test may hurt."""
    with running_service(tmp_path / "home") as started:
        yield started


def workers_of(service: RunningService) -> tuple[int, int]:
    """Give the pids of the worker's parent and child."""
    eventually(lambda: len(service.processes("celery")) == 2)
    child = {pid for pid in service.processes("celery") if parent_of(pid) in service.processes("celery")}
    (parent,), (only,) = service.processes("celery") - child, child
    return parent, only


def parent_of(pid: int) -> int:
    """Read who started a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def learns(client: Client, iris: str) -> None:
    """Train a new job to its end."""
    client.jobs.create(dataset_id=iris, target="species", training={"epochs": 5}).wait(timeout=240)


def test_killed_workers_are_replaced(own_service: RunningService) -> None:
    """First the process that trains, then its parent: the job they ran goes on, new jobs are trained."""
    with Client(own_service.url, api_key="") as client:
        iris = client.datasets.upload(IRIS).id
        job = client.jobs.create(dataset_id=iris, target="species", training=LONG)
        eventually(lambda: job.refresh().status == "running")

        os.kill(workers_of(own_service)[1], signal.SIGKILL)
        eventually(lambda: attempt(client, job.id) == 2)
        parent, child = workers_of(own_service)
        os.kill(parent, signal.SIGKILL)
        eventually(lambda: attempt(client, job.id) == 3)
        assert not own_service.processes("celery") & {parent, child}
        assert "worker-1 ended (signal 9); starting it again" in own_service.said()

        client.jobs.cancel(job.id)
        eventually(lambda: job.refresh().done)
        learns(client, iris)


def attempt(client: Client, job_id: str) -> int:
    """Tell how often a job was begun, while it runs."""
    raw = client.jobs.get(job_id).raw
    return int(raw["attempt"]) if raw["status"] == "running" else 0


def test_a_stopped_service_is_gone(tmp_path: Path) -> None:
    """In the middle of a job: no process, no lock, exit code 0; the next start takes the job up again."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup, and children inherit that
    with running_service(tmp_path / "home") as service:
        with Client(service.url, api_key="") as client:
            iris = client.datasets.upload(IRIS).id
            job = client.jobs.create(dataset_id=iris, target="species", training=LONG)
            eventually(lambda: job.refresh().status == "running")
        assert is_gone_after(signal.SIGTERM, service)

    with running_service(tmp_path / "home") as service:
        with Client(service.url, api_key="") as client:
            eventually(lambda: client.jobs.get(job.id).status == "running")
        assert is_gone_after(signal.SIGHUP, service)


def is_gone_after(number: signal.Signals, service: RunningService) -> bool:
    """Stop a service; tell whether it said goodbye and left neither process nor lock."""
    code = service.stop(number)
    with guards.only_one(service.home):
        return code == 0 and service.processes() == set()


def test_nothing_outlives_a_killed_supervisor(own_service: RunningService) -> None:
    """SIGKILL cannot be caught; the parts notice by themselves, in the middle of a job."""
    with Client(own_service.url, api_key="") as client:
        iris = client.datasets.upload(IRIS).id
        job = client.jobs.create(dataset_id=iris, target="species", training=LONG)
        eventually(lambda: job.refresh().status == "running")
    before = own_service.processes()

    own_service.stop(signal.SIGKILL)

    assert len(before) >= 6  # supervisor, Valkey, gunicorn and Celery with a child each: the search finds them
    eventually(lambda: own_service.processes() == set())
