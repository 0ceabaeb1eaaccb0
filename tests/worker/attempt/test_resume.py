"""A job that goes on from a checkpoint ends with the bytes of one that was never disturbed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from store import Store
from store.database.tables import BlobChunk, Checkpoint, Job
from store.jobs import checkpoints
from store.jobs.reconciler import give_back
from tests.worker import making
from worker.attempt.reporting.reporter import Reporter
from worker.attempt.run import run
from worker.process import environment
from worker.process.shared_memory import SharedMemory

STEPS = 12 * 4  # epochs × batches
TRAINING = {
    "epochs": 12,
    "seed": 7,
    "batch_size": 32,
    "optimizer": {"name": "adam", "learning_rate": 0.01},
    "early_stopping": {"metric": "val_loss", "patience": 50},
}
BODY = {"training": TRAINING, "network": {"hidden": [8], "dropout": 0.2}, "tracking": {"metrics": ["accuracy", "f1"]}}


@pytest.fixture
def undisturbed(store: Store, iris: str) -> str:
    """A job that ran from its start to its end."""
    job_id = making.order(store, iris, target="species", **BODY)
    run(store, making.claim(store), SharedMemory())
    return job_id


@pytest.fixture
def twin(store: Store, iris: str, undisturbed: str) -> str:
    """The same job once more, waiting."""
    return making.order_unresolved(store, iris, making.find(store, undisturbed).resolved)


def run_until(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: int, then: Callable[[SharedMemory, making.Claim], None]
) -> None:
    """Run the waiting job, and do something as soon as it has done a step."""
    shared, claim, before = SharedMemory(), making.claim(store), Reporter.observe

    def observe(self: Reporter, report: Any) -> None:
        before(self, report)
        if report.step >= step and not shared.is_stopping:
            then(shared, claim)

    with monkeypatch.context() as patched:
        patched.setattr(Reporter, "observe", observe)
        run(store, claim, shared)


def drain(shared: SharedMemory, _claim: making.Claim) -> None:
    """Ask the worker to leave."""
    shared.ask_to_stop()


def generations(store: Store, job_id: str) -> list[Checkpoint]:
    """Read the checkpoints of a job, the newest first."""
    with store.database.reading() as session:
        return checkpoints.newest(session, job_id)


def traces(store: Store, job_id: str) -> dict[str, Any]:
    """Everything that must be equal: weights, the whole last state with optimizer and generators, the history."""
    return {
        "weights": making.model_of(store, job_id).weights_digest,
        "state": generations(store, job_id)[0].digest,
        "metrics": [(row.epoch, row.step, row.values) for row in making.metrics_of(store, job_id)],
        "best": making.find(store, job_id).best,
    }


def events_named(store: Store, job_id: str, kind: str) -> list[Any]:
    """Read what was told under one name."""
    return [event for event in making.events_of(store, job_id) if event.type == kind]


def test_a_drained_job_goes_on_bit_for_bit(
    store: Store, undisturbed: str, twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped again and again, at boundaries and within epochs: the same weights, state and history."""
    for step in (1, 6, 7, 20, 33, 47):
        run_until(store, monkeypatch, step, drain)
    run(store, making.claim(store), SharedMemory())

    assert traces(store, twin) == traces(store, undisturbed)
    resumed = [event.data["step"] for event in events_named(store, twin, "job.resumed")]
    assert len(resumed) == 6
    assert resumed == sorted(resumed)
    assert resumed[-1] > STEPS // 2
    assert making.find(store, twin).crashes == 0


