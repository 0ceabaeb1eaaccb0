"""Faults that people make in this mathematics: each, planted in a copy of the code, has a test that must notice it."""

from tests.neural.planted import functions, layers, pieces, places, training
from tests.neural.planted.fault import Fault

FAULTS = (*functions.FAULTS, *layers.FAULTS, *pieces.FAULTS, *places.FAULTS, *training.FAULTS)

__all__ = ["FAULTS", "Fault"]
