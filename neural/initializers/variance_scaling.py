"""Random values as wide as the number of a kernel's inputs or outputs asks for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neural.engine.arrays import Array
from neural.fields import choice, real
from neural.initializers.base import Plain
from neural.initializers.normal import CUT_DEVIATION, cut_normal

MODES: Mapping[str, str] = {"fan_in": "inputs", "fan_out": "outputs", "fan_avg": "their mean"}
DISTRIBUTIONS: Mapping[str, str] = {
    "truncated_normal": "normal, cut at two standard deviations, and as wide as if it were not",
    "untruncated_normal": "normal",
    "uniform": "uniform",
}


@dataclass(frozen=True, kw_only=True)
class VarianceScaling(Plain):
    """Random values whose variance is `scale` divided by a fan: the number of inputs, of outputs, or their mean.

    Uniform draws fill [-limit, limit] with limit = sqrt(3 · variance); a normal that is cut at two standard deviations
    is drawn wider by as much as the cut takes away.
    """

    key: ClassVar[str] = "variance_scaling"
    summary: ClassVar[str] = "Random values whose variance is scale / fan."
    has_fans: ClassVar[bool] = True

    scale: float = real(1.0, exclusive_minimum=0, summary="Variance times the fan.")
    mode: str = choice("fan_in", lambda: MODES, summary="What the fan counts.")
    distribution: str = choice("truncated_normal", lambda: DISTRIBUTIONS, summary="How the values are distributed.")

    def draw(self, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
        """Draw a kernel of shape (inputs, outputs) or (*window, inputs, outputs)."""
        inputs, outputs = fans(shape)
        fan = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        deviation = math.sqrt(self.scale / max(1.0, fan))
        if self.distribution == "truncated_normal":
            return cut_normal(shape, generator) * (deviation / CUT_DEVIATION)
        if self.distribution == "untruncated_normal":
            return generator.standard_normal(shape) * deviation
        limit = math.sqrt(3) * deviation
        return generator.uniform(-limit, limit, shape)


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """Count what an output reads and what an input feeds, as Keras does: axes before the last two are a window."""
    window = math.prod(shape[:-2])
    return window * shape[max(0, len(shape) - 2)], window * shape[-1]
