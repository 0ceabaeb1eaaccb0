"""The table of optimizers."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.optimizers.adam import Adam
from neural.optimizers.adamw import AdamW
from neural.optimizers.base import Optimizer, OptimizerState
from neural.optimizers.rmsprop import RMSprop
from neural.optimizers.sgd import SGD

OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType(
    {optimizer.key: optimizer for optimizer in (SGD, RMSprop, Adam, AdamW)}
)

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Optimizer", "OptimizerState", "RMSprop"]
