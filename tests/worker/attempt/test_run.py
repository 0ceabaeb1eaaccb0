"""A claimed job from its claim to its verdict, on SQLite and PostgreSQL."""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exports
from benchmarks.quality.training import trained
from datasets import Limits, Preprocessing, parse_csv
from neural import TrainingState
from store import Store
from store.database.tables import Blob, Job
from store.jobs import checkpoints, submit
from store.jobs.claims import take
from store.jobs.reconciler import give_back
from store.states import JobStatus
from tests.observing import PROMPTLY
from tests.worker import making
from tests.worker.conftest import eventually
from worker.attempt import training as learning
from worker.attempt.run import run
from worker.process.shared_memory import SharedMemory

SHORT = {"training": {"epochs": 5, "seed": 7}}
DIVERGING = {"epochs": 500, "seed": 1, "optimizer": "sgd", "learning_rate": 100, "early_stopping": None}
DIVERGING_LATE = {
    "epochs": 40,
    "seed": 1,
    "optimizer": "sgd",
    "learning_rate": 2.0,
    "schedule": "one_cycle",
    "early_stopping": None,
}
LONG = {"training": {"epochs": 1_000_000, "seed": 7, "early_stopping": None}}


@pytest.fixture
def prices(store: Store, tmp_path: Path) -> str:
    """A number to be learned, of a size that needs scaling."""
    sizes = np.random.Generator(np.random.PCG64(99)).uniform(-1, 1, 200)
    rows = "".join(f"{size},{50_000 + 10_000 * size}\n" for size in sizes)
    (tmp_path / "prices.csv").write_text("size,price\n" + rows)
    return making.upload(store, tmp_path, tmp_path / "prices.csv")


def train(store: Store, dataset_id: str, *, target: str = "species", **body: Any) -> str:
    """Order a job and run it here; give its id."""
    job_id = making.order(store, dataset_id, target=target, **body)
    run(store, making.claim(store), SharedMemory())
    return job_id


@contextmanager
def run_aside(store: Store, claim: making.Claim) -> Iterator[None]:
    """Run a claimed job on a thread while the test does something else."""
    shared = SharedMemory()
    thread = threading.Thread(target=run, args=(store, claim, shared), daemon=True)
    thread.start()
    try:
        yield
    finally:
        shared.ask_to_stop()
        thread.join(20)


def test_a_job_ends_with_a_model_its_history_and_its_facts(store: Store, iris: str) -> None:
    """The main promise: what was ordered is there when the job says so."""
    job_id = train(store, iris, **SHORT)

    job, model = making.find(store, job_id), making.model_of(store, job_id)
    assert (job.status, job.phase, job.stop_reason) == ("succeeded", "finished", "completed")
    assert job.error is None
    assert job.model_id == model.id
    assert (job.epoch, job.step) == (5, job.progress["steps"])
    assert job.latest["epoch"] == 5
    assert job.best["metric"] == "val_loss"
    assert [row.epoch for row in making.metrics_of(store, job_id)] == [1, 2, 3, 4, 5]
    assert set(making.metrics_of(store, job_id)[0].values) >= {"loss", "val_loss", "val_accuracy", "learning_rate"}
    assert [event.type for event in making.events_of(store, job_id)] == ["job.queued", "job.started", "job.succeeded"]
    assert model.task == "multiclass"
    assert model.metrics["val_loss"] == pytest.approx(job.latest["val_loss"], rel=1e-5)


def test_the_stored_weights_give_the_stored_scores(store: Store, iris: str) -> None:
    """A download must be the network that was measured, with the preprocessing it was measured with."""
    job_id = train(store, iris, training={"epochs": 60, "seed": 2})
    model = making.model_of(store, job_id)

    read = exports.read_safetensors(io.BytesIO(store.blobs.read(model.weights_digest)))

    assert model.metrics["val_accuracy"] >= 0.9
    assert dict(read.spec) == model.spec == making.find(store, job_id).resolved
    assert Preprocessing.from_json(read.preprocessing).feature_names == (
        "sepal_length", "sepal_width", "petal_length", "petal_width",
    )  # fmt: skip
    assert "dense_1.kernel" in read.arrays
    assert sum(array.size for array in read.arrays.values()) == model.parameters


