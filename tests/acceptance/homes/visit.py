"""What a home shows over HTTP: looked at as it was left, then again when all that waited in it has come to its end."""

import hashlib
import time
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx

FORMATS = ("safetensors", "npz")
WAITED = ("paused", "queued", "continued")  # the names of the jobs that have not come to their end
ENDED = ("status", "phase", "done", "stop_reason", "best", "latest", "seed", "error", "dataset_id", "origin")
SERVED_SECONDS = 120
View = dict[str, Any]


def visitor(url: str, key: str) -> httpx.Client:
    """Speak to a service with a key."""
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=300)


def visit(client: httpx.Client, asked: View) -> View:
    """Look at everything, let the waiting jobs run to their ends, train the finished ones again, and look at those."""
    left = look(client, asked)
    jobs = {job["name"]: job for job in every(client, "/v1/jobs")}
    resumed_at = resume(client, jobs["paused"]["urls"]["self"])
    ends = {name: wait(client, jobs[name]["urls"]["self"]) for name in WAITED}
    return {
        **left,
        "ends": {name: end(client, job) for name, job in ends.items()},
        "end_predictions": predictions(client, {name: ends[name]["urls"]["model"] for name in WAITED}, asked["rows"]),
        "end_weights": {name: weights(client, job["urls"]["model"]) for name, job in ends.items()},
        "repeated_weights": repeats(client, left["specs"], left["models"]),
        "resumed_at": resumed_at,
        "environment": read(client, f"{ends['paused']['urls']['self']}/attempts")["data"][-1]["environment"],
    }


def look(client: httpx.Client, asked: View) -> View:
    """Read what is there, without changing it."""
    jobs = {job["name"]: job for job in every(client, "/v1/jobs")}
    still = {name: job for name, job in jobs.items() if name not in {"queued", "continued"}}  # those may run already
    models = {model["name"]: model for model in every(client, "/v1/models") if model["name"] not in WAITED}
    datasets = {dataset["name"]: read(client, dataset["urls"]["self"]) for dataset in every(client, "/v1/datasets")}
    paths = {name: model["urls"]["self"] for name, model in models.items()}
    return {
        "datasets": datasets,
        "dataset_rows": {name: rows(client, dataset) for name, dataset in datasets.items()},
        "jobs": still,
        "waiting": {name: waiting(jobs[name]) for name in ("queued", "continued")},
        "histories": {name: history(client, job) for name, job in still.items()},
        "specs": {name: spec(client, job) for name, job in jobs.items()},
        "plans": {name: plan(client, spec(client, job)) for name, job in jobs.items() if name != "continued"},
        "models": models,
        "weights": {name: weights(client, path) for name, path in paths.items()},
        "predictions": predictions(client, paths, asked["rows"]),
        "checkpoints": checkpoints(client, jobs["paused"], asked["rows"]["paused"]),
        "refusals": {name: refusal(client, request) for name, request in asked["refused"].items()},
        "repeated_answer": repeated(client, asked["repeated"]),
        "revoked_key": status(client, asked["revoked_key"]),
        "openapi": read(client, "/openapi.json"),
    }


def every(client: httpx.Client, path: str) -> list[View]:
    """List all of a kind, oldest first."""
    page = read(client, f"{path}?limit=100")
    assert not page["has_more"]
    return list(reversed(page["data"]))


def read(client: httpx.Client, path: str) -> View:
    """Read JSON."""
    answer = client.get(path)
    assert answer.is_success, answer.text
    view: View = answer.json()
    return view


def digest(client: httpx.Client, path: str) -> str:
    """Download a file; give its SHA-256."""
    answer = client.get(path)
    assert answer.is_success, answer.text
    return hashlib.sha256(answer.content).hexdigest()


def rows(client: httpx.Client, dataset: View) -> View:
    """Show a dataset's first rows as they are understood, and the digests of both of its files."""
    here = dataset["urls"]["self"]
    first = read(client, f"{here}/rows?limit=3")["data"]
    return {"first": first, "csv": digest(client, f"{here}/rows.csv"), "content": digest(client, f"{here}/content")}


def waiting(job: View) -> View:
    """Show what the course of a waiting job does not change: a worker may have taken it already."""
    names = ("id", "dataset_id", "seed", "created_at", "origin", "priority", "tags", "metadata")
    quoted = {name: value for name, value in (job["estimate"] or {}).items() if name != "actual"}
    return {**{name: job[name] for name in names}, "quoted": quoted}


def spec(client: httpx.Client, job: View) -> View:
    """Read a job's spec; a warning may be added when a job goes on, and is shown by the job as well."""
    found = read(client, job["urls"]["spec"])
    return {name: value for name, value in found.items() if name != "warnings" or job["name"] not in WAITED}


