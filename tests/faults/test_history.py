"""Clients that write down every call while the service is hurt around them, and what must hold of what they wrote."""

import itertools
import json
import os
import random
import re
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.environment import ROOT
from tests.acceptance.conftest import IRIS, RunningService, running_service
from tests.observing import eventually

SECONDS_SHORT, SECONDS_LONG = 4.0, 60.0
CLIENTS = 3
SLOWEST_ANSWER = 5.0
API_STARTS_SECONDS = 20.0  # a call that comes while the API's killed process is replaced waits for the new one
PATIENCE = 20.0  # how long a client waits for an answer before it writes down that none came
CANARY = "canary-7f3a"  # what nobody may repeat: it is sent as a key of the API
STATUSES = {200, 201, 202, 404, 409, 422, 503}
LEAKS = (
    r"Traceback",
    r'File \\?"',
    re.escape(str(ROOT)),
    r"/site-packages/",
    r"sqlalchemy\.|psycopg\.|redis\.exc",
    CANARY,
)
BODY = {"target": "species", "training": {"epochs": 1_500, "seed": 7, "early_stopping": None}}


@dataclass
class Scribe:
    """A client that asks for something again and again, and appends every call and its answer to a file."""

    url: str
    file: Path
    draw: random.Random
    dataset_id: str
    jobs: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Call once; write down what was asked, what came back and how long it took; None without an answer."""
        headers = {"Authorization": f"Bearer {CANARY}", **options.pop("headers", {})}
        began = time.monotonic()
        line = {"at": began, "method": method, "path": path, "key": headers.get("Idempotency-Key")}
        try:
            answer = httpx2.request(method, self.url + path, headers=headers, timeout=PATIENCE, **options)
        except httpx2.HTTPError as error:
            return self.write({**line, "error": type(error).__name__, "seconds": time.monotonic() - began})
        told = {"status": answer.status_code, "retry_after": answer.headers.get("Retry-After"), "body": answer.text}
        self.write({**line, **told, "seconds": time.monotonic() - began})
        return answer

    def write(self, line: dict[str, Any]) -> None:
        """Append a line."""
        with self.file.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def order(self, key: str) -> None:
        """Order a job under a key until an answer comes, however often the connection breaks."""
        for _ in range(60):
            body = {"dataset_id": self.dataset_id, **BODY}
            answer = self.call("POST", "/v1/jobs", json=body, headers={"Idempotency-Key": key})
            if answer is not None and answer.status_code == 202:
                self.jobs.append(answer.json()["id"])
                return
            time.sleep(0.3)

    def live(self, until: float, name: str) -> None:
        """Do something drawn, until time is over."""
        for number in itertools.count():
            if time.monotonic() >= until:
                return
            if number % 5 == 0:
                self.order(f"{name}-{number}")
            elif self.jobs:
                job_id = self.draw.choice(self.jobs)
                verb = self.draw.choices(["", "/pause", "/resume", "/cancel", "/events"], [6, 3, 4, 1, 2])[0]
                self.call("POST" if verb in {"/pause", "/resume", "/cancel"} else "GET", f"/v1/jobs/{job_id}{verb}")
            time.sleep(self.draw.uniform(0.05, 0.4))


def hurt(service: RunningService, draw: random.Random, until: float, write: Callable[[dict[str, Any]], None]) -> None:
    """Kill and freeze parts of a service, one every few seconds, and write it down."""
    while time.monotonic() < until:
        name = draw.choice(list(HARM))
        write({"at": time.monotonic(), "harm": name})
        HARM[name](service, draw)
        time.sleep(draw.uniform(1, 4))


def kill_api(service: RunningService, _draw: random.Random) -> None:
    """Kill the process that answers; its parent, which was born first, replaces it."""
    kill(sorted(service.processes("gunicorn"))[1:])


def kill_worker(service: RunningService, draw: random.Random) -> None:
    """Kill a process of a worker, the one that trains or the one above it."""
    kill(draw.sample(sorted(service.processes("celery")), 1))


def kill(pids: list[int]) -> None:
    """Send SIGKILL to what is still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def freeze_redis(service: RunningService, draw: random.Random) -> None:
    """Let Redis hear and answer nothing for a while."""
    valkey = service.valkey()
    os.kill(valkey, signal.SIGSTOP)
    time.sleep(draw.uniform(0.5, 3))
    os.kill(valkey, signal.SIGCONT)


HARM = {"api killed": kill_api, "worker killed": kill_worker, "redis frozen": freeze_redis}


