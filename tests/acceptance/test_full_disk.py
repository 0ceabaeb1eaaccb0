"""A full disk: reads and health go on, writes are refused, and room is all that it takes to be well again."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.acceptance.conftest import IRIS, RunningService, running_service, starting_service

pytestmark = pytest.mark.xdist_group("acceptance-full-disk")

DISK_MEGABYTES = 60
ROWS = 200_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all room that is left; the file that does it is what to remove."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass
    assert shutil.disk_usage(disk).free == 0
    return filler


def table() -> bytes:
    """Make a table that is larger than what SQLite can still put into pages it owns."""
    return b"a,b\n" + b"".join(b"%d,%d\n" % (number, number % 7) for number in range(ROWS))


def test_reads_go_on_and_writes_wait_for_room(disk: Path) -> None:
    """Each answer is whole; the log lines that could not be written are missed by nobody."""
    with running_service(disk / "home") as service, httpx.Client(base_url=service.url, timeout=60) as client:
        dataset = upload(client, IRIS.read_bytes()).json()
        job = client.post("/v1/jobs", json={"dataset_id": dataset["id"], "target": "species"}).json()
        ended = client.get(f"/v1/jobs/{job['id']}", params={"wait": 60}).json()
        filler = fill(disk)

        refused = [upload(client, table()) for _ in range(3)]
        read = [client.get(path) for path in everything(dataset["id"], job["id"], ended["model_id"])]
        ready = client.get("/readyz").json()
        alive = [client.get("/healthz").status_code for _ in range(50)]
        filler.unlink()
        taken = upload(client, table())

    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(507, "server.storage_full")] * 3
    assert {answer.request.url.path: answer.status_code for answer in read if answer.status_code != 200} == {}
    assert (ready["status"], ready["checks"]["storage"]) == ("degraded", "full")
    assert alive == [200] * 50
    assert taken.status_code == 201


def everything(dataset: str, job: str, model: str) -> list[str]:
    """List what can be read."""
    return [
        "/v1/datasets",
        *(f"/v1/datasets/{dataset}{part}" for part in ("", "/rows", "/rows.csv", "/content")),
        "/v1/jobs",
        *(f"/v1/jobs/{job}{part}" for part in ("", "/metrics", "/events", "/checkpoints")),
        *(f"/v1/models/{model}{part}" for part in ("", "/weights")),
        "/v1/queue",
    ]


def upload(client: httpx.Client, content: bytes) -> Any:
    """Post a table."""
    return client.post("/v1/datasets", content=content, headers={"Content-Type": "text/csv"})


@pytest.mark.parametrize("is_new", [True, False], ids=["new home", "used home"])
def test_a_start_on_a_full_disk_says_so(disk: Path, *, is_new: bool) -> None:
    """One sentence, no traceback."""
    home = disk / "home"
    if not is_new:
        with running_service(home):
            pass
    home.mkdir(exist_ok=True)
    (disk / "caller").mkdir()
    fill(disk)

    said = started_on(home)

    assert said.startswith("chainrule: There is no room left for")
    assert said.count("\n") == 1


def started_on(home: Path) -> str:
    """Start a service whose words go elsewhere; give what it said when it ended."""
    caller = home.parent.parent / "caller"
    with starting_service(caller, CHAINRULE_HOME=str(home)) as service:
        code = service.process.wait(120)
    assert code == 1
    return RunningService.said(service)
