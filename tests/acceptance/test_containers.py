"""The compose file for real: its containers are built and started, then spoken to over HTTP from outside."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chainrule import Client, load
from chainrule.errors import NotAllowed
from service.environment import ROOT
from tests.acceptance.conftest import IRIS
from tests.observing import eventually
from tests.processes import free_port

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("CHAINRULE_TEST_CONTAINERS") != "1",
        reason="needs a Docker engine and builds an image; CHAINRULE_TEST_CONTAINERS=1 runs it",
    ),
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("acceptance-containers"),
]
PROJECT, KEY = "chainrule-test", "the-key-of-a-whole-test"


class Containers:
    """One project of `docker compose`, on a port of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def compose(self, *words: str) -> str:
        """Run docker compose; give what it printed."""
        environment = {**os.environ, "CHAINRULE_PORT": str(self.port), "CHAINRULE_API_KEY": KEY}
        command = ["docker", "compose", "--project-name", PROJECT, *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pid(self, service: str) -> int:
        """Find the first process of a service, as the machine outside numbers it; 0 while it does not run."""
        container = self.compose("ps", "--all", "--quiet", service).strip()
        asked = ["docker", "inspect", "--format", "{{.State.Pid}}", container]
        return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """Bring everything up from nothing; leave no container and no volume."""
    project = Containers()
    try:
        project.compose("up", "--build", "--detach", "--wait")
        yield project
    finally:
        project.compose("down", "--volumes")


@pytest.fixture
def client(containers: Containers) -> Iterator[Client]:
    """Speak to the service with the key that the compose file was given."""
    with Client(containers.url, api_key=KEY) as client:
        yield client


def test_the_main_job_runs_in_containers(client: Client, tmp_path: Path) -> None:
    """The same two fields, on PostgreSQL and Redis, in an image without the project's tests and caches."""
    iris = client.datasets.upload(IRIS)

    job = client.jobs.create(dataset_id=iris.id, target="species").wait(timeout=120)
    row = {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2}
    answered = job.model.predict([row])
    job.model.save(tmp_path / "iris.safetensors")

    assert job.status == "succeeded"
    assert job.raw["latest"]["val_accuracy"] >= 0.9
    assert answered[0]["label"] == "setosa"
    assert load(tmp_path / "iris.safetensors").predict([row])[0]["label"] == "setosa"


def test_a_killed_worker_comes_back_and_finishes_its_job(client: Client, containers: Containers) -> None:
    """The container's process dies by SIGKILL in the middle of a job; its successor goes on with that job."""
    iris = client.datasets.upload(IRIS)
    training = {"epochs": 6000, "early_stopping": None, "checkpoint_every_s": 1}
    job = client.jobs.create(dataset_id=iris.id, target="species", training=training)
    eventually(lambda: job.refresh().status == "running", seconds=60)

    killed = containers.pid("worker")
    os.kill(killed, 9)
    eventually(lambda: containers.pid("worker") not in {0, killed}, seconds=60)
    ended = job.wait(timeout=240)

    assert ended.status == "succeeded"
    # The child hears of its parent's death; now and then it hands its job back before the kernel ends it, too.
    assert next(iter(client.jobs.attempts(job.id))).cause in {"worker_lost", "drained"}
    assert ended.raw["attempt"] == 2


def test_nothing_in_the_containers_is_more_powerful_than_it_must_be(containers: Containers) -> None:
    """A hole in the service opens no more than the service: no root, no capability, a file system that is read only."""
    for service in ("api", "worker"):
        container = containers.compose("ps", "--quiet", service).strip()
        asked = subprocess.run(["docker", "inspect", container], capture_output=True, text=True, check=True)
        (found,) = json.loads(asked.stdout)

        assert found["Config"]["User"] == "chainrule"
        assert found["HostConfig"]["ReadonlyRootfs"] is True
        assert found["HostConfig"]["CapDrop"] == ["ALL"]
        assert "no-new-privileges:true" in found["HostConfig"]["SecurityOpt"]


def test_no_key_no_answer(containers: Containers) -> None:
    """A container listens on more than loopback, so the key that it was given is required."""
    with Client(containers.url, api_key="another") as stranger, pytest.raises(NotAllowed):
        stranger.datasets.upload(IRIS)