def plan(client: httpx.Client, stored: View) -> View:
    """Let the body of a job be resolved anew."""
    answer = client.post("/v1/jobs?dry_run=true", json=stored["given"])
    assert answer.is_success, answer.text
    return {name: answer.json()[name] for name in ("resolved", "provenance", "summary")}


def history(client: httpx.Client, job: View) -> View:
    """Read what is kept of a job's course."""
    here = job["urls"]["self"]
    return {name: read(client, f"{here}/{name}") for name in ("metrics", "events", "attempts")}


def weights(client: httpx.Client, path: str) -> dict[str, str]:
    """Give the digest of each form in which weights can be downloaded."""
    return {format_: digest(client, f"{path}/weights?format={format_}") for format_ in FORMATS}


def predictions(client: httpx.Client, paths: dict[str, str], asked: dict[str, list[View]]) -> View:
    """Ask each model about its rows."""
    return {name: predict(client, path, asked[name]) for name, path in paths.items()}


def predict(client: httpx.Client, path: str, asked: list[View]) -> list[View]:
    """Ask about rows."""
    answer = client.post(f"{path}/predict", json={"rows": asked})
    assert answer.is_success, answer.text
    answers: list[View] = answer.json()["predictions"]
    return answers


def checkpoints(client: httpx.Client, job: View, asked: list[View]) -> list[View]:
    """Show a job's checkpoints with the digests of their files, and what each would answer as a model."""
    return [
        {
            **checkpoint,
            "content": digest(client, checkpoint["urls"]["content"]),
            "weights": weights(client, checkpoint["urls"]["self"]),
            "predictions": predict(client, checkpoint["urls"]["self"], asked),
        }
        for checkpoint in read(client, job["urls"]["checkpoints"])["data"]
    ]


def refusal(client: httpx.Client, request: View) -> View:
    """Send something that has to be refused; the id of the request is left out."""
    headers = {"Content-Type": request["type"]} if "type" in request else {}
    answer = client.request(request["method"], request["path"], content=request.get("body"), headers=headers)
    assert answer.status_code >= 400, (request, answer.text)
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def repeated(client: httpx.Client, request: View) -> View:
    """Send a request again under the key that it was sent with."""
    answer = client.post("/v1/jobs", json=request["body"], headers={"Idempotency-Key": request["key"]})
    return {"status": answer.status_code, "replayed": answer.headers.get("Idempotency-Replayed"), "body": answer.json()}


def status(client: httpx.Client, key: str) -> int:
    """Ask with another key; give the status of the answer."""
    return client.get("/v1/jobs", headers={"Authorization": f"Bearer {key}"}).status_code


def resume(client: httpx.Client, path: str) -> View:
    """Let a paused job go on; give the least epoch and step at which it was seen to train from then on."""
    assert client.post(f"{path}/resume").is_success
    # While its data is loaded, a heartbeat may still say step 0: what counts is where the training begins.
    seen = [job["progress"] for job in watch(client, path) if job["done"] or job["phase"] == "training"]
    return {name: min(progress[name] for progress in seen) for name in ("epoch", "step")}


def watch(client: httpx.Client, path: str) -> Iterator[View]:
    """Yield a job often, until it is done."""
    until = time.monotonic() + SERVED_SECONDS
    done = False
    while not done:
        assert time.monotonic() < until, f"{path} is not done after {SERVED_SECONDS} s"
        job = read(client, path)
        yield job
        done = job["done"]
        time.sleep(0.02)


def wait(client: httpx.Client, path: str) -> View:
    """Return a job when it is done."""
    return list(watch(client, path))[-1]


def end(client: httpx.Client, job: View) -> View:
    """Show how a job ended: nothing that depends on the clock or on who ran it."""
    happened = read(client, job["urls"]["events"])["data"]
    resumed = [event["data"] for event in happened if event["type"] == "job.resumed"]
    model = read(client, job["urls"]["model"])
    return {
        **{name: job[name] for name in ENDED},
        "progress": {name: job["progress"][name] for name in ("epoch", "step", "fraction")},
        "events": [event["type"] for event in happened],
        "resumed": [{name: data[name] for name in ("checkpoint_id", "step", "epoch")} for data in resumed],
        "history": read(client, job["urls"]["metrics"]),
        "model": {name: model[name] for name in ("task", "target", "features", "classes", "parameters", "metrics")},
    }


def repeats(client: httpx.Client, specs: View, models: View) -> View:
    """Train each finished model's resolved spec again; give the digests of what comes out, and forget it."""
    found = {}
    for name in models:
        answer = client.post("/v1/jobs", json=specs[name]["resolved"], headers={"Prefer": "wait=60"})
        assert answer.is_success, answer.text
        model = wait(client, answer.json()["urls"]["self"])["urls"]["model"]
        found[name] = weights(client, model)
    return found
