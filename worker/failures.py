"""What a failed job tells its owner: a stable code and a sentence, never a traceback."""

import secrets
from typing import Any

import structlog

from datasets.errors import DatasetError
from neural.errors import Diverged, NeuralError

log = structlog.get_logger(__name__)

DIVERGED_HINT = "Lower `training.learning_rate`, set `training.clip_norm`, or scale the inputs."


class GradientCheckFailed(Exception):
    """The backward pass of a job's own network does not agree with differences of its loss."""

    def __init__(self, certificate: dict[str, Any]) -> None:
        super().__init__(
            f"The largest relative error is {certificate['max_relative_error']}, in `{certificate['worst']}`."
        )
        self.certificate = certificate


def explain(error: Exception) -> dict[str, Any]:
    """Describe why a job failed; what nobody foresaw is logged under a reference that the job shows."""
    match error:
        case Diverged():
            return _diverged(error)
        case DatasetError():
            return error.to_json()
        case GradientCheckFailed():
            return {"code": "job.gradient_check_failed", "message": str(error), "certificate": error.certificate}
        case NeuralError():
            return {"code": "job.untrainable", "message": f"The network cannot be trained on this data: {error}."}
        case MemoryError():
            return {
                "code": "job.out_of_memory",
                "message": "The worker has not enough memory for this job.",
                "hint": "Make the network or `training.batch_size` smaller, or train on fewer rows.",
            }
        case _:
            return _internal(error)


def _diverged(error: Diverged) -> dict[str, Any]:
    return {
        "code": "job.diverged",
        "message": f"Training left the numbers in epoch {error.epoch}, step {error.step}, at layer `{error.layer}`.",
        "epoch": error.epoch,
        "step": error.step,
        "layer": error.layer,
        "best_epoch": error.best_epoch or None,
        "hint": DIVERGED_HINT,
    }


def _internal(error: Exception) -> dict[str, Any]:
    reference = f"ref_{secrets.token_hex(6)}"
    log.error("job failed unexpectedly", reference=reference, exc_info=error)
    return {
        "code": "job.internal",
        "message": f"Something went wrong inside the service; its log tells more under `{reference}`.",
        "reference": reference,
    }
