"""Resuming: the newest checkpoint that is whole, and what its attempt starts with."""

from dataclasses import dataclass
from typing import Any

import structlog

import exports
from exports.errors import UnreadableModel
from neural import TrainingState
from store import Store
from store.database.tables import Checkpoint
from store.errors import BlobCorrupt, BlobMissing
from store.jobs import checkpoints
from store.jobs.claims import Claim
from store.jobs.successors import OPENED_AGAIN
from worker.process.environment import changed, fingerprint

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Where an attempt begins; without a state at the start."""

    state: TrainingState | None = None
    best: dict[str, Any] | None = None
    latest: dict[str, Any] | None = None
    elapsed_s: float = 0.0


def begin(store: Store, claim: Claim) -> Beginning:
    """Find where to go on, bring the row and the history there, and say so; raises `Fenced`."""
    here = fingerprint()
    with store.database.reading() as session:
        generations = checkpoints.newest(session, claim.job_id)
    for found in generations:
        state = read(store, claim, found)
        if state is not None:
            differs = changed(found.environment, here)
            checkpoints.rewind(store.database, claim, found, environment=here, changed=differs)
            log.info("goes on", step=found.step, environment_changed=differs)
            return Beginning(state=state, **found.facts)
    checkpoints.rewind(store.database, claim, None, environment=here, changed=())
    return Beginning()


def read(store: Store, claim: Claim, found: Checkpoint) -> TrainingState | None:
    """Read a checkpoint; None for a damaged one, of which the job's events tell."""
    try:
        state = TrainingState.from_arrays(exports.read_state(store.blobs.read(found.digest)))
    except (BlobCorrupt, BlobMissing, UnreadableModel, KeyError, TypeError, ValueError) as error:
        log.warning("checkpoint damaged", step=found.step, reason=str(error))
        checkpoints.report_damage(store.database, claim, found, type(error).__name__)
        return None
    return reopened(state) if found.fence == OPENED_AGAIN else state


def reopened(state: TrainingState) -> TrainingState:
    """Let a training that was finished go on: its new plan decides when it ends."""
    return state.with_scalars(stop_reason=None, epochs_without_improvement=0)
