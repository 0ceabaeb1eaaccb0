"""The protections that the promises rest on: each, taken out, must make a test fail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Protection:
    """A line that protects, what is put in its place, and the tests that notice."""

    name: str
    file: str
    line: str
    without: str
    tests: tuple[str, ...]


RESUMING = "tests/worker/test_resuming.py"
PROTECTIONS = (
    Protection(
        "fence in every write of an attempt",
        "store/claims.py",
        'Job.fence == bindparam("own_fence")',
        'bindparam("own_fence") >= 0',
        ("tests/store/test_claims.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "BEGIN IMMEDIATE on SQLite",
        "store/database.py",
        'connection(execution_options={"begin_immediate": True})',
        "connection()",
        ("tests/store/test_database.py",),
    ),
    Protection(
        "digest of every blob that is read",
        "store/blobs.py",
        'if check.hexdigest() != digest:\n            raise BlobCorrupt(f"The stored bytes',
        'if False:\n            raise BlobCorrupt(f"The stored bytes',
        ("tests/store/test_checkpoints.py", RESUMING),
    ),
    Protection(
        "state of every generator in the checkpoint",
        "neural/session.py",
        "self.streams.restore_in_place(state.generators)",
        "pass",
        (RESUMING,),
    ),
    Protection(
        "optimizer's memory in the checkpoint",
        "neural/session.py",
        "np.copyto(slot, state.slots[name])",
        "pass",
        (RESUMING,),
    ),
    Protection(
        "sums of the running epoch in the checkpoint",
        "neural/session.py",
        "self._loss_sum = state.loss_sum",
        "pass",
        (RESUMING,),
    ),
    Protection(
        "metric rows in the checkpoint's transaction",
        "store/checkpoints.py",
        "write_metrics(session, claim, list(metrics))",
        "pass",
        ("tests/store/test_checkpoints.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "rows after the checkpoint are measured anew",
        "store/checkpoints.py",
        "Metric.job_id == claim.job_id, Metric.epoch > epoch",
        "Metric.job_id == claim.job_id, Metric.epoch < 0",
        ("tests/store/test_checkpoints.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "two generations of checkpoints",
        "store/retention.py",
        "GENERATIONS = 2",
        "GENERATIONS = 1",
        (RESUMING,),
    ),
    Protection(
        "a damaged checkpoint's bytes are forgotten",
        "store/checkpoints.py",
        "forget(session, [session.get_one(Checkpoint, found.id)])",
        "session.delete(session.get_one(Checkpoint, found.id))",
        ("tests/store/test_checkpoints.py",),
    ),
    Protection(
        "a job that spoke meanwhile is left alone",
        "store/reconciler.py",
        "Job.fence == fence, Job.heartbeat == beat,",
        "Job.fence == fence,",
        ("tests/store/test_reconciler.py",),
    ),
    Protection(
        "three crashes without progress are enough",
        "store/reconciler.py",
        "if job.crashes >= MOST_CRASHES and",
        "if job.crashes >= 1000 and",
        ("tests/store/test_reconciler.py",),
    ),
    Protection(
        "missing tokens are made up for",
        "store/reconciler.py",
        "missing = min(waiting_count(database), most) - length",
        "missing = 0",
        ("tests/store/test_reconciler.py",),
    ),
    Protection(
        "an answered cancellation never turns into a success",
        "store/verdicts.py",
        "if job.cancel_requested:  # a cancellation",
        "if False:  # a cancellation",
        ("tests/store/test_verdicts.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "what is no message is dropped",
        "worker/broker.py",
        "except UNREADABLE as error:",
        "except ZeroDivisionError as error:",
        ("tests/worker/test_processes.py::test_garbage_in_the_queue_ends_no_worker",),
    ),
    Protection(
        "memory limit of a job",
        "worker/looking.py",
        "with limited(store.settings.max_job_memory_bytes):",
        "if True:",
        ("tests/worker/test_deaths.py",),
    ),
)
