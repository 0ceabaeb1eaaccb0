"""Every error code there is: answers, pages, the OpenAPI document and tests are made from this one table."""

from app.catalogue.data import DATA
from app.catalogue.entries import Entry
from app.catalogue.evaluations import EVALUATIONS
from app.catalogue.jobs import JOBS
from app.catalogue.models import MODELS
from app.catalogue.requests import REQUESTS
from app.catalogue.resources import RESOURCES
from app.catalogue.specs import SPECS
from app.catalogue.transport import TRANSPORT

__all__ = ["CATALOGUE", "Entry"]

CATALOGUE: dict[str, Entry] = {
    entry.code: entry for entry in (*TRANSPORT, *REQUESTS, *RESOURCES, *EVALUATIONS, *MODELS, *DATA, *SPECS, *JOBS)
}
