"""Looking at the table: claim what waits and run it, until nothing does."""

import structlog

from store import Store
from store.claims import take
from worker.deaths import oom_kills
from worker.memory import forget_peak, limited
from worker.runner import run
from worker.slot import Slot

log = structlog.get_logger(__name__)


def look(store: Store, worker_id: str, slot: Slot) -> int:
    """Run waiting jobs one after the other; tell how many.

    A token starts this, but does not say how often: while Redis is away no token comes, and what waits is still run.
    Tokens that find nothing left cost a query each.
    """
    count = 0
    while not slot.is_stopping and (claim := take(store.database, worker_id)) is not None:
        slot.hold(claim.job_id, claim.fence, oom_kills=oom_kills())
        forget_peak()
        with limited(store.settings.max_job_memory_bytes):
            run(store, claim, slot)
        slot.let_go()
        count += 1
    return count
