"""Client of a Chainrule service: datasets, jobs and models over HTTP, and prediction from downloaded weights."""

from chainrule.client import Client, Job
from chainrule.details import Attempt, Checkpoint, Dataset, Evaluation, Event
from chainrule.errors import ApiError, ChainruleError, ConnectionFailed, JobFailed
from chainrule.models import Model
from chainrule.predictor import Predictor, load

__all__ = [
    "ApiError",
    "Attempt",
    "ChainruleError",
    "Checkpoint",
    "Client",
    "ConnectionFailed",
    "Dataset",
    "Evaluation",
    "Event",
    "Job",
    "JobFailed",
    "Model",
    "Predictor",
    "load",
]
