"""What a job body means: given values, resolved values and the reason for each."""

from specs.building import build_network, build_plan
from specs.capabilities import capabilities
from specs.errors import CODES, WARNINGS, Fault, SpecError, SpecFaults, SpecWarning
from specs.estimates import Calibration, Record, calibrate, estimate, judge, steps_of
from specs.facts import DatasetFacts, StartFacts
from specs.given import GivenSpec, parse, read
from specs.limits import Limits
from specs.memory import estimate_memory
from specs.preparing import fit, prepare
from specs.resolved import Provenance, Resolved, Sizes
from specs.resolving.resolve import resolve
from specs.summary import summarize
from specs.values import Spec

__all__ = [
    "CODES",
    "WARNINGS",
    "Calibration",
    "DatasetFacts",
    "Fault",
    "GivenSpec",
    "Limits",
    "Provenance",
    "Record",
    "Resolved",
    "Sizes",
    "Spec",
    "SpecError",
    "SpecFaults",
    "SpecWarning",
    "StartFacts",
    "build_network",
    "build_plan",
    "calibrate",
    "capabilities",
    "estimate",
    "estimate_memory",
    "fit",
    "judge",
    "parse",
    "prepare",
    "read",
    "resolve",
    "steps_of",
    "summarize",
]
