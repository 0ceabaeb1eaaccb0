"""Requests each second, next to an empty route of Flask under the same server, and when far too many come.

    ./chainrule bench load [--rounds 3] [--seconds 3] [--requests 100000] [--jobs 10000] [--database sqlite|postgresql]

Eight connections each; every request takes turns with the empty route, and the median of the ratios is held against
LIMITS. Workers are stopped meanwhile (SIGSTOP), since they share the cores. Then three times as many connections come
as saturate the service: what is answered in time must not fall below OVERLOAD of its peak. The API's memory is looked
at after all requests, and everything is measured again with many finished jobs in the database.
"""

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx

from benchmarks.harness import ROOT, free_port, running_service, wait_until_ready
from benchmarks.load.client import MARK
from benchmarks.load.history import copy_job
from service import roles
from store.database.database import Database
from store.errors import DatabaseAway
from tests.observing import having
from tests.servers import running_postgres

CONNECTIONS = 8
MANY = 600  # more than the queue of ordinary requests holds, three times over
LIMITS = {
    "sqlite": {"status": 0.35, "submit": 0.15, "plan": 0.15, "predict": 0.3, "list": 0.2},
    "postgresql": {"status": 0.35, "submit": 0.12, "plan": 0.15, "predict": 0.3, "list": 0.2},
}
OVERLOAD = 0.8
MEMORY_BYTES = 250 << 20
HISTORY = 1.2


