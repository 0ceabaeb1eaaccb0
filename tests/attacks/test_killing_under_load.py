"""Each part is killed or frozen under load: the service answers again, and all jobs end with the same bytes."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.acceptance.conftest import IRIS, RunningService, running_service
from tests.attacks.extent import extent
from tests.observing import eventually

pytestmark = pytest.mark.xdist_group("attacks-killing")

ANSWERS_AGAIN_SECONDS = extent(120, 10)  # the short form runs beside other tests
Victims = Callable[[RunningService], set[int]]


def gunicorn(service: RunningService) -> list[int]:
    """Give gunicorn's parent and child, the parent first."""
    return sorted(service.processes("gunicorn"))


PARTS: dict[str, tuple[Victims, int]] = {
    "the API's parent": (lambda service: set(gunicorn(service)[:1]), signal.SIGKILL),
    "the API's child": (lambda service: set(gunicorn(service)[-1:]), signal.SIGKILL),
    "the workers": (lambda service: service.processes("celery"), signal.SIGKILL),
    "Valkey": (lambda service: {service.valkey()}, signal.SIGKILL),
    "the API's child, frozen": (lambda service: set(gunicorn(service)[-1:]), signal.SIGSTOP),
}


class Load:
    """Submits the same job again and again; keeps the ids of those that were accepted."""

    def __init__(self, url: str, body: dict[str, Any]) -> None:
        self.accepted: list[str] = []
        self._url, self._body, self._is_over = url, body, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Submit no more."""
        self._is_over.set()
        self._thread.join(120)

    def _run(self) -> None:
        while not self._is_over.wait(0.05):
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.post(f"{self._url}/v1/jobs", json=self._body, timeout=60)
                if answer.status_code == 202:
                    self.accepted.append(answer.json()["id"])


def answers(url: str) -> bool:
    """Tell whether the service answers and can work."""
    try:
        return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.timeout(1800)
def test_every_part_may_die_under_load(tmp_path: Path) -> None:
    """One after the other; the weights of all jobs are the same bytes, since all have the same seed."""
    with running_service(tmp_path / "home", workers=2) as service:
        sent = httpx.post(
            f"{service.url}/v1/datasets", content=IRIS.read_bytes(), headers={"Content-Type": "text/csv"}, timeout=60
        ).json()
        training = {"epochs": 120, "early_stopping": None, "seed": 7}
        load = Load(service.url, {"dataset_id": sent["id"], "target": "species", "training": training})
        for name, (victims, number) in PARTS.items():
            before = len(load.accepted)
            eventually(lambda before=before: len(load.accepted) > before, seconds=120)
            hurt = victims(service)
            for pid in hurt:
                os.kill(pid, number)
            killed_at = time.monotonic()
            eventually(lambda hurt=hurt, victims=victims: is_replaced(service, hurt, victims), seconds=120)
            eventually(lambda: answers(service.url), seconds=120)
            patience = ANSWERS_AGAIN_SECONDS + 35 * (
                number == signal.SIGSTOP
            )  # gunicorn waits half a minute for a sign
            assert time.monotonic() - killed_at < patience, name
        load.stop()
        ended = [finished(service.url, job) for job in load.accepted]

    assert len(load.accepted) > len(PARTS)
    assert {job["status"] for job in ended} == {"succeeded"}
    assert len({job["digest"] for job in ended}) == 1


def is_replaced(service: RunningService, hurt: set[int], victims: Victims) -> bool:
    """Tell whether others stand where these stood."""
    try:
        now = victims(service)
    except (ValueError, IndexError):  # between two there may be none
        return False
    return bool(now) and not now & hurt


def finished(url: str, job: str) -> dict[str, Any]:
    """Wait for the end of a job; give its status and the digest of its weights."""
    with httpx.Client(base_url=url, timeout=120) as client:
        while not (seen := client.get(f"/v1/jobs/{job}", params={"wait": 60}).json())["done"]:
            pass
        tag = client.head(f"/v1/models/{seen['model_id']}/weights").headers.get("ETag") if seen["model_id"] else None
    return {"status": seen["status"], "digest": tag}
