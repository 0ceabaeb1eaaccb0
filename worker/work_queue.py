"""The waiting jobs: claimed and run one after the other, until none is left."""

import structlog

from store import Store
from store.jobs.claims import take
from worker.attempt.run import run
from worker.process.exit_causes import oom_kills
from worker.process.memory_limit import forget_peak, limited
from worker.process.shared_memory import SharedMemory

log = structlog.get_logger(__name__)


def run_waiting_jobs(store: Store, worker_id: str, shared: SharedMemory) -> int:
    """Run waiting jobs one after the other; tell how many.

    A token starts this, but does not say how often: while Redis is away no token comes, and what waits is still run.
    Tokens that find nothing left cost a query each.
    """
    count = 0
    while not shared.is_stopping and (claim := take(store.database, worker_id)) is not None:
        shared.hold(claim.job_id, claim.fence, oom_kills=oom_kills())
        forget_peak()
        with limited(store.settings.max_job_memory_bytes):
            run(store, claim, shared)
        shared.let_go()
        count += 1
    return count
