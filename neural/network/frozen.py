"""The network as it trains where some layers are frozen: what they keep beside their weights stays as well."""

from collections.abc import Collection
from dataclasses import replace

from neural.layers.shared.mask_use import FIRST
from neural.network.network import Network


def frozen_network(network: Network, names: Collection[str]) -> Network:
    """Return the network with frozen layers of these names; under the first semantics they kept their weights alone."""
    if network.semantics == FIRST or not names:
        return network
    layers = tuple(layer.frozen() if layer.name in names else layer for layer in network.layers)
    return replace(network, layers=layers)
