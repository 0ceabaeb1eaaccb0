"""The table of losses."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.errors import UnknownComponent
from neural.losses.base import Loss
from neural.losses.binary_crossentropy import BinaryCrossentropy
from neural.losses.categorical_crossentropy import CategoricalCrossentropy
from neural.losses.categorical_generalized_crossentropy import CategoricalGeneralizedCrossentropy
from neural.losses.cosine_similarity import CosineSimilarity
from neural.losses.focal import BinaryFocalCrossentropy, CategoricalFocalCrossentropy
from neural.losses.hinge import CategoricalHinge, Hinge, SquaredHinge
from neural.losses.huber import Huber
from neural.losses.kl_divergence import KLDivergence
from neural.losses.log_cosh import LogCosh
from neural.losses.mean_absolute_error import MeanAbsoluteError
from neural.losses.mean_absolute_percentage_error import MeanAbsolutePercentageError
from neural.losses.mean_squared_error import MeanSquaredError
from neural.losses.mean_squared_logarithmic_error import MeanSquaredLogarithmicError
from neural.losses.poisson import Poisson
from neural.losses.quantile import Quantile

_ALL: tuple[type[Loss], ...] = (
    MeanSquaredError, MeanAbsoluteError, Huber, LogCosh, Quantile, MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError, CosineSimilarity, Poisson,
    BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossentropy, KLDivergence,
    Hinge, SquaredHinge, CategoricalHinge,
)  # fmt: skip
LOSSES: Mapping[str, type[Loss]] = MappingProxyType({loss.key: loss for loss in _ALL})


def loss(name: str | Loss) -> Loss:
    """Find a loss by name or alias; a description is returned as it is."""
    if not isinstance(name, str):
        return name
    for found in LOSSES.values():
        if name == found.key or name in found.aliases:
            return found()
    raise UnknownComponent("loss", name, tuple(LOSSES))


__all__ = [
    "LOSSES",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Quantile",
    "SquaredHinge",
    "loss",
]