def test_an_ensemble_is_one_model_as_the_quality_benchmark_trains_it(store: Store, iris: str) -> None:
    """What is measured without a service is what the service delivers: every member, to the last bit."""
    job_id = train(store, iris, network={}, training={"epochs": 3, "members": 3, "seed": 7})
    job, model = making.find(store, job_id), making.model_of(store, job_id)

    read = exports.read_safetensors(io.BytesIO(store.blobs.read(model.weights_digest)))
    measured, epochs = trained(job.resolved, parse_csv(making.IRIS, limits=Limits()))

    assert (epochs, job.step) == (3, job.progress["steps"])
    assert {name.partition("/")[0] for name in read.arrays} == {"member_1", "member_2", "member_3"}
    assert read.arrays.keys() == measured.arrays.keys()
    assert all((read.arrays[name] == array).all() for name, array in measured.arrays.items())
    assert {"member_3/loss", "member_3/val_loss"} <= making.metrics_of(store, job_id)[0].values.keys()
    assert model.metrics["val_loss"] == pytest.approx(job.best["value"], rel=1e-5)


def test_the_same_resolved_spec_gives_the_same_bytes(store: Store, iris: str, tmp_path: Path) -> None:
    """Results may not depend on the worker, the attempt, the cache, or how often progress was shown."""
    first = train(store, iris, **SHORT)
    resolved = making.find(store, first).resolved
    for path in (tmp_path / "cache").rglob("*.arrow"):
        path.unlink()
    store.progress._link._rests_until = time.monotonic() + 60  # no live progress this time

    second = making.order_unresolved(store, iris, resolved)
    run(store, making.claim(store, "wrk_other"), SharedMemory())

    assert making.model_of(store, second).weights_digest == making.model_of(store, first).weights_digest
    assert [row.values for row in making.metrics_of(store, second)] == [
        row.values for row in making.metrics_of(store, first)
    ]


def test_another_seed_gives_other_bytes(store: Store, iris: str) -> None:
    """Equal digests prove something only where different ones are possible."""
    first = train(store, iris, training={"epochs": 2, "seed": 1})
    second = train(store, iris, training={"epochs": 2, "seed": 2})

    assert making.model_of(store, first).weights_digest != making.model_of(store, second).weights_digest


def test_a_divergence_says_where_and_is_not_retried(store: Store, prices: str) -> None:
    """A learning rate that is far too high will be no better the second time."""
    job_id = train(store, prices, target="price", training=DIVERGING)

    job = making.find(store, job_id)
    assert (job.status, job.stop_reason) == ("failed", "diverged")
    assert job.error["code"] == "job.diverged"
    assert job.error["layer"].startswith("dense")
    assert job.model_id is None
    assert take(store.database, "wrk_b") is None


def test_a_divergence_keeps_the_last_finite_checkpoint(store: Store, prices: str) -> None:
    """Whoever wants to know what went wrong finds the state before it; what is not finite is never kept."""
    object.__setattr__(store.settings, "checkpoint_seconds", 1e-9)

    job_id = train(store, prices, target="price", training=DIVERGING_LATE)

    job = making.find(store, job_id)
    assert (job.status, job.stop_reason) == ("failed", "diverged")
    with store.database.reading() as session:
        kept = checkpoints.newest(session, job_id)
    state = TrainingState.from_arrays(exports.read_state(store.blobs.read(kept[0].digest)))
    assert 0 < kept[0].step <= job.error["step"]
    assert np.isfinite(state.parameters).all()


def test_the_time_limit_ends_in_a_model(store: Store, iris: str) -> None:
    """Whoever says "one second" wants what there is after a second."""
    job_id = train(store, iris, training=LONG["training"] | {"max_time_s": 1})

    job = making.find(store, job_id)
    assert (job.status, job.stop_reason) == ("succeeded", "max_time")
    assert 0.9 < (job.finished_at - job.started_at).total_seconds() < 1 + PROMPTLY
    assert making.model_of(store, job_id).metrics["val_loss"] > 0


