"""The resolved spec as frozen values, one file per part of the body."""

from specs.values.component import Component, Layer
from specs.values.features import Features
from specs.values.network import NetworkSpec
from specs.values.spec import Spec
from specs.values.split import SplitSpec
from specs.values.tracking import Tracking
from specs.values.training import StoppingRule, Training

__all__ = [
    "Component",
    "Features",
    "Layer",
    "NetworkSpec",
    "Spec",
    "SplitSpec",
    "StoppingRule",
    "Tracking",
    "Training",
]
