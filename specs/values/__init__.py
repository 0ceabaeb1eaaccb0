"""The resolved spec as frozen values; its sections on the data come from `datasets.recipe`."""

from specs.values.component import Component, Layer
from specs.values.spec import NetworkSpec, Spec, Tracking
from specs.values.training import Training

__all__ = [
    "Component",
    "Layer",
    "NetworkSpec",
    "Spec",
    "Tracking",
    "Training",
]