def test_early_stopping_ends_in_the_best_weights(store: Store, iris: str) -> None:
    """The model is scored with the weights of its best epoch, not of its last."""
    rule = {"metric": "val_loss", "patience": 3}
    job_id = train(store, iris, training={"epochs": 5000, "learning_rate": 0.05, "early_stopping": rule, "seed": 3})

    job = making.find(store, job_id)
    assert (job.status, job.stop_reason) == ("succeeded", "early_stopped")
    assert making.model_of(store, job_id).metrics["val_loss"] == pytest.approx(job.best["value"], rel=1e-5)


def test_a_value_that_is_never_defined_is_told_and_the_last_weights_are_kept(store: Store, tmp_path: Path) -> None:
    """Held-out rows of one class have no ranking; the first epoch would be called the best of them all."""
    rows = "".join(f"{row % 10},{'yes' if row < 2 else 'no'}\n" for row in range(80))
    (tmp_path / "rare.csv").write_text("x,y\n" + rows)
    dataset = making.upload(store, tmp_path, tmp_path / "rare.csv")
    training = {"epochs": 4, "early_stopping": {"metric": "val_auc", "patience": 2}, "seed": 1}
    split = {"stratify": False, "validation_share": 0.1}

    job_id = train(store, dataset, target="y", training=training, split=split)

    job = making.find(store, job_id)
    assert (job.status, job.best["epoch"]) == ("succeeded", 4)
    (warning,) = (each for each in job.warnings if each["code"] == "job.metric_undefined")
    assert "val_auc" in warning["message"]


def test_a_gradient_check_leaves_its_certificate(store: Store, iris: str) -> None:
    """The proof belongs to the job, where its owner can read it."""
    job_id = train(store, iris, training={"epochs": 1, "gradient_check": True})

    (checked,) = [event for event in making.events_of(store, job_id) if event.type == "job.gradient_checked"]
    assert checked.data["max_relative_error"] <= checked.data["tolerance"] == 1e-6
    assert checked.data["directions"] > 0


