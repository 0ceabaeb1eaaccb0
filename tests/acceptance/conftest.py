"""A whole service in processes of its own: started by the command that users type, spoken to over HTTP only."""

import contextlib
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

STARTING_SECONDS = 300  # a machine may be ten times slower than usual; waiting costs only what fails
STOPPING_SECONDS = 120
IRIS = ROOT / "examples" / "data" / "iris.csv"


@dataclass(frozen=True)
class RunningService:
    """A running `./chainrule up`."""

    process: "subprocess.Popen[bytes]"
    url: str
    home: Path
    database_url: str

    def processes(self, *words: str) -> set[int]:
        """Find its processes whose command line holds these words; without words, all."""
        found = having(f"CHAINRULE_HOME={self.home}\0") | working_in(self.home)
        return {pid for pid in found if all(word in command(pid) for word in words)}

    def valkey(self) -> int:
        """Find its private Valkey, which is given no environment but works in a folder of its own."""
        (pid,) = working_in(self.home / "valkey")
        return pid

    def said(self) -> str:
        """Read what it printed."""
        return (self.home / "up.log").read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it; give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(STOPPING_SECONDS)


def working_in(folder: Path) -> set[int]:
    """Find living processes whose working directory is this folder or below it."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended, or is not ours to look at
            if (process / "cwd").readlink().is_relative_to(folder):
                found.add(int(process.name))
    return found


def command(pid: int) -> str:
    """Read a command line; empty when the process is gone."""
    with contextlib.suppress(OSError):
        return command_of(pid)
    return ""


def outside() -> dict[str, str]:
    """Our environment without settings of the service."""
    return {name: text for name, text in os.environ.items() if not name.startswith("CHAINRULE_")}


@contextmanager
def running_service(home: Path, *, workers: int = 1, **environment: str) -> Iterator[RunningService]:
    """Start the service on a free port; nothing is left of it afterwards."""
    with starting_service(home, workers=workers, **environment) as service:
        eventually(lambda: service.process.poll() is not None or is_ready(service.url), seconds=STARTING_SECONDS)
        assert service.process.poll() is None, service.said()
        yield service


@contextmanager
def starting_service(home: Path, *, workers: int = 1, port: int = 0, **environment: str) -> Iterator[RunningService]:
    """Start the service on this port or a free one, and do not wait until it is ready."""
    port = port or free_port()
    ours = {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "client" / "src")]),
        "CHAINRULE_HOME": str(home),
        "CHAINRULE_SILENCE_SECONDS": "3",
        "CHAINRULE_HEARTBEAT_SECONDS": "0.5",
        **environment,
    }
    command = [sys.executable, "-P", "-m", "service", "up", "--port", str(port), "--workers", str(workers)]
    home.mkdir(parents=True, exist_ok=True)
    # Users type the command wherever they are, and many are in a project that has an `app` of its own.
    (home / "app.py").write_text("raise SystemExit('the folder of the caller was searched')")
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=home, env={**outside(), **ours}, stdout=log, stderr=log)
    database_url = environment.get("CHAINRULE_DATABASE_URL", f"sqlite:///{home / 'chainrule.db'}")
    service = RunningService(process, f"http://127.0.0.1:{port}", home, database_url)
    try:
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
