"""The quote for a training: steps, arithmetic, memory, and an interval for its duration."""

from collections.abc import Sequence
from typing import Any

from neural import Network, TrainingPlan
from specs.blueprint import Sizes
from specs.estimates.calibration import TYPICAL, Calibration
from specs.estimates.past_trainings import PastTrainings, Spread
from specs.estimates.work import epoch, scoring
from specs.resolved import Resolved

STARTING_S = 0.04  # to open the table, bind, write model and verdict
PER_CELL_S = 6e-8  # to read and encode a value
PER_WEIGHT_S = 4e-8  # to draw, copy, hash and store one
CHECKED_ROWS, CHECKED_STEPS = 32, 72 * 16  # a gradient check's differences, of some forward passes each


def estimate(
    resolved: Resolved, calibrations: Sequence[Calibration] = (), past: PastTrainings | None = None
) -> dict[str, Any]:
    """Say what all epochs take, on the slowest of the workers that measured themselves.

    `reckoned_s` is the model's own figure for a worker with nothing else to do; `spread` are the factors on it that
    make the interval, from past jobs of a similar length where there are enough.
    """
    spec, sizes = resolved.spec, resolved.sizes
    network, plan = resolved.blueprint.network, resolved.blueprint.plan
    work = epoch(network, plan, sizes.training_rows, sizes.validation_rows)
    slowest = max(calibrations or (TYPICAL,), key=lambda each: each.price(work) * each.busy)
    each_epoch = slowest.price(work) * plan.members
    fixed = _fixed(network, plan, sizes, slowest, checks=spec.training.gradient_check)
    seconds = fixed + each_epoch * plan.epochs
    spread = (past or PastTrainings()).spread(seconds, error=slowest.error, busy=slowest.busy)
    limit = spec.training.max_time_s
    return {
        "epochs": plan.epochs,
        "steps": steps_of(resolved),
        "flops": (3 * sizes.training_rows + sizes.validation_rows) * plan.epochs * plan.members * network.flops_per_row,
        "memory_bytes": resolved.memory_bytes,
        "duration_s": {name: _capped(seconds * factor, limit) for name, factor in _ends(spread).items()},
        "epoch_s": round(each_epoch * spread.middle, 6),
        "may_stop_early": plan.early_stopping is not None,
        "assumes": _assumption(plan, limit),
        "basis": {
            "calibrated_workers": len(calibrations),
            "similar_jobs": spread.jobs,
            "reckoned_s": {"fixed": round(fixed, 6), "epoch": round(each_epoch, 9)},
            "spread": {name: round(factor, 4) for name, factor in _ends(spread).items()},
        },
    }


def steps_of(resolved: Resolved) -> int:
    """Count the steps of all epochs."""
    training = resolved.spec.training
    return -(-resolved.sizes.training_rows // training.batch_size) * training.epochs * training.members


def _fixed(network: Network, plan: TrainingPlan, sizes: Sizes, calibration: Calibration, *, checks: bool) -> float:
    """Reckon the seconds before and after the epochs."""
    rows = sizes.training_rows + sizes.validation_rows + sizes.test_rows
    held_out = max(1, sizes.validation_rows + sizes.test_rows)
    final = plan.members * calibration.price(scoring(network, plan, held_out))
    weights = plan.members * network.parameter_count
    check = CHECKED_STEPS * calibration.price(scoring(network, plan, CHECKED_ROWS)) if checks else 0.0
    return STARTING_S + PER_CELL_S * rows * sizes.inputs + PER_WEIGHT_S * weights + final + check


def _ends(spread: Spread) -> dict[str, float]:
    return {"low": spread.low, "expected": spread.middle, "high": spread.high}


def _capped(seconds: float, limit: float | None) -> float:
    return round(seconds if limit is None else min(seconds, limit), 3)


def _assumption(plan: TrainingPlan, limit: float | None) -> str:
    epochs = f"All {plan.epochs} epochs are run" if plan.epochs > 1 else "The one epoch is run"
    early = "; early stopping may end it sooner, after any number of `epoch_s`" if plan.early_stopping else ""
    late = f"; after {limit:g} s it is ended in any case" if limit is not None else ""
    return f"{epochs}{early}{late}. Waiting in the queue is not counted."
