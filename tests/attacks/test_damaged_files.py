"""Damaged files are read or explained: never a fault of the service, never its end, and its memory comes back."""

import json
import os
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.acceptance.conftest import RunningService
from tests.attacks.damaged import cases
from tests.attacks.extent import SEED, extent
from tests.datasets.reading.broken import BROKEN
from tests.observing import eventually

FILES = extent(150, 2000)
ANSWERED_SECONDS = 60
SPARE_BYTES = 50 << 20
WIDE = 10_000
REFUSED = {400, 413, 415, 422}


def resident(service: RunningService) -> int:
    """Return the resident bytes of the largest process of the API."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in service.processes("gunicorn")]
    return max(pages) * os.sysconf("SC_PAGE_SIZE")


def upload(client: httpx.Client, media_type: str, content: bytes) -> Any:
    """Post a file."""
    return client.post("/v1/datasets", content=content, headers={"Content-Type": media_type})


def explained(answer: Any) -> bool:
    """Tell whether a refusal says what is wrong."""
    body = answer.json()
    is_theirs = answer.status_code in REFUSED and not body["code"].startswith("server.")
    return is_theirs and bool(body["errors"][0]["message"])


@pytest.mark.timeout(3600)
def test_every_damaged_file_is_read_or_explained(service: RunningService, tmp_path: Path) -> None:
    """What was read can be looked at in every form; what ends the API would be seen by its pid."""
    faults: list[str] = []
    with httpx.Client(base_url=service.url, timeout=ANSWERED_SECONDS) as client:
        for whole, _ in cases(SEED, 20):
            upload(client, whole.media_type, whole.content)
        pids, before = service.processes("gunicorn"), resident(service)
        for number, (whole, content) in enumerate(cases(SEED, FILES)):
            try:
                answer = upload(client, whole.media_type, content)
                is_right = answer.status_code in {200, 201} or explained(answer)
                seen = "" if not is_right or answer.is_error else looked_at(client, answer.json()["id"])
            except (httpx.HTTPError, json.JSONDecodeError, KeyError) as error:
                is_right, seen = False, repr(error)
            if not is_right or seen:
                (tmp_path / str(number)).write_bytes(content)
                faults.append(f"{whole.name} {number}: {seen or answer.text[:200]} ({tmp_path / str(number)})")
        after = service.processes("gunicorn")

    assert faults == []
    assert after == pids
    eventually(lambda: resident(service) - before < SPARE_BYTES, seconds=30)


def test_every_broken_file_of_the_corpus_is_explained(service: RunningService) -> None:
    """Each is broken in one way: half a surrogate in JSON Lines, a column's name that is not UTF-8, and all others."""
    with httpx.Client(base_url=service.url, timeout=ANSWERED_SECONDS) as client:
        for name, broken in list(BROKEN.items())[:: extent(8, 1)]:
            answer = upload(client, "application/octet-stream", broken.make())

            assert (explained(answer), answer.json()["code"]) == (True, broken.code), name


def test_a_wide_table_takes_time_by_its_bytes(service: RunningService) -> None:
    """Ten thousand columns are as quick as as many cells below each other, and their memory is given back."""
    names = ",".join(f"column {number}" for number in range(WIDE))
    table = names + "".join("\n" + ",".join(f"{row + number % 7}" for number in range(WIDE)) for row in range(5))
    with httpx.Client(base_url=service.url, timeout=ANSWERED_SECONDS) as client:
        small = upload(client, "text/csv", b"a,b\n1,2\n3,4\n").json()  # what reads tables is loaded by the first
        assert looked_at(client, small["id"]) == ""
        before, began = resident(service), time.monotonic()
        answer = upload(client, "text/csv", table.encode())
        took = time.monotonic() - began

        assert answer.status_code in {200, 201}
        assert took < extent(ANSWERED_SECONDS, 10)
        assert looked_at(client, answer.json()["id"]) == ""
    eventually(lambda: resident(service) - before < WIDE_SPARE_BYTES, seconds=30)


WIDE_SPARE_BYTES = 150 << 20
"""50 MB are wanted; what is kept of ten thousand columns, their answers and what the allocator holds, is more yet."""


def looked_at(client: httpx.Client, dataset: str) -> str:
    """Read a dataset in every form, and delete it; say what went wrong."""
    paths = [f"/v1/datasets/{dataset}{part}" for part in ("", "/rows", "/rows.csv", "/content")]
    found = {path: client.get(path).status_code for path in paths}
    client.delete(paths[0])
    return "" if set(found.values()) == {200} else str(found)
