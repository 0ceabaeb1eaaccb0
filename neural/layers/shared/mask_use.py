"""Masks: which time steps count, what each layer does with that, and the versions of what layers mean."""

from enum import StrEnum
from typing import Final

FIRST: Final = 1
"""Masks pass wherever the time axis is kept, and normalisation over the batch, products and queries heed none.

A cross-entropy knows its function in the last layer alone, not before layers that only move values.
"""
CURRENT: Final = 2
"""Masks are used, carried and ended as in Keras 3; attention starts as there; frozen normalisation keeps its means."""


class MaskUse(StrEnum):
    """What a layer does with a mask, as Keras' `supports_masking` and `compute_mask` say."""

    ENDS = "ends"  # what comes behind it sees every step
    CARRIES = "carries"
    USES_AND_ENDS = "uses, ends"
    USES_AND_CARRIES = "uses, carries"
    JOINS = "joins"  # masked where all inputs are; unmasked if one input has no mask
    USES_AND_JOINS = "uses, joins"
    MAKES = "makes"

    @property
    def carries(self) -> bool:
        """Whether the first input's mask is the output's."""
        return self in {MaskUse.CARRIES, MaskUse.USES_AND_CARRIES}

    @property
    def joins(self) -> bool:
        """Whether the output's mask is made of those of all inputs."""
        return self in {MaskUse.JOINS, MaskUse.USES_AND_JOINS}
