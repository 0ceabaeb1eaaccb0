"""Keras' ReLU in all of its forms: the function that has the same slope, bound and threshold."""

from collections.abc import Mapping
from typing import Any


def rectifier(kind: str, config: Mapping[str, Any]) -> str:
    """Name a ReLU with a slope below zero as it is called here."""
    return "leaky_relu" if kind == "relu" and config.get("negative_slope") else kind


def bounded(kind: str, config: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Read Keras' ReLU with a bound or a threshold as the function that has them; there 0 stands for no bound."""
    if kind == "relu" and config.get("theta"):  # a ThresholdedReLU of Keras 2
        config = {**{key: value for key, value in config.items() if key != "theta"}, "threshold": config["theta"]}
    if kind != "relu" or not (config.get("max_value") or config.get("threshold")) or config.get("max_value") == 0:
        return kind, config
    given = {key: config.get(key) or 0.0 for key in ("max_value", "negative_slope", "threshold")}
    return "bounded_relu", {**config, **given}
