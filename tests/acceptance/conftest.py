"""A whole service in processes of its own: started by the command that users type, spoken to over HTTP only."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from chainrule import Client
from service.environment import ROOT
from service.supervisor import is_ready
from tests.observing import command_of, eventually, having
from tests.processes import free_port

STARTING_SECONDS = 60
STOPPING_SECONDS = 40
IRIS = ROOT / "examples" / "data" / "iris.csv"


@dataclass(frozen=True)
class RunningService:
    """A running `./chainrule up`."""

    process: "subprocess.Popen[bytes]"
    url: str
    home: Path

    def processes(self, *words: str) -> set[int]:
        """Find its processes whose command line holds these words; without words, all."""
        found = set()
        for pid in having(f"CHAINRULE_HOME={self.home}\0") | having_in_command(str(self.home)):
            if all(word in command_of(pid) for word in words):
                found.add(pid)
        return found

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it; give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(STOPPING_SECONDS)


def having_in_command(text: str) -> set[int]:
    """Find processes whose command line holds a text."""
    return {
        int(folder.name) for folder in Path("/proc").glob("[0-9]*") if text.encode() in read_quietly(folder / "cmdline")
    }


def read_quietly(path: Path) -> bytes:
    """Read what may be gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@contextmanager
def running_service(home: Path, *, workers: int = 1, **environment: str) -> Iterator[RunningService]:
    """Start the service on a free port; nothing is left of it afterwards."""
    port, outside = free_port(), {name: text for name, text in os.environ.items() if not name.startswith("CHAINRULE_")}
    ours = {
        "CHAINRULE_HOME": str(home),
        "CHAINRULE_SILENCE_SECONDS": "3",
        "CHAINRULE_HEARTBEAT_SECONDS": "0.5",
        **environment,
    }
    command = [sys.executable, "-m", "service", "up", "--port", str(port), "--workers", str(workers)]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**outside, **ours}, stdout=log, stderr=log)
    service = RunningService(process, f"http://127.0.0.1:{port}", home)
    try:
        eventually(lambda: process.poll() is not None or is_ready(service.url), seconds=STARTING_SECONDS)
        assert process.poll() is None, (home / "up.log").read_text()
        yield service
    finally:
        service.stop()


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("acceptance-sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("acceptance-postgresql")),
    ],
)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Run one service on each kind of database for all tests that only talk to it."""
    home = tmp_path_factory.mktemp(f"service-{request.param}")
    if request.param == "sqlite":
        with running_service(home) as started:
            yield started
        return
    server, name = request.getfixturevalue("postgres_server"), f"acceptance_{uuid4().hex}"
    url = server.create(name)
    with running_service(home, CHAINRULE_DATABASE_URL=url) as started:
        yield started
    server.drop(name)


@pytest.fixture
def client(service: RunningService) -> Iterator[Client]:
    """Speak to the service."""
    with Client(service.url, api_key="") as client:
        yield client


@pytest.fixture
def iris(client: Client) -> str:
    """Fisher's iris, uploaded."""
    return client.datasets.upload(IRIS).id
