"""Networks and their training by backpropagation, in NumPy alone."""

from neural.data.examples import Examples
from neural.engine.stored_rows import StoredRows
from neural.gradient_check import GradientCertificate, check_gradients
from neural.inference.evaluation import BoundPredictor, evaluate, predict
from neural.layers import Activation, Dense, Dropout
from neural.metrics import Units
from neural.network.network import LayerSummary, Network, Parameter
from neural.network.weights import flatten, initialize, named_arrays, split_members
from neural.randomness import Streams, streams
from neural.training.loop import train
from neural.training.plan import EarlyStopping, TrainingPlan
from neural.training.reports import BatchReport, EpochReport, Report, TrainingResult
from neural.training.state import TrainingState

__all__ = [
    "Activation",
    "BatchReport",
    "BoundPredictor",
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
    "Units",
    "check_gradients",
    "evaluate",
    "flatten",
    "initialize",
    "named_arrays",
    "predict",
    "split_members",
    "streams",
    "train",
]