@dataclass(frozen=True)
class Target:
    """A running server and the requests that are sent to it."""

    url: str
    requests: dict[str, bytes]

    def run(self, name: str, seconds: float, connections: int = CONNECTIONS) -> dict[str, Any]:
        """Send one request again and again from a process of its own."""
        parts = urlsplit(self.url)
        command = [sys.executable, "-m", "benchmarks.load.client", str(parts.hostname), str(parts.port)]
        done = subprocess.run(
            [*command, str(connections), str(seconds)],
            input=self.requests[name],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        return dict(json.loads(done.stdout))


def rate(found: dict[str, Any]) -> float:
    """Answers of success each second."""
    good = sum(count for status, count in found["statuses"].items() if status.startswith("2"))
    return float(good / found["seconds"])


def message(method: str, path: str, body: object = None) -> bytes:
    """Write a request as bytes."""
    content = b"" if body is None else json.dumps(body).encode()
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    if body is not None:
        head.append("Content-Type: application/json")
    return "\r\n".join([*head, "", ""]).encode() + content


@contextlib.contextmanager
def empty_server() -> Iterator[Target]:
    """Serve the empty route as the API is served."""
    port = free_port()
    command = [word.replace("app.wsgi:", "benchmarks.load.empty:") for word in roles.api("127.0.0.1", port)]
    with tempfile.TemporaryDirectory(prefix="chainrule-empty-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, log, path="/empty")
            yield Target(f"http://127.0.0.1:{port}", {"empty": message("GET", "/empty")})
        finally:
            process.terminate()
            process.wait(timeout=30)


def prepared(url: str, rows: str) -> tuple[Target, str]:
    """Train a model, and write the requests about it."""
    with httpx.Client(base_url=url, timeout=120) as client:
        sent = client.post("/v1/datasets", content=rows, headers={"Content-Type": "text/csv"}).json()
        body = {"dataset_id": sent["id"], "target": "species", "training": {"preset": "fast", "epochs": 20}}
        new_body = {**body, "training": {"preset": "fast", "epochs": 20, "learning_rate": float(MARK)}}
        job = client.post("/v1/jobs", json=body).json()
        ended = client.get(f"/v1/jobs/{job['id']}", params={"wait": 60}).json()
        for _ in range(19):
            client.post("/v1/jobs", json=body)
        last = client.post("/v1/jobs", json=body).json()["id"]
        while not client.get(f"/v1/jobs/{last}", params={"wait": 60}).json()["done"]:
            pass
    row = dict(zip(rows.splitlines()[0].split(",")[:4], map(float, rows.splitlines()[1].split(",")[:4]), strict=True))
    requests = {
        "status": message("GET", f"/v1/jobs/{job['id']}"),
        "submit": message("POST", "/v1/jobs", body),
        "plan": message("POST", "/v1/jobs?dry_run=true", body),
        "submit_anew": message("POST", "/v1/jobs", new_body),
        "plan_anew": message("POST", "/v1/jobs?dry_run=true", new_body),
        "predict": message("POST", f"/v1/models/{ended['model_id']}/predict", {"rows": [row]}),
        "list": message("GET", "/v1/jobs?limit=20"),
        "healthz": message("GET", "/healthz"),
    }
    return Target(url, requests), job["id"]


@contextlib.contextmanager
def asleep(pids: set[int], url: str) -> Iterator[None]:
    """Let processes sleep for a while, and none of them while it holds the database."""
    database = Database(url)

    def send(number: int) -> None:
        for pid in pids:
            os.kill(pid, number)

    send(signal.SIGSTOP)
    try:
        while is_held(database):
            send(signal.SIGCONT)
            time.sleep(0.1)
            send(signal.SIGSTOP)
        yield
    finally:
        send(signal.SIGCONT)
        database.close()


def is_held(database: Database) -> bool:
    """Tell whether nobody else can write."""
    try:
        with database.transaction():
            return False
    except DatabaseAway:
        return True


def memory(pids: set[int]) -> int:
    """Return the resident bytes of the largest of some processes."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    return max(pages) * os.sysconf("SC_PAGE_SIZE")


def ratios(empty: Target, service: Target, names: list[str], rounds: int, seconds: float) -> dict[str, float]:
    """Measure each request beside the empty route, and print it."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            bare = rate(empty.run("empty", seconds / 2))
            ours = service.run(name, seconds)
            if set(ours["statuses"]) - {"200", "202"}:
                raise RuntimeError(f"{name} was answered with {ours['statuses']}")
            found[name].append(rate(ours) / bare)
            print(
                f"    {name:11} {rate(ours):7.0f}/s   empty {bare:7.0f}/s   p99 {1000 * ours['took']['0.99']:6.1f} ms"
            )
    return {name: statistics.median(each) for name, each in found.items()}


def measure(kind: str, database_url: str | None, options: argparse.Namespace) -> list[str]:
    """Measure on one kind of database; return what missed its limit."""
    missed: list[str] = []

    def told(what: str, value: float, limit: float, *, at_least: bool) -> None:
        is_met = value >= limit if at_least else value <= limit
        sign, verdict = "≥" if at_least else "≤", "" if is_met else "   MISSED"
        print(f"  {kind:10} {what:34} {value:8.3f}   limit {sign} {limit:g}{verdict}")
        if not is_met:
            missed.append(f"{kind}: {what}")

    environment = {"CHAINRULE_MAX_QUEUED_JOBS": "10000000"}
    if database_url is not None:
        environment["CHAINRULE_DATABASE_URL"] = database_url
    with (
        tempfile.TemporaryDirectory(prefix="chainrule-load-") as folder,
        running_service(home=Path(folder), environment=environment) as url,
        empty_server() as empty,
    ):
        processes = having(f"CHAINRULE_HOME={folder}\0")
        command = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes}
        api = {pid for pid, words in command.items() if b"gunicorn" in words}
        target, job = prepared(url, (ROOT / "examples" / "data" / "iris.csv").read_text())
        stored = database_url or f"sqlite:///{Path(folder) / 'chainrule.db'}"
        with asleep({pid for pid, words in command.items() if b"celery" in words}, stored):
            names = ["status", "predict", "list", "plan", "plan_anew", "healthz"]
            first = ratios(empty, target, names, options.rounds, options.seconds)
            before = memory(api)
            served = 0
            while served < options.requests:
                served += sum(target.run("status", 10)["statuses"].values())
            after = memory(api)
            peak = rate(target.run("status", 2 * options.seconds))
            many = target.run("status", 2 * options.seconds, MANY)
            copy_job(stored, job, options.jobs)
            late = ratios(empty, target, ["status", "list", "predict"], options.rounds, options.seconds)
            first |= ratios(empty, target, ["submit", "submit_anew"], options.rounds, options.seconds)
    for name, limit in LIMITS[kind].items():
        told(f"{name} / empty route", first[name], limit, at_least=True)
    for name in ("plan_anew", "submit_anew"):  # a body that was never seen; the others come again and again
        print(f"  {kind:10} {name + ' / empty route':34} {first[name]:8.3f}   without a limit")
    told("goodput at overload / peak", rate(many) / peak, OVERLOAD, at_least=True)
    told(f"memory after {served} requests, MB", after / 1e6, MEMORY_BYTES / 1e6, at_least=False)
    told(f"memory grown over {served} requests, MB", (after - before) / 1e6, 20, at_least=False)
    for name, value in late.items():
        told(f"{name}: before / with {options.jobs} finished jobs", first[name] / value, HISTORY, at_least=False)
    print(f"  {kind:10} answers at overload: {many['statuses']}, lost {many['lost']}, p99 {many['took']['0.99']:.2f} s")
    return missed


def main() -> None:
    """Measure, and fail where a limit is missed."""
    parser = argparse.ArgumentParser(prog="./chainrule bench load")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--database", choices=list(LIMITS))
    options = parser.parse_args()
    missed: list[str] = []
    if options.database in {None, "sqlite"}:
        missed += measure("sqlite", None, options)
    if options.database in {None, "postgresql"}:
        with running_postgres() as server:
            missed += measure("postgresql", server.create("load"), options)
    if missed:
        sys.exit("missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
