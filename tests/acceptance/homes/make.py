"""A kept home, made by the code beside this file: what later versions have to open, go on with and predict from.

    .venv/bin/python -m tests.acceptance.homes.make 2026-11

Writes `2026-11/home.tar.xz`, and beside it what this code shows of a copy of it: `expected.json`, and the description
of the API. `tests/acceptance/test_old_homes.py` lets the present code show the same. A home that is there is a promise:
a new one gets a new name, made by a commit whose data somebody has.
"""

import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tests.acceptance.conftest import ROOT, outside, running_service
from tests.acceptance.homes import bodies, tables
from tests.acceptance.homes.archive import pack, unpack
from tests.acceptance.homes.visit import View, read, visit, visitor, wait
from tests.processes import free_port

HERE = Path(__file__).parent
IDEMPOTENCY_KEY = "kept-0001"
UNKEPT = ("openapi", "plans", "repeated_weights", "resumed_at")  # has a file of its own, or is held against the rest
NOWHERE = "redis://127.0.0.1:{port}/0"
DATASETS = {  # the file's name, its bytes and its media type
    "orders": ("orders.csv", tables.orders, "text/csv"),
    "spirals": ("spirals.csv.gz", tables.spirals, "text/csv"),
    "houses": ("houses.parquet", tables.houses, "application/vnd.apache.parquet"),
    "phrases": ("phrases.jsonl", tables.phrases, "application/x-ndjson"),
    "waves": ("waves.npz", tables.waves, "application/x-npz"),
    "shapes": ("shapes.zip", tables.shapes, "application/zip"),
}


def main(name: str) -> None:
    """Make a home, then record what a copy of it shows."""
    target = HERE / name
    target.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        asked = make(home)
        pack(home, target / "home.tar.xz")
        copy = Path(folder) / "copy"
        unpack(target / "home.tar.xz", copy)
        with running_service(copy) as service, visitor(service.url, asked["key"]) as client:
            shown = visit(client, asked)
    write(target, asked, shown)
    check(shown)


def make(home: Path) -> View:
    """Fill a home: two keys, tables, jobs of every status; give what is asked of it later."""
    key, revoked = make_key(home, "kept"), make_key(home, "revoked")
    with running_service(home) as service, visitor(service.url, key) as client:
        datasets = {name: upload(client, *file) for name, file in DATASETS.items()}
        for name, body in bodies.FINISHED.items():
            wait(client, submit(client, name, body, datasets)["urls"]["self"])
        paused = submit(client, "paused", bodies.PAUSED, datasets)["urls"]["self"]
        while read(client, paused)["progress"]["epoch"] < bodies.PAUSED_AFTER_EPOCHS:
            time.sleep(0.02)
        accepted(client.post(f"{paused}/pause"))
        while read(client, paused)["status"] != "paused":
            time.sleep(0.02)
        jobs = {job["name"]: job for job in read(client, "/v1/jobs")["data"]}
    # Without a Redis that answers, jobs are accepted and no worker takes one: so they stay as they were resolved.
    nowhere = NOWHERE.format(port=free_port())
    with running_service(home, CHAINRULE_REDIS_URL=nowhere) as service, visitor(service.url, key) as client:
        repeated = leave_waiting(client, jobs, datasets)
    revoke(home, revoked)
    models = {name: job["model_id"] for name, job in jobs.items() if job["model_id"]}
    ids = {name: job["id"] for name, job in jobs.items()}
    return {
        "key": key,
        "revoked_key": revoked,
        "repeated": {"key": IDEMPOTENCY_KEY, "body": repeated},
        "rows": bodies.rows(),
        "refused": bodies.refused(datasets, ids, models),
    }


def leave_waiting(client: httpx.Client, jobs: View, datasets: dict[str, str]) -> View:
    """Queue a job, one that goes on from a finished one, and one that is cancelled; give the body of the last."""
    submit(client, "queued", bodies.QUEUED, datasets)
    more = {"epochs": bodies.CONTINUED_EPOCHS}
    made = accepted(client.post(f"{jobs['prices']['urls']['self']}/continue", json=more))
    accepted(client.patch(made["urls"]["self"], json={"name": "continued"}))
    body = {**bodies.REPEATED, "dataset_id": datasets[bodies.REPEATED["dataset_id"]]}
    once = accepted(client.post("/v1/jobs", json=body, headers={"Idempotency-Key": IDEMPOTENCY_KEY}))
    accepted(client.post(f"{once['urls']['self']}/cancel"))
    return body


def upload(client: httpx.Client, name: str, content: Any, media_type: str) -> str:
    """Upload a table; give its id."""
    headers = {"Content-Type": media_type}
    dataset = accepted(client.post("/v1/datasets", params={"name": name}, content=content(), headers=headers))
    return str(dataset["id"])


def submit(client: httpx.Client, name: str, body: View, datasets: dict[str, str]) -> View:
    """Submit a job under a name; every seed is given, so that resolving its body anew draws none."""
    training = {"seed": 20_261, **body["training"]}
    job = {**body, "name": name, "dataset_id": datasets[body["dataset_id"]], "training": training}
    return accepted(client.post("/v1/jobs", json=job))


def accepted(answer: httpx.Response) -> View:
    """Read an answer; a refusal ends the making."""
    assert answer.is_success, answer.text
    view: View = answer.json()
    return view


def make_key(home: Path, name: str) -> str:
    """Make a key by the command that people use; give its secret."""
    return command(home, "keys", "create", "--name", name)


def revoke(home: Path, secret: str) -> None:
    """Revoke a key by the same command."""
    listed = command(home, "keys", "list").splitlines()
    (line,) = [line for line in listed if line.endswith("revoked")]
    assert secret.startswith(line.split()[1].removesuffix("…"))
    command(home, "keys", "revoke", line.split()[0])


def command(home: Path, *arguments: str) -> str:
    """Run `./chainrule` on a home; give what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT, env={**outside(), "CHAINRULE_HOME": str(home)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


def check(shown: View) -> None:
    """Make sure that the home can tell right from wrong: states in the middle, weights that come from after them."""
    (checkpoint, *_), paused = shown["checkpoints"], shown["ends"]["paused"]
    assert checkpoint["epoch"] >= bodies.PAUSED_AFTER_EPOCHS
    assert paused["best"]["epoch"] > checkpoint["epoch"] + 20
    assert paused["resumed"][0]["step"] == checkpoint["step"] <= shown["resumed_at"]["step"]
    assert all(end["status"] == "succeeded" for end in shown["ends"].values())
    assert "job.resumed" not in shown["ends"]["queued"]["events"]
    assert shown["repeated_weights"] == shown["weights"]
    statuses = {job["status"] for job in shown["jobs"].values()}
    assert statuses == {"succeeded", "failed", "cancelled", "paused"}


def write(target: Path, asked: View, shown: View) -> None:
    """Write what has to hold."""
    document = json.dumps(shown["openapi"], indent=1, ensure_ascii=False).encode()
    (target / "openapi.json.gz").write_bytes(gzip.compress(document, mtime=0))
    kept = {name: part for name, part in shown.items() if name not in UNKEPT}
    expected = {"openapi_sha256": hashlib.sha256(document).hexdigest(), "asked": asked, "shown": kept}
    (target / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
