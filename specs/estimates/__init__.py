"""What a training will take, before it starts: its work counted in the description, priced as a worker measured it."""

from specs.estimates.calibration import TYPICAL, Calibration
from specs.estimates.judging import Judgement, judge
from specs.estimates.measuring import calibrate
from specs.estimates.quoting import estimate, steps_of
from specs.estimates.record import Past, Record

__all__ = ["TYPICAL", "Calibration", "Judgement", "Past", "Record", "calibrate", "estimate", "judge", "steps_of"]