def check_answers(lines: list[dict[str, Any]]) -> None:
    """H7 and H8: only documented statuses, none too late, none that tells what is nobody's business."""
    api_died = [line["at"] for line in lines if line.get("harm") == "api killed"]
    for line in lines:
        if "status" not in line:
            continue
        assert line["status"] in STATUSES, f"H7: {line}"
        assert line["status"] != 503 or line["retry_after"], f"H7: 503 without Retry-After: {line}"
        assert not [leak for leak in LEAKS if re.search(leak, line["body"])], f"H8: {line}"
        ended = line["at"] + line["seconds"]
        if not any(
            died - SLOWEST_ANSWER < line["at"] < died + API_STARTS_SECONDS and ended > died for died in api_died
        ):
            assert line["seconds"] <= SLOWEST_ANSWER, f"H7: too late: {line}"


def accepted(lines: list[dict[str, Any]]) -> dict[str, str]:
    """Give the job of each key that was answered 202; a key has one job, however often it was asked."""
    made: dict[str, set[str]] = {}
    for line in lines:
        if line.get("key") and line.get("status") == 202:
            made.setdefault(line["key"], set()).add(json.loads(line["body"])["id"])
    assert all(len(ids) == 1 for ids in made.values()), "H1: one key, several jobs"
    return {key: ids.pop() for key, ids in made.items()}


def cancelled(lines: list[dict[str, Any]]) -> set[str]:
    """Give the jobs of which a cancellation was answered with yes."""
    cancels = [line for line in lines if line.get("path", "").endswith("/cancel") and line.get("status") in {200, 202}]
    return {line["path"].split("/")[3] for line in cancels}


@pytest.mark.timeout(600)
def test_what_clients_were_told_was_true(
    tmp_path: Path, note: Callable[..., None], seed: int, *, is_long: bool
) -> None:
    """H1, H2, H5, H7, H8: held against a file of all calls, made while parts of the service die and freeze."""
    seconds, file = SECONDS_LONG if is_long else SECONDS_SHORT, tmp_path / "history.jsonl"
    with running_service(tmp_path / "home", workers=2) as service:
        upload = httpx2.post(
            f"{service.url}/v1/datasets?name=iris", content=IRIS.read_bytes(), headers={"Content-Type": "text/csv"}
        )
        scribes = [
            Scribe(service.url, file, random.Random(seed + number), upload.json()["id"])  # noqa: S311  # not for secrets
            for number in range(CLIENTS)
        ]
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=each.live, args=(until, f"client-{number}")) for number, each in enumerate(scribes)
        ]
        for thread in threads:
            thread.start()
        hurt(service, random.Random(seed), until, scribes[0].write)  # noqa: S311  # not for secrets
        for thread in threads:
            thread.join()
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        jobs = accepted(lines)
        ends = {job_id: end_of(service.url, job_id) for job_id in jobs.values()}
        logs = "".join(log.read_text(errors="replace") for log in (service.home / "logs").glob("*.log"))

    check_answers(lines)
    assert CANARY not in logs, "H8: a key in a log"
    assert {ends[job_id]["status"] for job_id in jobs.values()} <= {"succeeded", "cancelled"}, "H1"
    assert not [job_id for job_id in cancelled(lines) if ends[job_id]["status"] == "succeeded"], "H5"
    digests = {end["digest"] for end in ends.values() if end["digest"]}
    assert len(digests) <= 1, "H2: equal orders, other bits"
    note_calls(note, lines)
    note(jobs=len(jobs), ended=dict(Counter(end["status"] for end in ends.values())), digests=len(digests))


def note_calls(note: Callable[..., None], lines: list[dict[str, Any]]) -> None:
    """Note how many calls there were, how many were answered, how late the latest, and what was done to the service."""
    answers = [line["seconds"] for line in lines if "status" in line]
    harm = dict(Counter(line["harm"] for line in lines if "harm" in line))
    calls = len(lines) - sum(harm.values())
    statuses = dict(sorted(Counter(line["status"] for line in lines if "status" in line).items()))
    note(calls=calls, answered=len(answers), statuses=statuses, median=f"{1000 * statistics.median(answers):.0f} ms")
    note(slowest=f"{max(answers):.1f} s, while the API was replaced", harm=harm)


def end_of(url: str, job_id: str) -> dict[str, Any]:
    """Resume a job if it is paused, wait for its end, and read the digest of its model."""
    job: dict[str, Any] = {}

    def is_done() -> bool:
        with suppress(httpx2.HTTPError):
            httpx2.post(f"{url}/v1/jobs/{job_id}/resume", timeout=PATIENCE)
            job.update(httpx2.get(f"{url}/v1/jobs/{job_id}?wait=5", timeout=PATIENCE).json())
        return bool(job.get("done"))

    eventually(is_done, seconds=240)
    model = httpx2.get(f"{url}/v1/models/{job['model_id']}").json() if job["model_id"] else None
    return {"status": job["status"], "digest": model["weights"]["digest"] if model else None}
