"""Limits on one training: its bytes of memory, and the parameters of its network."""

from dataclasses import dataclass

GIBIBYTE = 1024**3


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds for one job; what exceeds them is refused before anything is allocated."""

    memory_bytes: int = 4 * GIBIBYTE
    parameters: int = 100_000_000  # of a network
