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


RESUMING = "tests/worker/attempt/test_resume.py"
PROTECTIONS = (
    Protection(
        "fence in every write of an attempt",
        "store/jobs/claims.py",
        'Job.fence == bindparam("own_fence")',
        'bindparam("own_fence") >= 0',
        ("tests/store/jobs/test_claims.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "BEGIN IMMEDIATE on SQLite",
        "store/database/database.py",
        'connection(execution_options={"begin_immediate": True})',
        "connection()",
        ("tests/store/database/test_database.py",),
    ),
    Protection(
        "digest of every blob that is read",
        "store/blobs/blobs.py",
        'if check.hexdigest() != digest:\n            raise BlobCorrupt(f"The stored bytes',
        'if False:\n            raise BlobCorrupt(f"The stored bytes',
        ("tests/store/jobs/test_checkpoints.py", RESUMING),
    ),
    Protection(
        "state of every generator in the checkpoint",
        "neural/training/position.py",
        'self.streams.restore_in_place(state.scalars["generators"])',
        "pass",
        (RESUMING,),
    ),
    Protection(
        "optimizer's memory in the checkpoint",
        "neural/training/update/optimization.py",
        " | prefixed(SLOT, self.optimizer.slots)",
        "",
        (RESUMING,),
    ),
    Protection(
        "sums of the running epoch in the checkpoint",
        "neural/training/epoch_metrics.py",
        "restore_scalars(self, state)",
        "pass",
        (RESUMING,),
    ),
    Protection(
        "metric rows in the checkpoint's transaction",
        "store/jobs/checkpoints.py",
        "write_metrics(session, claim, list(metrics))",
        "pass",
        ("tests/store/jobs/test_checkpoints.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "rows after the checkpoint are measured anew",
        "store/jobs/checkpoints.py",
        "Metric.job_id == claim.job_id, Metric.epoch > epoch",
        "Metric.job_id == claim.job_id, Metric.epoch < 0",
        ("tests/store/jobs/test_checkpoints.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "two generations of checkpoints",
        "store/jobs/checkpoint_retention.py",
        "GENERATIONS = 2",
        "GENERATIONS = 1",
        (RESUMING,),
    ),
    Protection(
        "a damaged checkpoint's bytes are forgotten",
        "store/jobs/checkpoints.py",
        "forget(session, [session.get_one(Checkpoint, found.id)])",
        "session.delete(session.get_one(Checkpoint, found.id))",
        ("tests/store/jobs/test_checkpoints.py",),
    ),
    Protection(
        "a job that spoke meanwhile is left alone",
        "store/jobs/reconciler.py",
        "Job.fence == fence, Job.heartbeat == beat,",
        "Job.fence == fence,",
        ("tests/store/jobs/test_reconciler.py",),
    ),
    Protection(
        "three crashes without progress are enough",
        "store/jobs/reconciler.py",
        "if job.crashes >= MOST_CRASHES and",
        "if job.crashes >= 1000 and",
        ("tests/store/jobs/test_reconciler.py",),
    ),
    Protection(
        "missing tokens are made up for",
        "store/jobs/reconciler.py",
        "range(max(0, min(waiting, most) - length))",
        "range(0)",
        ("tests/store/jobs/test_reconciler.py",),
    ),
    Protection(
        "an answered cancellation never turns into a success",
        "store/jobs/outcomes.py",
        "if job.cancel_requested:  # a cancellation",
        "if False:  # a cancellation",
        ("tests/store/jobs/test_outcomes.py", "tests/faults/test_simulation.py"),
    ),
    Protection(
        "what is no message is dropped",
        "worker/celery_transport.py",
        "except UNREADABLE as error:",
        "except ZeroDivisionError as error:",
        ("tests/worker/test_processes.py::test_garbage_in_the_queue_ends_no_worker",),
    ),
    Protection(
        "memory limit of a job",
        "worker/work_queue.py",
        "with limited(store.settings.max_job_memory_bytes):",
        "if True:",
        ("tests/worker/process/test_exit_causes.py",),
    ),
)
