"""Bytes that change on the disk: no wrong one leaves, and what follows from a whole file is made anew."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.acceptance.conftest import RunningService, running_service

pytestmark = pytest.mark.xdist_group("acceptance-damage")

ROWS = 1_500_000  # over 16 MB, as a file and prepared: large blobs lie as files beside the database


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Run a service whose files are ours to spoil."""
    with running_service(tmp_path_factory.mktemp("damage") / "home") as started:
        yield started


@pytest.fixture
def client(service: RunningService) -> Iterator[httpx.Client]:
    """Speak to it."""
    with httpx.Client(base_url=service.url, timeout=120) as client:
        yield client


def content(salt: int) -> bytes:
    """Make a table that is stored as files."""
    return b"a,b\n" + b"".join(b"%d,%d.5\n" % (number + salt, number % 7) for number in range(ROWS))


def uploaded(client: httpx.Client, salt: int) -> dict[str, Any]:
    """Store it."""
    sent = client.post("/v1/datasets", content=content(salt), headers={"Content-Type": "text/csv"})
    assert sent.status_code == 201
    return dict(sent.json())


def flip(path: Path) -> None:
    """Change a bit in the middle."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))


def cut(path: Path) -> None:
    """Lose the end."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


DAMAGES = pytest.mark.parametrize(
    ("damage", "salt"), [(flip, 1), (cut, 2), (Path.unlink, 3)], ids=["a bit flipped", "cut", "gone"]
)


def parts(service: RunningService, dataset: dict[str, Any]) -> tuple[Path, Path]:
    """Find the files of a dataset: as it was sent, and prepared."""
    blobs = set((service.home / "blobs").iterdir()) - known.get(service.url, set())
    known.setdefault(service.url, set()).update(blobs)
    sent = service.home / "blobs" / dataset["digest"]
    (prepared,) = blobs - {sent}
    return sent, prepared


known: dict[str, set[Path]] = {}


@DAMAGES
def test_a_damaged_table_is_made_anew(
    service: RunningService, client: httpx.Client, damage: Callable[[Path], None], salt: int
) -> None:
    """The file that was sent is whole, so nobody has to notice."""
    dataset = uploaded(client, salt=salt)
    _, prepared = parts(service, dataset)
    query = f"/v1/datasets/{dataset['id']}/rows?offset={ROWS // 2}&limit=3"
    before, whole = client.get(query).json(), prepared.read_bytes()
    damage(prepared)

    after = client.get(query)

    assert (after.status_code, after.json()) == (200, before)
    assert prepared.read_bytes() == whole


@DAMAGES
def test_a_damaged_upload_is_told_and_does_not_leave(
    service: RunningService, client: httpx.Client, damage: Callable[[Path], None], salt: int
) -> None:
    """Not one of its bytes, in whole or in part; its rows are still there."""
    dataset = uploaded(client, salt=10 + salt)
    sent, _ = parts(service, dataset)
    damage(sent)

    path = f"/v1/datasets/{dataset['id']}/content"
    answers = [client.get(path), client.get(path, headers={"Range": "bytes=0-9"})]
    rows = client.get(f"/v1/datasets/{dataset['id']}/rows?limit=1")

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(500, "server.blob_damaged")] * 2
    assert rows.status_code == 200


def test_with_both_damaged_rows_and_jobs_name_it(service: RunningService, client: httpx.Client) -> None:
    """Nothing can be made anew from a damaged file."""
    dataset = uploaded(client, salt=20)
    job_body = {"dataset_id": dataset["id"], "target": "b"}
    for path in parts(service, dataset):
        flip(path)

    rows = client.get(f"/v1/datasets/{dataset['id']}/rows")
    csv = client.get(f"/v1/datasets/{dataset['id']}/rows.csv")
    job = client.post("/v1/jobs", json=job_body).json()
    ended = client.get(f"/v1/jobs/{job['id']}", params={"wait": 60}).json()

    assert [(each.status_code, each.json()["code"]) for each in (rows, csv)] == [(500, "server.blob_damaged")] * 2
    assert (ended["status"], ended["error"]["code"]) == ("failed", "job.data_damaged")
    assert "damaged" in ended["error"]["message"]
