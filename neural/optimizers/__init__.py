"""The table of optimizers."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.optimizers.adadelta import Adadelta
from neural.optimizers.adafactor import Adafactor
from neural.optimizers.adagrad import Adagrad
from neural.optimizers.adam import Adam
from neural.optimizers.adamax import Adamax
from neural.optimizers.adamw import AdamW
from neural.optimizers.base import Optimizer, OptimizerState
from neural.optimizers.ftrl import Ftrl
from neural.optimizers.lamb import Lamb
from neural.optimizers.lion import Lion
from neural.optimizers.nadam import Nadam
from neural.optimizers.rmsprop import RMSprop
from neural.optimizers.sgd import SGD

_ALL: tuple[type[Optimizer], ...] = (
    SGD,
    RMSprop,
    Adam,
    AdamW,
    Adamax,
    Nadam,
    Adagrad,
    Adadelta,
    Lion,
    Ftrl,
    Lamb,
    Adafactor,
)
OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType({optimizer.key: optimizer for optimizer in _ALL})

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "Nadam",
    "Optimizer",
    "OptimizerState",
    "RMSprop",
]