def test_a_lost_job_goes_on_from_its_last_checkpoint(
    store: Store, undisturbed: str, twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was measured after the checkpoint is measured again, once."""
    object.__setattr__(store.settings, "checkpoint_seconds", 1e-6)
    run_until(
        store,
        monkeypatch,
        30,
        lambda _, claim: give_back(store.database, claim.job_id, claim.fence, beat(store, claim)),
    )

    run(store, making.claim(store, "wrk_b"), SharedMemory())

    assert traces(store, twin) == traces(store, undisturbed)
    assert len(events_named(store, twin, "job.resumed")) == 1


def beat(store: Store, claim: making.Claim) -> int:
    """Read a job's heartbeat counter."""
    return making.find(store, claim.job_id).heartbeat


def damage(store: Store, checkpoint: Checkpoint) -> None:
    """Flip the stored bytes."""
    with store.database.transaction() as session:
        session.execute(update(BlobChunk).where(BlobChunk.digest == checkpoint.digest).values(data=b"torn"))


@pytest.mark.parametrize("damaged", [1, 2])
def test_a_damaged_checkpoint_falls_back(
    store: Store, undisturbed: str, twin: str, monkeypatch: pytest.MonkeyPatch, damaged: int
) -> None:
    """To the one before, or to the start: never to other numbers, and never in silence."""
    run_until(store, monkeypatch, 10, drain)
    run_until(store, monkeypatch, 30, drain)
    before = generations(store, twin)
    for checkpoint in before[:damaged]:
        damage(store, checkpoint)

    run(store, making.claim(store), SharedMemory())

    assert len(before) == 2
    assert len(events_named(store, twin, "checkpoint.damaged")) == damaged
    assert traces(store, twin) == traces(store, undisturbed)


def test_another_environment_is_told(
    store: Store, undisturbed: str, twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other processors give other last bits; whoever compares digests must know."""
    run_until(store, monkeypatch, 10, drain)
    with store.database.transaction() as session:
        (checkpoint,) = checkpoints.newest(session, twin)
        checkpoint.environment = {**environment.fingerprint(), "blas_core": "Prescott"}

    run(store, making.claim(store), SharedMemory())

    (warning,) = making.find(store, twin).warnings
    assert warning["code"] == "job.environment_changed"
    assert "blas_core" in warning["message"]
    assert making.attempts_of(store, twin)[1].environment == environment.fingerprint()
    assert making.model_of(store, twin).environment == environment.fingerprint()


def test_a_paused_job_waits_and_goes_on(
    store: Store, undisturbed: str, twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is free for others; the row says how far the job is."""

    def pause(shared: SharedMemory, claim: making.Claim) -> None:
        with store.database.transaction() as session:
            session.get_one(Job, claim.job_id).pause_requested = True
        reporters[0]._listen()

    reporters: list[Reporter] = []
    enter = Reporter.__enter__
    monkeypatch.setattr(Reporter, "__enter__", lambda self: reporters.append(self) or enter(self))
    run_until(store, monkeypatch, 20, pause)
    paused = making.find(store, twin)
    with store.database.transaction() as session:
        session.get_one(Job, twin).status = "queued"
    run(store, making.claim(store), SharedMemory())

    assert (paused.status, paused.phase, paused.worker_id, paused.pause_requested) == ("paused", "waiting", None, False)
    assert paused.step >= 20
    assert len(events_named(store, twin, "job.paused")) == 1
    assert traces(store, twin) == traces(store, undisturbed)


def test_a_job_that_was_lost_after_its_last_epoch_is_only_finished(store: Store, undisturbed: str, twin: str) -> None:
    """The death between the last checkpoint and the verdict costs no further epoch."""
    (final,) = generations(store, undisturbed)
    with store.database.transaction() as session:
        claim_like = {"project_id": final.project_id, "fence": 1, "seq": 1, "kind": final.kind}
        same = {
            name: getattr(final, name) for name in ("step", "epoch", "digest", "size_bytes", "facts", "environment")
        }
        session.add(Checkpoint(id="ckpt_x", job_id=twin, **claim_like, **same))

    run(store, making.claim(store), SharedMemory())

    assert making.model_of(store, twin).weights_digest == making.model_of(store, undisturbed).weights_digest
    assert making.find(store, twin).step == STEPS


def test_a_finished_job_is_continued_for_more_epochs(store: Store, iris: str) -> None:
    """Five epochs and seven more are twelve."""
    whole = making.order(store, iris, target="species", **BODY)
    run(store, making.claim(store), SharedMemory())
    resolved = making.find(store, whole).resolved
    short = {**resolved, "training": {**resolved["training"], "epochs": 5}}
    first = making.order_unresolved(store, iris, short)
    run(store, making.claim(store), SharedMemory())
    more = making.order_unresolved(store, iris, resolved)
    (final,) = generations(store, first)
    with store.database.transaction() as session:
        same = {
            name: getattr(final, name)
            for name in ("project_id", "step", "epoch", "digest", "size_bytes", "kind", "facts", "environment")
        }
        session.add(Checkpoint(id="ckpt_y", job_id=more, fence=0, seq=1, **same))

    run(store, making.claim(store), SharedMemory())

    assert making.model_of(store, more).weights_digest == making.model_of(store, whole).weights_digest
    assert [row.epoch for row in making.metrics_of(store, more)] == list(range(6, 13))
