"""A part that dies and a start that is broken off: the service says what happened and leaves nothing behind."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from chainrule import Client, Job
from service import guards
from service.supervisor import is_ready
from tests.acceptance.conftest import IRIS, RunningService, running_service, starting_service
from tests.acceptance.test_killing import parent_of
from tests.observing import eventually

pytestmark = pytest.mark.xdist_group("acceptance-dying")


def api_of(service: RunningService) -> tuple[int, int]:
    """Give the pids of gunicorn's parent and child."""
    both = service.processes("gunicorn")
    (child,) = {pid for pid in both if parent_of(pid) in both}
    (parent,) = both - {child}
    return parent, child


def is_another(part: Callable[[RunningService], int], service: RunningService, killed: int) -> bool:
    """Tell whether a part is there again; between two there may be none, or one that begins."""
    try:
        return part(service) != killed
    except ValueError:
        return False


def weights_of(job: Job, folder: Path) -> dict[str, bytes]:
    """Download what a job has learnt."""
    with np.load(job.model.save(folder / f"{job.id}.npz", format="npz")) as arrays:
        return {name: arrays[name].tobytes() for name in arrays.files if name != "__metadata__"}


@pytest.mark.parametrize(
    ("part", "name"),
    [(lambda service: api_of(service)[0], "api"), (lambda service: service.valkey(), "valkey")],
    ids=["api", "valkey"],
)
def test_a_part_that_dies_is_started_again_and_jobs_go_on(
    part: Callable[[RunningService], int], name: str, tmp_path: Path
) -> None:
    """Whoever is killed, the service answers again, and a job that was training ends as if nothing had been."""
    with running_service(tmp_path / "home") as service, Client(service.url, api_key="") as client:
        dataset = client.datasets.upload(IRIS).id
        training = {"epochs": 600, "early_stopping": None, "seed": 7}
        body = {"dataset_id": dataset, "target": "species", "training": training}
        undisturbed = client.jobs.create(**body).wait(timeout=300)
        job = client.jobs.create(**body)
        killed = part(service)
        os.kill(killed, signal.SIGKILL)

        eventually(lambda: f"{name} ended (signal 9); starting it again" in service.said())
        eventually(lambda: is_ready(service.url) and is_another(part, service, killed))
        after = client.jobs.create(dataset_id=dataset, target="species", training={"epochs": 3})

        assert after.wait(timeout=300).status == "succeeded"
        assert weights_of(job.wait(timeout=300), tmp_path) == weights_of(undisturbed, tmp_path)
        assert service.process.poll() is None
    assert service.processes() == set()


def test_the_api_outlives_its_killed_child(tmp_path: Path) -> None:
    """Gunicorn replaces the process that answers; a request that ran out of memory must not end every job."""
    with running_service(tmp_path / "home") as service:
        parent, child = api_of(service)
        os.kill(child, signal.SIGKILL)

        eventually(lambda: len(service.processes("gunicorn") - {parent, child}) == 1)
        eventually(lambda: is_ready(service.url))
        assert api_of(service)[0] == parent
        assert service.process.poll() is None


@pytest.mark.parametrize("part", ["valkey", "worker-1", "api"])
def test_a_start_that_is_broken_off_leaves_nothing(part: str, tmp_path: Path) -> None:
    """Ctrl-C at once is what follows a typing error; what was started up to then has to go as well."""
    with starting_service(tmp_path / "home") as service:
        eventually((service.home / "logs" / f"{part}.log").exists)
        code = service.stop(signal.SIGINT)

        assert code == 0
        assert service.said().splitlines()[-1] == "stopped"
        assert service.processes() == set()
        with guards.only_one(service.home):
            pass
