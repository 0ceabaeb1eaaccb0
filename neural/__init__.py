"""Networks and their training by backpropagation, in NumPy alone."""

from neural.evaluation import evaluate, predict
from neural.examples import Examples
from neural.gradient_check import GradientCertificate, check_gradients
from neural.layers import Activation, Dense, Dropout
from neural.network import LayerSummary, Network, Parameter
from neural.plan import EarlyStopping, TrainingPlan
from neural.randomness import Streams, streams
from neural.reports import BatchReport, EpochReport, Report, TrainingResult
from neural.state import TrainingState
from neural.stored_rows import StoredRows
from neural.training import train
from neural.weights import flatten, initialize, named_arrays

__all__ = [
    "Activation",
    "BatchReport",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "EpochReport",
    "Examples",
    "GradientCertificate",
    "LayerSummary",
    "Network",
    "Parameter",
    "Report",
    "StoredRows",
    "Streams",
    "TrainingPlan",
    "TrainingResult",
    "TrainingState",
    "check_gradients",
    "evaluate",
    "flatten",
    "initialize",
    "named_arrays",
    "predict",
    "streams",
    "train",
]
