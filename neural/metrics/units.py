"""What the numbers of a network that learns scaled targets stand for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Units:
    """For each output what an error of 1 amounts to, and what 0 stands for; empty where targets are as they are."""

    scales: tuple[float, ...] = ()
    zeros: tuple[float, ...] = ()


AS_THEY_ARE = Units()
