"""The masks of a bound network: for each value the steps or places that count, (*places, batch) of 0 and 1, or None."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls
from neural.layers.shared.mask_use import FIRST
from neural.network.network import Network

Masks = list[Array | None]


def bind_masks(network: Network, batch: int, dtype: np.dtype[np.floating]) -> Masks:
    """Make the masks that layers write, and hand on those that they carry; value 0 is the network's input."""
    masks: Masks = [None]
    for layer, sources, shape in zip(network.layers, network.sources, network.shapes[1:], strict=True):
        given = [masks[source] for source in sources]
        if network.semantics == FIRST:
            masks.append(_as_first(network, len(masks) - 1, given, batch, dtype))
        elif not layer.gives_mask(tuple(mask is not None for mask in given)):
            masks.append(None)
        else:
            masks.append(np.ones((*shape[:-1], batch), dtype) if layer.writes_mask else given[0])
    return masks


def joined(masks: Sequence[Array | None], y_mask: Array | None) -> Calls:
    """Let a step of the output count where it counts in any input; nothing where an input has no mask."""
    given = [mask for mask in masks if mask is not None]
    if y_mask is None or len(given) < len(masks):
        return []
    first, *others = given
    return [partial(np.copyto, y_mask, first), *(partial(np.maximum, y_mask, mask, out=y_mask) for mask in others)]


def _as_first(network: Network, index: int, given: Masks, batch: int, dtype: np.dtype[np.floating]) -> Array | None:
    """Let the first mask pass wherever the time axis stays as long as it was, as the first version did."""
    shape = network.shapes[index + 1]
    if network.layers[index].makes_mask:
        return np.ones((shape[0], batch), dtype)
    keeps_time = len(shape) == 2 and all(network.shapes[source][0] == shape[0] for source in network.sources[index])
    return next((mask for mask in given if mask is not None), None) if keeps_time else None
