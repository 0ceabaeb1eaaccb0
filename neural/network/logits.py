"""The network that gives logits: an output activation that the loss applies itself moves into the loss."""

from collections.abc import Sequence
from dataclasses import replace

from neural.errors import LinkMismatch, ParameterOutOfRange
from neural.layers import Layer
from neural.layers.shared.mask_use import FIRST
from neural.losses import Loss
from neural.network.network import Network


def logits_network(network: Network, loss: Loss) -> Network:
    """Return the network that gives logits for this loss.

    `softmax` before the categorical and `sigmoid` before the binary cross-entropy are taken off, since the loss applies
    them itself, also where layers behind only move values; `linear` is left. Raises LinkMismatch for any other function
    before a cross-entropy, and for a softmax over other values than the loss's, ParameterOutOfRange for a penalty on
    outputs that are then no longer there.
    """
    place = len(network.layers) - 1
    if network.semantics > FIRST:
        place = output_place(network.layers, network.sources)
    last = network.layers[place]
    function = last.output_function()
    if function is None or loss.link_name == "linear" or function.key == "linear":
        return network
    is_regrouped = function.key == "softmax" and network.shapes[place + 1][-1] != network.output_shape[-1]
    if function.key != loss.link_name or is_regrouped:
        raise LinkMismatch(str(last.name), function.key, loss=loss.key, link=loss.link_name)
    if last.penalty_on_outputs().key != "none":
        expected = f"none, since the loss applies `{function.key}` itself"
        raise ParameterOutOfRange(last.key, "activity_regularizer", last.penalty_on_outputs().key, expected=expected)
    layers = (*network.layers[:place], last.without_output_function(), *network.layers[place + 1 :])
    return replace(network, layers=layers)


def output_place(layers: Sequence[Layer], sources: Sequence[tuple[int, ...]]) -> int:
    """Find the layer that computes the outputs: the last one that does more than put values into other places."""
    place = len(layers) - 1
    while layers[place].inner.only_moves and sources[place][0] > 0:
        place = sources[place][0] - 1
    return place
