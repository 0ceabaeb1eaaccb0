"""The failure that a job shows for the exception that ended its attempt: never a traceback."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import structlog

from datasets.errors import DatasetError
from neural.errors import Diverged, NeuralError
from store.errors import BlobCorrupt, BlobMissing, NotFound, ReadingChanged
from store.jobs.failures import error
from worker.errors import GradientCheckFailed

log = structlog.get_logger(__name__)

JobError = dict[str, Any]


def explain(exception: Exception) -> JobError:
    """Make a failed job's `error`; what nobody foresaw is logged under a reference that the job shows."""
    for kind, tell in FAILURE_OF.items():
        if isinstance(exception, kind):
            return tell(exception)
    reference = f"ref_{secrets.token_hex(6)}"
    log.error("job failed unexpectedly", reference=reference, exc_info=exception)
    return error("job.internal", reference=reference)


def _diverged(exception: Diverged) -> JobError:
    place = {"epoch": exception.epoch, "step": exception.step, "layer": exception.layer}
    return error("job.diverged", **place, best_epoch=exception.best_epoch or None)


def _wrong_gradient(exception: GradientCheckFailed) -> JobError:
    return error("job.gradient_check_failed", reason=exception, certificate=asdict(exception.certificate))


# The first that fits counts: what is more special stands before what is more general.
FAILURE_OF: dict[type[Exception], Callable[[Any], JobError]] = {
    Diverged: _diverged,
    NeuralError: lambda exception: error("job.untrainable", reason=exception),
    DatasetError: lambda exception: exception.to_json(),  # the same fault has the same name at upload and here
    GradientCheckFailed: _wrong_gradient,
    BlobCorrupt: lambda exception: error("job.data_damaged", reason=exception),
    BlobMissing: lambda exception: error("job.data_damaged", reason=exception),
    ReadingChanged: lambda exception: error("job.data_changed", reason=exception),
    NotFound: lambda exception: error("job.source_missing", reason=exception),
    MemoryError: lambda _: error("job.out_of_memory"),
}
