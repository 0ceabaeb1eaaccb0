"""Deciding about jobs while real workers train them: paused and resumed, continued, followed."""

from itertools import pairwise

import pytest

from chainrule import Client
from chainrule.errors import Conflict
from tests.observing import eventually

LONG = {"epochs": 100_000, "early_stopping": None, "seed": 7}


def test_a_paused_job_frees_its_worker_and_goes_on(client: Client, iris: str) -> None:
    """There is one worker: another job gets through while the first is paused; then the first goes on from its step."""
    long = client.jobs.create(dataset_id=iris, target="species", training=LONG)
    eventually(lambda: long.refresh().raw["progress"]["epoch"] > 20)

    long.pause()
    eventually(lambda: long.refresh().status == "paused")
    step = long.refresh().raw["progress"]["step"]
    client.jobs.create(dataset_id=iris, target="species", training={"epochs": 3}).wait(timeout=240)
    long.resume()
    eventually(lambda: long.refresh().raw["progress"]["step"] > step)
    types = [event.type for event in client.jobs.events(long.id)]
    long.cancel()

    assert step > 0
    assert types[:4] == ["job.queued", "job.started", "job.pausing", "job.paused"]
    assert "job.resumed" in types
    eventually(lambda: long.refresh().done)


def test_a_finished_job_is_trained_on(client: Client, iris: str) -> None:
    """The new job goes on behind the last epoch, with the history before it, and has a model of its own."""
    first = client.jobs.create(
        dataset_id=iris, target="species", training={"epochs": 5, "early_stopping": None, "seed": 7}
    ).wait(timeout=240)

    more = first.train_on(7).wait(timeout=240)

    assert client.jobs.metrics(more.id)["epoch"] == list(range(1, 13))
    assert client.jobs.metrics(first.id)["epoch"] == list(range(1, 6))
    assert more.raw["progress"]["epoch"] == 12
    assert more.model_id != first.model_id


def test_a_job_is_followed_to_its_end(client: Client, iris: str) -> None:
    """Numbered events without a gap, live progress that never goes back, and the end."""
    job = client.jobs.create(dataset_id=iris, target="species", training={"epochs": 300, "early_stopping": None})

    followed = list(job.follow())

    seqs = [event.seq for event in followed if event.seq is not None]
    steps = [event.data["progress"]["step"] for event in followed if event.type == "progress" and event.data]
    assert seqs == list(range(1, len(seqs) + 1))
    assert all(before <= after for before, after in pairwise(steps))
    assert followed[-1].type == "job.succeeded"
    with pytest.raises(Conflict, match=r"job\.already_finished"):
        job.pause()
