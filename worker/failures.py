"""What a failed job tells its owner: a stable code and a sentence, never a traceback."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import structlog

from datasets.errors import DatasetError
from neural.errors import Diverged, NeuralError
from store.errors import NotFound, StorageFull
from worker.errors import GradientCheckFailed

log = structlog.get_logger(__name__)

Told = dict[str, Any]


def explain(error: Exception) -> Told:
    """Describe why a job failed; what nobody foresaw is logged under a reference that the job shows."""
    for kind, tell in CAUSES.items():
        if isinstance(error, kind):
            return tell(error)
    return _internal(error)


def _diverged(error: Diverged) -> Told:
    return {
        "code": "job.diverged",
        "message": f"Training left the numbers in epoch {error.epoch}, step {error.step}, at layer `{error.layer}`.",
        "epoch": error.epoch,
        "step": error.step,
        "layer": error.layer,
        "best_epoch": error.best_epoch or None,
        "hint": "Lower `training.learning_rate`, set `training.clip_norm`, or scale the inputs.",
    }


def _bad_data(error: DatasetError) -> Told:
    return error.to_json()


def _wrong_gradient(error: GradientCheckFailed) -> Told:
    return {"code": "job.gradient_check_failed", "message": str(error), "certificate": asdict(error.certificate)}


def _untrainable(error: NeuralError) -> Told:
    return {"code": "job.untrainable", "message": f"The network cannot be trained on this data: {error}."}


def _out_of_memory(_error: MemoryError) -> Told:
    return {
        "code": "job.out_of_memory",
        "message": "The worker has not enough memory for this job.",
        "hint": "Make the network or `training.batch_size` smaller, or train on fewer rows.",
    }


def _source_missing(error: NotFound) -> Told:
    return {
        "code": "job.source_missing",
        "message": f"{error} It was deleted after the job was submitted.",
        "hint": "Submit the job again with one that there is.",
    }


def _storage_full(_error: StorageFull) -> Told:
    return {
        "code": "job.storage_full",
        "message": "There is no room left to keep the trained model.",
        "hint": "Delete models or datasets that are not needed, or ask the operator for room.",
    }


def _internal(error: Exception) -> Told:
    reference = f"ref_{secrets.token_hex(6)}"
    log.error("job failed unexpectedly", reference=reference, exc_info=error)
    return {
        "code": "job.internal",
        "message": f"Something went wrong inside the service; its log tells more under `{reference}`.",
        "reference": reference,
    }


# The first that fits counts: what is more special stands before what is more general.
CAUSES: dict[type[Exception], Callable[[Any], Told]] = {
    Diverged: _diverged,
    NeuralError: _untrainable,
    DatasetError: _bad_data,
    GradientCheckFailed: _wrong_gradient,
    StorageFull: _storage_full,
    NotFound: _source_missing,
    MemoryError: _out_of_memory,
}
