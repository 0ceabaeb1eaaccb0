"""The interface of a loss: it takes logits, and owns the function that turns them into outputs."""

from collections.abc import Callable
from typing import ClassVar, Literal, Protocol

import numpy as np
import numpy.typing as npt

from neural.engine.arrays import Array, Calls

# floats (rows, outputs); 0 or 1 (rows, outputs); ids (rows,); shares of 1 (rows, outputs)
Targets = Literal["values", "labels", "classes", "shares"]
Scratch = Callable[[str], Array]  # label → an array of the logits' shape


class Loss(Protocol):
    """A loss on logits of shape (outputs, batch), averaged over the batch as Keras does."""

    key: ClassVar[str]
    summary: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]]
    targets: ClassVar[Targets]
    link_name: ClassVar[str]  # the activation that turns logits into outputs

    def link(self, logits: Array) -> Array:
        """Turn logits (…, outputs, batch) into outputs of the same shape."""
        ...

    def values(self, logits: Array, targets: Array) -> Array:
        """Return the loss of each example, shape (…, batch), for logits and targets of shape (…, outputs, batch)."""
        ...

    def target_term(self, targets: Array) -> Array:
        """Return what `gradient` subtracts: targets, shifted and divided by the batch where that saves it a pass."""
        ...

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Compute the gradient of the batch's mean loss by the logits."""
        ...

    def sides(self, logits: Array, targets: Array) -> npt.NDArray[np.bool_]:
        """Tell on which side of the loss's kinks each logit lies; empty for a smooth loss."""
        ...
