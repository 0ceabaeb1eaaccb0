"""What may be changed about a job: the fields that describe it, read as they are read in a new job."""

from typing import Any

from app.schemas.job_body import CHANGES
from specs.errors import SpecFaults
from specs.grammar.reading import Findings, Location


def read(body: object) -> dict[str, Any]:
    """Understand a change; raises SpecFaults with everything that is wrong with it."""
    findings = Findings(body)
    understood: dict[str, Any] = CHANGES.read(body, Location(findings))
    if findings.faults:
        raise SpecFaults(findings.faults)
    return understood
