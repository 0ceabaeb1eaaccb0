"""Changes of a job: the fields that describe it, read as they are read in a new job."""

from typing import Any

from app.schemas.job_body import CHANGES
from specs.errors import SpecFaults
from specs.grammar.reading import Diagnostics, Location


def read(body: object) -> dict[str, Any]:
    """Understand a change; raises SpecFaults with everything that is wrong with it."""
    diagnostics = Diagnostics(body)
    understood: dict[str, Any] = CHANGES.read(body, Location(diagnostics))
    if diagnostics.faults:
        raise SpecFaults(diagnostics.faults)
    return understood
