"""Learning-rate schedules that follow half a cosine wave."""

import math
from dataclasses import dataclass
from typing import ClassVar

from neural.fields import integer, real
from neural.schedules.base import Schedule


def half_wave(share: float) -> float:
    """Fall from 1 to 0 along a cosine while the share goes from 0 to 1."""
    return 0.5 * (1 + math.cos(math.pi * share))


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    """η(t) = η·((1 - α)·½(1 + cos(π·t / k)) + α) until step k (Loshchilov & Hutter 2017); Keras' CosineDecay."""

    key: ClassVar[str] = "cosine"
    summary: ClassVar[str] = "The rate falls along half a cosine wave."
    aliases: ClassVar[tuple[str, ...]] = ("cosine_decay",)

    decay_steps: int = integer(0, minimum=0, summary="Steps until the end; 0: all steps of the training.")
    alpha: float = real(0.0, minimum=0, maximum=1, summary="Share of the rate that is left at the end.")

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Follow the wave, then stay."""
        length = self.decay_steps or steps
        return learning_rate * ((1 - self.alpha) * half_wave(min(step, length) / length) + self.alpha)


@dataclass(frozen=True, kw_only=True)
class CosineRestarts(Schedule):
    """Cosine waves one after the other, each `t_mul` times as long and `m_mul` times as high as the one before.

    Source: Loshchilov & Hutter 2017 (SGDR); Keras' CosineDecayRestarts.
    """

    key: ClassVar[str] = "cosine_restarts"
    summary: ClassVar[str] = "Half cosine waves one after the other, each longer than the one before."
    aliases: ClassVar[tuple[str, ...]] = ("cosine_decay_restarts", "sgdr")

    first_decay_steps: int = integer(0, minimum=0, summary="Steps of the first wave; 0: a seventh of the training.")
    t_mul: float = real(2.0, minimum=1, summary="How much longer each wave is than the one before.")
    m_mul: float = real(1.0, exclusive_minimum=0, summary="How much higher each wave is than the one before.")
    alpha: float = real(0.0, minimum=0, maximum=1, summary="Share of the rate that is left at the end of a wave.")

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Find the wave and the place in it."""
        start, length, wave = 0.0, float(self.first_decay_steps or max(1, -(-steps // 7))), 0
        while step >= start + length:
            start, length, wave = start + length, length * self.t_mul, wave + 1
        height = self.m_mul**wave * half_wave((step - start) / length)
        return learning_rate * ((1 - self.alpha) * height + self.alpha)


@dataclass(frozen=True, kw_only=True)
class OneCycle(Schedule):
    """From η / `start_divisor` up to η in the first `rise` of all steps, then down to η / (start · end divisor).

    Both ways along half a cosine wave. Source: Smith & Topin 2018; the defaults are PyTorch's.
    """

    key: ClassVar[str] = "one_cycle"
    summary: ClassVar[str] = "The rate rises to its full size and falls far below where it began, in one cycle."
    aliases: ClassVar[tuple[str, ...]] = ("onecycle",)

    rise: float = real(0.3, exclusive_minimum=0, exclusive_maximum=1, summary="Share of the steps in which it rises.")
    start_divisor: float = real(25.0, minimum=1, summary="The first rate is the full one divided by this.")
    end_divisor: float = real(10_000.0, minimum=1, summary="The last rate is the first one divided by this.")

    def after_warmup(self, learning_rate: float, step: int, steps: int) -> float:
        """Rise, then fall."""
        first = learning_rate / self.start_divisor
        last = first / self.end_divisor
        peak = max(1.0, self.rise * steps - 1)
        if step <= peak:
            return learning_rate + (first - learning_rate) * half_wave(step / peak)
        return last + (learning_rate - last) * half_wave(min(1.0, (step - peak) / max(1.0, steps - 1 - peak)))
