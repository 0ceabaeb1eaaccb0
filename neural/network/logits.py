"""The network that gives logits: an output activation that the loss applies itself moves into the loss."""

from dataclasses import replace

from neural.errors import LinkMismatch, ParameterOutOfRange
from neural.losses import Loss
from neural.network.network import Network


def logits_network(network: Network, loss: Loss) -> Network:
    """Return the network that gives logits for this loss.

    `softmax` before the categorical and `sigmoid` before the binary cross-entropy are taken off, since the loss applies
    them itself; `linear` is left. Raises LinkMismatch for any other function before a cross-entropy,
    ParameterOutOfRange for a penalty on outputs that are then no longer there.
    """
    last = network.layers[-1]
    function = last.output_function()
    if function is None or loss.link_name == "linear" or function.key == "linear":
        return network
    if function.key != loss.link_name:
        raise LinkMismatch(str(last.name), function.key, loss=loss.key, link=loss.link_name)
    if last.penalty_on_outputs().key != "none":
        expected = f"none, since the loss applies `{function.key}` itself"
        raise ParameterOutOfRange(last.key, "activity_regularizer", last.penalty_on_outputs().key, expected=expected)
    return replace(network, layers=(*network.layers[:-1], last.without_output_function()))
