"""The table of learning-rate schedules."""

from collections.abc import Mapping
from types import MappingProxyType

from neural.schedules.base import Constant, Schedule
from neural.schedules.cosine import Cosine, CosineRestarts, OneCycle
from neural.schedules.decays import Exponential, InverseTime, Polynomial, Step
from neural.schedules.piecewise import Piecewise
from neural.schedules.plateau import Plateau, ReduceOnPlateau

_ALL: tuple[type[Schedule], ...] = (
    Constant, Step, Piecewise, Exponential, InverseTime, Polynomial, Cosine, CosineRestarts, OneCycle, ReduceOnPlateau,
)  # fmt: skip
SCHEDULES: Mapping[str, type[Schedule]] = MappingProxyType({schedule.key: schedule for schedule in _ALL})

__all__ = ["SCHEDULES", "Plateau", "ReduceOnPlateau", "Schedule"]
