"""What one layer does with one batch, counted from its description."""

from collections.abc import Sequence
from math import prod

from neural.layers.base import Layer, Shape
from neural.layers.recurrent import Recurrent
from specs.estimates.units import Work, times

PLAIN = frozenset({"linear", "relu", "leaky_relu", "prelu", "hard_sigmoid"})  # functions without an exponential
RANDOM = frozenset({"dropout", "spatial_dropout1d", "gaussian_noise"})
CALLS_PER_LAYER = 6  # of NumPy, both ways
CALLS_PER_WINDOWED = 12
CALLS_PER_NORMALIZATION = 20
CALLS_PER_ATTENTION = 60
CALLS_PER_GATED_STEP = 30
CALLS_PER_PLAIN_STEP = 10
PASSES_OF_A_GATE = 1.3  # on the way forward, over the values of all gates
PASSES_OF_A_NORMALIZATION = 8
PASSES_OF_ATTENTION = 12  # over the weights of all pairs of steps


def forward(layer: Layer, inputs: Sequence[Shape], output: Shape, batch: int) -> dict[str, float]:
    """Count the work of one forward batch."""
    own, values = kind_of_work(layer, inputs, output), prod(output)
    work = {"calls": CALLS_PER_LAYER, "functions": 0.0, "products": 0.0, "columns": 0.0, "values": 0.0, **own}
    work["calls"] /= 2
    work["values"] += values
    function = layer.output_function()
    if function is not None:
        work["values" if function.key in PLAIN else "functions"] += values
    return times(work, batches=1, rows=batch)


def both(layer: Layer, inputs: Sequence[Shape], output: Shape, batch: int, *, is_first: bool) -> dict[str, float]:
    """Count the work of one training batch; the first layer needs no error of its input."""
    ahead, back = forward(layer, inputs, output, batch), 1 if is_first else 2
    return {
        "calls": 2 * ahead["calls"],
        "products": (1 + back) * ahead["products"],
        "columns": (1 + back) * ahead["columns"],
        "functions": ahead["functions"],
        "values": 3 * ahead["values"] + (back - 1) * batch * sum(map(prod, inputs)),
        "kernels": 3.0 * sum(prod(found.shape) for found in layer.parameter_shapes(*inputs)),
    }


def kind_of_work(layer: Layer, inputs: Sequence[Shape], output: Shape) -> Work:
    """Count what a layer's kind decides: `calls` for both ways of a batch, the rest for one row forward."""
    shapes = [found.shape for found in layer.parameter_shapes(*inputs)]
    flops, rank = layer.flops_per_row(*inputs), max(map(len, shapes), default=0)
    if isinstance(layer, Recurrent):
        return _recurrent(layer, inputs[0], flops)
    if hasattr(layer, "num_heads"):
        pairs = layer.num_heads * inputs[0][0] * inputs[-1][0]
        values = PASSES_OF_ATTENTION * pairs
        return {"products": flops, "functions": pairs, "values": values, "calls": CALLS_PER_ATTENTION}
    if rank >= 3:  # a kernel that moves over places: its windows are laid out as columns of one product
        return {"products": flops, "columns": flops / (2 * output[-1]), "calls": CALLS_PER_WINDOWED}
    if rank == 2 and flops >= max(map(prod, shapes)):
        return {"products": flops}
    return _elementwise(layer, sum(map(prod, inputs)), flops)


def _elementwise(layer: Layer, read: int, flops: int) -> Work:
    """Count passes over the values that a layer reads."""
    if layer.key.endswith("normalization"):
        return {"values": PASSES_OF_A_NORMALIZATION * read, "calls": CALLS_PER_NORMALIZATION}
    if "pooling" in layer.key:
        return {"values": 3 * read, "calls": CALLS_PER_WINDOWED}
    return {"functions": read} if layer.key in RANDOM else {"values": flops}


def _recurrent(layer: Recurrent, shape: Shape, flops: int) -> Work:
    """Count a product and some passes over the gates at every step."""
    runs = shape[0] * (2 if layer.bidirectional else 1)
    gates = runs * layer.units * layer.gates
    each = CALLS_PER_GATED_STEP if layer.gates > 1 else CALLS_PER_PLAIN_STEP
    return {"products": flops, "functions": gates, "values": PASSES_OF_A_GATE * gates, "calls": each * runs}
