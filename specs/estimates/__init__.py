"""Estimates of a training before it starts: work counted from its description, priced as a worker measured it."""

from specs.estimates.calibration import TYPICAL, Calibration
from specs.estimates.judging import Judgement, judge
from specs.estimates.measuring import calibrate
from specs.estimates.past_trainings import Past, PastTrainings
from specs.estimates.quoting import estimate, steps_of

__all__ = ["TYPICAL", "Calibration", "Judgement", "Past", "PastTrainings", "calibrate", "estimate", "judge", "steps_of"]
