"""The generators that every random draw comes from, made from one seed."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Streams:
    """One PCG64 generator for each purpose, so that one more draw in one place moves nothing in another."""

    initialization: np.random.Generator
    shuffling: np.random.Generator
    dropout: np.random.Generator
    augmentation: np.random.Generator

    def states(self) -> dict[str, dict[str, Any]]:
        """Return the state of each generator, JSON-safe."""
        return {name: dict(getattr(self, name).bit_generator.state) for name in _names()}

    def restore_in_place(self, states: dict[str, dict[str, Any]]) -> None:
        """Set each generator to a state of `states()`."""
        for name in _names():
            getattr(self, name).bit_generator.state = states[name]


def _names() -> list[str]:
    return [declared.name for declared in fields(Streams)]


def streams(seed: int) -> Streams:
    """Make the generators of a seed; the same seed gives the same draws on every machine."""
    children = np.random.SeedSequence(seed).spawn(len(fields(Streams)))
    return Streams(*(np.random.Generator(np.random.PCG64(child)) for child in children))
