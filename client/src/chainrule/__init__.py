"""Client of a Chainrule service: datasets, jobs and models over HTTP, and prediction from downloaded weights."""

from chainrule.client import Client, Job, Model
from chainrule.details import Attempt, Checkpoint, Dataset, Event
from chainrule.errors import ApiError, ChainruleError, ConnectionFailed, JobFailed
from chainrule.predictor import Predictor, load

__all__ = [
    "ApiError",
    "Attempt",
    "ChainruleError",
    "Checkpoint",
    "Client",
    "ConnectionFailed",
    "Dataset",
    "Event",
    "Job",
    "JobFailed",
    "Model",
    "Predictor",
    "load",
]
