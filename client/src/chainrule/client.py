"""The client: datasets, jobs and models of one service."""

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from chainrule.datasets import Datasets
from chainrule.details import Attempt, Checkpoint, Event
from chainrule.errors import JobFailed, WaitedTooLong
from chainrule.following import follow
from chainrule.models import Model, Models
from chainrule.transport import Transport, pages, stretches

POLL_SECONDS = 20
History = dict[str, list[float | None]]
Events = list[Event]  # a class with a method `list` cannot name the type any more
Attempts = list[Attempt]
Checkpoints = list[Checkpoint]


@dataclass(frozen=True)
class Job:
    """A request to train, as it stood when it was read."""

    id: str
    status: str
    done: bool
    model_id: str | None
    raw: Mapping[str, Any] = field(repr=False)
    _jobs: "Jobs" = field(repr=False, compare=False)

    @property
    def model(self) -> "Model":
        """What it learned; raise `JobFailed` while or because there is nothing."""
        if self.model_id is None:
            raise JobFailed(self.id, self.status, self.raw.get("error"))
        return Models(self._jobs.transport).get(self.model_id)

    def refresh(self, *, wait: float = 0) -> "Job":
        """Read it anew, in place; with `wait`, as soon as it is done or after so many seconds."""
        found = self._jobs.get(self.id, wait=wait)
        for each in ("status", "done", "model_id", "raw"):
            object.__setattr__(self, each, getattr(found, each))
        return self

    def watch(self, *, timeout: float | None = None, every: float = 0.2) -> "Iterator[Job]":
        """Yield it whenever it was read, until it is done."""
        until = None if timeout is None else time.monotonic() + timeout
        job = self
        while not job.done:
            if until is not None and time.monotonic() > until:
                raise WaitedTooLong(f"Job {self.id} is {job.status} after {timeout} s; it goes on.")
            time.sleep(every)
            job = self._jobs.get(self.id)
            yield job

    def wait(self, *, timeout: float | None = None) -> "Job":
        """Return it finished; raise `JobFailed` when it has no model, `WaitedTooLong` when it goes on."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self.done:
            left = POLL_SECONDS if until is None else until - time.monotonic()
            if left <= 0:
                raise WaitedTooLong(f"Job {self.id} is {self.status} after {timeout} s; it goes on.")
            self.refresh(wait=min(left, POLL_SECONDS))
        if self.status != "succeeded":
            raise JobFailed(self.id, self.status, self.raw.get("error"))
        return self

    def delete(self) -> None:
        """Forget a finished one, with its history; its model stays."""
        self._jobs.delete(self.id)

    def cancel(self) -> "Job":
        """Ask it to stop."""
        return self._jobs.cancel(self.id)

    def pause(self) -> "Job":
        """Let it wait until it is resumed; a running one keeps its state first."""
        return self._jobs.pause(self.id)

    def resume(self) -> "Job":
        """Let it go on."""
        return self._jobs.resume(self.id)

    def retry(self) -> "Job":
        """Queue a failed or cancelled one again: a new job, from the last checkpoint."""
        return self._jobs.retry(self.id)

    def train_on(self, epochs: int) -> "Job":
        """Train a finished one for more epochs: a new job, from the last state."""
        return self._jobs.train_on(self.id, epochs)

    def follow(self) -> Iterator[Event]:
        """Yield what happens to it as it happens, until it is done."""
        return self._jobs.follow(self.id)

    def checkpoints(self) -> list[Checkpoint]:
        """List what is kept of its training, newest first."""
        return self._jobs.checkpoints(self.id)

    def predictions(self, part: str = "validation") -> Iterator[dict[str, Any]]:
        """Yield its held-out rows with `row`, `truth` and `prediction`; `"test"` where the split has such a part."""
        return self._jobs.predictions(self.id, part)

    def split(self, part: str = "validation") -> Iterator[int]:
        """Yield which rows were where, by their numbers from 0: `"training"`, `"validation"` or `"test"`."""
        return self._jobs.split(self.id, part)


@dataclass(frozen=True)
class Jobs:
    """What was asked to be trained."""

    transport: Transport

    def create(self, *, idempotency_key: str | None = None, **body: Any) -> Job:
        """Queue a job: `dataset_id=…, target=…` is enough.

        A lost answer makes no second job. With a key of your own that holds for 24 h, also in another process.
        """
        return self._job(self.transport.make("/v1/jobs", key=idempotency_key, json=body))

    def plan(self, **body: Any) -> dict[str, Any]:
        """Say what a job would do, with a reason for each value, and start nothing."""
        planned: dict[str, Any] = self.transport.json("POST", "/v1/jobs", params={"dry_run": "true"}, json=body)
        return planned

    def get(self, id_: str, *, wait: float = 0) -> Job:
        """Read one; with `wait`, as soon as it is done or after so many seconds."""
        params = {"wait": f"{wait:g}"} if wait else {}
        return self._job(self.transport.json("GET", f"/v1/jobs/{id_}", params=params, timeout=wait + 30))

    def list(self, **filters: str) -> Iterator[Job]:
        """Yield all, newest first."""
        return map(self._job, pages(self.transport, "/v1/jobs", **filters))

    def delete(self, id_: str) -> None:
        """Forget a finished one; its model stays."""
        self.transport.ask("DELETE", f"/v1/jobs/{id_}")

    def cancel(self, id_: str) -> Job:
        """Ask one to stop."""
        return self._job(self.transport.json("POST", f"/v1/jobs/{id_}/cancel"))

    def pause(self, id_: str) -> Job:
        """Let one wait until it is resumed; a running one keeps its state first."""
        return self._job(self.transport.json("POST", f"/v1/jobs/{id_}/pause"))

    def resume(self, id_: str) -> Job:
        """Let a paused one go on."""
        return self._job(self.transport.json("POST", f"/v1/jobs/{id_}/resume"))

    def retry(self, id_: str) -> Job:
        """Queue a failed or cancelled one again: a new job, from the last checkpoint."""
        return self._job(self.transport.make(f"/v1/jobs/{id_}/retry"))

    def train_on(self, id_: str, epochs: int) -> Job:
        """Train a finished one for more epochs: a new job, from the last state."""
        return self._job(self.transport.make(f"/v1/jobs/{id_}/continue", json={"epochs": epochs}))

    def events(self, id_: str, *, after: int = 0) -> Events:
        """List what happened after an event, oldest first."""
        raw = self.transport.json("GET", f"/v1/jobs/{id_}/events", params={"after": str(after)})
        return [Event.of(each) for each in raw["data"]]

    def follow(self, id_: str, *, after: int = 0) -> Iterator[Event]:
        """Yield what happens as it happens, until the job is done."""
        return follow(self.transport, id_, after=after)

    def attempts(self, id_: str) -> Attempts:
        """List the tries, oldest first, each with its outcome and cause."""
        raw = self.transport.json("GET", f"/v1/jobs/{id_}/attempts")
        return [Attempt.of(each) for each in raw["data"]]

    def checkpoints(self, id_: str) -> Checkpoints:
        """List what is kept of the training, newest first; also while it runs."""
        raw = self.transport.json("GET", f"/v1/jobs/{id_}/checkpoints")
        return [Checkpoint.of(each, self.transport) for each in raw["data"]]

    def metrics(self, id_: str) -> History:
        """Read its metric history, a list for each name."""
        history: History = self.transport.json("GET", f"/v1/jobs/{id_}/metrics")
        return history

    def spec(self, id_: str) -> dict[str, Any]:
        """Read what was given, what it was resolved to, and why."""
        spec: dict[str, Any] = self.transport.json("GET", f"/v1/jobs/{id_}/spec")
        return spec

    def predictions(self, id_: str, part: str = "validation") -> Iterator[dict[str, Any]]:
        """Yield held-out rows with `row`, `truth` and `prediction`."""
        return map(dict, stretches(self.transport, f"/v1/jobs/{id_}/predictions", part=part, limit="1000"))

    def split(self, id_: str, part: str = "validation") -> Iterator[int]:
        """Yield the numbers of the rows of a part."""
        return stretches(self.transport, f"/v1/jobs/{id_}/split", part=part, limit="10000")

    def _job(self, raw: Mapping[str, Any]) -> Job:
        return Job(raw["id"], raw["status"], raw["done"], raw["model_id"], raw, self)


class Client:
    """Speaks to one service; CHAINRULE_URL and CHAINRULE_API_KEY are used where nothing is given."""

    def __init__(self, base_url: str | None = None, *, api_key: str | None = None, timeout: float = 60) -> None:
        url = base_url or os.environ.get("CHAINRULE_URL") or "http://127.0.0.1:8000"
        self.transport = Transport(url, os.environ.get("CHAINRULE_API_KEY") if api_key is None else api_key, timeout)
        self.datasets = Datasets(self.transport)
        self.jobs = Jobs(self.transport)
        self.models = Models(self.transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()
