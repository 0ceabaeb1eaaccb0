"""Batch sizes for a network: the rows that are run at once, and the batches that are loaded at once."""

import math

from neural.network.network import Network

BATCH = 1024  # rows that are run at once
LARGEST_VALUE = 1 << 22  # numbers of one layer's output that are held at once
SECOND_LEVEL = 1 << 18  # numbers of all batches of a group: one megabyte in float32, half of what such a cache holds
NEAR = 1 << 15  # numbers that hardly push anything else out of it


def batch_for(network: Network) -> int:
    """Choose how many rows are run at once: fewer where a layer's values are large."""
    widest = max(math.prod(shape) for shape in network.shapes)
    return max(1, min(BATCH, LARGEST_VALUE // widest))


def slots_for(network: Network, batch_size: int) -> int:
    """Choose how many batches are loaded at once.

    Some twelve milliseconds of work, so that what is done once for all of them (40 to 150 µs) hardly counts, but not
    more than fit into the second-level cache. More than 32 pay for the smallest only, and more than 128 for none, since
    binding a slot takes some 60 µs.
    """
    arithmetic = 3 * network.flops_per_row * batch_size / 100e9
    update = network.parameter_count * 3e-9
    numbers = batch_size * math.prod(network.input_shape)
    most = min(128, max(32, NEAR // numbers), SECOND_LEVEL // numbers)
    return max(1, min(most, int(12e-3 / (15e-6 + arithmetic + update))))
