"""Job bodies: read, resolved with a reason for every value, quoted, and prepared for training."""

from specs.blueprint import Blueprint, Sizes, build_network, build_plan, draw
from specs.capabilities import capabilities
from specs.errors import CODES, WARNINGS, Fault, SpecError, SpecFaults, SpecWarning
from specs.estimates import Calibration, PastTrainings, calibrate, estimate, judge, steps_of
from specs.estimates.memory import estimate_memory
from specs.facts import DatasetFacts, StartFacts
from specs.given import GivenSpec, parse, read
from specs.limits import Limits
from specs.preparing import fit, prepare
from specs.resolve import resolve
from specs.resolved import Provenance, Resolved
from specs.resolving.semantics import with_semantics
from specs.summary import summarize
from specs.values import Spec

__all__ = [
    "CODES",
    "WARNINGS",
    "Blueprint",
    "Calibration",
    "DatasetFacts",
    "Fault",
    "GivenSpec",
    "Limits",
    "PastTrainings",
    "Provenance",
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
    "draw",
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
    "with_semantics",
]