def test_a_wrong_gradient_stops_the_job(store: Store, iris: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Training on a wrong derivative is what the check was asked to prevent."""
    original = learning.check_gradients

    def strict(*args: Any, **options: Any) -> Any:
        found = original(*args, **options)
        return type(found)(**{**vars(found), "tolerance": 0.0})

    monkeypatch.setattr(learning, "check_gradients", strict)
    job_id = train(store, iris, training={"epochs": 1, "gradient_check": True})

    job = making.find(store, job_id)
    assert job.status == "failed"
    assert job.error["code"] == "job.gradient_check_failed"
    assert job.error["certificate"]["max_relative_error"] > 0


def test_errors_of_a_regression_are_in_the_units_of_its_target(store: Store, prices: str) -> None:
    """An error of 0.1 in a scaled price tells nobody anything."""
    job_id = making.order(store, prices, target="price", training={"epochs": 1, "seed": 1})
    run(store, making.claim(store), SharedMemory())

    metrics = making.model_of(store, job_id).metrics
    assert 100 < metrics["val_rmse"] < 20_000
    assert metrics["val_loss"] < 5
    assert making.metrics_of(store, job_id)[0].values["val_rmse"] == pytest.approx(metrics["val_rmse"], rel=1e-4)


def test_a_cancellation_stops_the_loop_and_keeps_the_history(store: Store, iris: str) -> None:
    """The job stops within two seconds, keeps its curve and has no model."""
    job_id = making.order(store, iris, target="species", **LONG)
    claim = making.claim(store)
    with run_aside(store, claim):
        eventually(lambda: making.metrics_of(store, job_id))
        with store.database.transaction() as session:
            submit.request_cancel(session, session.get_one(Job, job_id))
        asked = time.monotonic()
        eventually(lambda: making.find(store, job_id).status == JobStatus.CANCELLED)
        took = time.monotonic() - asked

    job = making.find(store, job_id)
    assert took < PROMPTLY
    assert (job.stop_reason, job.model_id) == ("user", None)
    epochs = [row.epoch for row in making.metrics_of(store, job_id)]
    assert epochs == list(range(1, len(epochs) + 1))
    assert len(epochs) in {job.epoch, job.epoch - 1}  # the last one may have been under way


def test_a_cancellation_during_the_last_step_wins(store: Store, iris: str) -> None:
    """Once `cancel` was answered, the job never turns into a success."""
    job_id = making.order(store, iris, target="species", training={"epochs": 1})
    claim = making.claim(store)
    with store.database.transaction() as session:
        submit.request_cancel(session, session.get_one(Job, job_id))

    run(store, claim, SharedMemory())

    assert making.find(store, job_id).status == "cancelled"


def test_a_drained_job_goes_back_to_the_queue_and_ends_the_same(store: Store, iris: str) -> None:
    """A deployment may cost time, never a job and never a bit of it."""
    first = train(store, iris, **SHORT)
    job_id = making.order_unresolved(store, iris, making.find(store, first).resolved)
    leaving = SharedMemory()
    leaving.ask_to_stop()

    run(store, making.claim(store), leaving)
    waiting = making.find(store, job_id)
    run(store, making.claim(store), SharedMemory())

    assert (waiting.status, waiting.crashes) == ("queued", 0)
    assert making.find(store, job_id).status == "succeeded"
    assert making.model_of(store, job_id).weights_digest == making.model_of(store, first).weights_digest
    assert [attempt.outcome for attempt in making.attempts_of(store, job_id)] == ["released", "succeeded"]


def test_a_fenced_zombie_writes_nothing(store: Store, iris: str) -> None:
    """A worker that was taken for dead and wakes up must not overwrite the work of its successor."""
    job_id = making.order(store, iris, target="species", **SHORT)
    zombie = making.claim(store, "wrk_zombie")
    give_back(store.database, job_id, zombie.fence, 0)
    run(store, making.claim(store, "wrk_new"), SharedMemory())
    before = vars(making.find(store, job_id)).copy()

    run(store, zombie, SharedMemory())

    after = vars(making.find(store, job_id)).copy()
    del before["_sa_instance_state"], after["_sa_instance_state"]
    assert after == before
    assert len(making.metrics_of(store, job_id)) == 5


def test_lost_data_fails_and_is_named(store: Store, iris: str) -> None:
    """The owner learns what is gone, not that something went wrong."""
    job_id = making.order(store, iris, target="species", **SHORT)
    claim = making.claim(store)
    object.__setattr__(claim, "prepared_digest", "0" * 64)

    run(store, claim, SharedMemory())

    job = making.find(store, job_id)
    assert (job.status, job.error["code"]) == ("failed", "job.data_damaged")
    assert "0" * 64 in job.error["message"]


def test_a_fault_of_ours_fails_with_a_reference_not_with_a_traceback(store: Store, iris: str) -> None:
    """What nobody foresaw is told to the operator in full and to the owner in one sentence."""
    job_id = making.order(store, iris, target="species", **SHORT)
    claim = making.claim(store)
    object.__setattr__(claim, "columns", [{"0" * 64: 1}])

    run(store, claim, SharedMemory())

    job = making.find(store, job_id)
    assert job.status == "failed"
    assert job.error["code"] == "job.internal"
    assert job.error["reference"].startswith("ref_")
    assert "0" * 64 not in str(job.error)


def test_a_failed_job_leaves_no_blob(store: Store, prices: str) -> None:
    """Half a result is none."""
    with store.database.reading() as session:
        before = session.query(Blob).count()

    train(store, prices, target="price", training=DIVERGING)

    with store.database.reading() as session:
        assert session.query(Blob).count() == before


def test_who_waits_wakes_up_after_the_commit(store: Store, iris: str) -> None:
    """A long poll that slept a second longer than the job would look like a slow service."""
    job_id = train(store, iris, **SHORT)

    last = store.progress.latest(job_id)

    assert last is not None
    assert (last["status"], last["done"], last["phase"]) == ("succeeded", True, "finished")
    assert last["progress"]["fraction"] == 1.0
