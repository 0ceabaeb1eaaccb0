"""The work of an epoch: how often each unit is done, counted for a network, a plan and so many rows."""

from collections.abc import Mapping
from math import prod
from typing import Final

from neural import Network, TrainingPlan
from neural.layers import Layer
from neural.layers.shared.base import Shape
from neural.layers.shared.recurrence.layer import Recurrent
from neural.network.batch_sizes import batch_for
from neural.network.network import PlacedLayer

Work = Mapping[str, float]  # how often each unit is done

UNITS: Final = (  # each has a price on a machine
    "epochs",
    "steps",
    "calls",  # of NumPy
    "products",  # floating point operations in matrix products
    "columns",  # values laid out for convolutions
    "kernels",  # weights read by products
    "updates",  # weights passed over by the optimizer
    "values",  # passed over by plain arithmetic
    "functions",  # exponentials and the like, random numbers
    "loaded",  # values fetched for batches
    "measured",  # rows times metrics
)
PER_BATCH: Final = frozenset({"calls", "kernels", "updates", "steps", "epochs"})  # however many rows a batch has

PASSES = {"sgd": 2, "rmsprop": 5, "adagrad": 5, "lion": 5, "adam": 7, "adamax": 7}  # of an optimizer over the weights
MOST_PASSES = 8  # of any other
PASSES_OF_LAYER_HEALTH, CALLS_OF_LAYER_HEALTH = (
    5,
    18,
)  # a copy, a difference, three norms; each layer, as `bench health` measures

PLAIN = frozenset(  # functions without an exponential
    {"linear", "relu", "leaky_relu", "prelu", "bounded_relu", "hard_sigmoid", "hard_tanh", "hard_silu", "sparse_plus"}
)
RANDOM = frozenset({"dropout", "gaussian_noise", "gaussian_dropout", "alpha_dropout"})
CALLS_PER_LAYER = 6  # of NumPy, both ways
CALLS_PER_WINDOWED = 12
CALLS_PER_ADAPTIVE_PLACE = 5
CALLS_PER_NORMALIZATION = 20
CALLS_PER_ATTENTION = 60
CALLS_PER_GATED_STEP = 30
CALLS_PER_PLAIN_STEP = 10
PASSES_OF_A_GATE = 1.3  # on the way forward, over the values of all gates
PASSES_OF_A_NORMALIZATION = 8
PASSES_OF_ATTENTION = 12  # over the weights of all pairs of steps


def epoch(network: Network, plan: TrainingPlan, rows: int, held_out: int) -> dict[str, float]:
    """Count one epoch over so many rows, with the scores on those held out."""
    batch = min(plan.batch_size, rows)
    steps, per_row = -(-rows // batch), prod(network.input_shape) + network.shapes[-1][-1]
    once = {
        "epochs": 1.0,
        "steps": steps,
        "loaded": rows * per_row * _width(plan),
        "measured": rows * len(plan.metrics),
    }
    trained = times(step(network, plan, batch), batches=steps, rows=rows / batch)
    reports = -(-steps // (plan.health_every * plan.gradient_accumulation_steps)) if plan.health_every else 0
    reported = times(layer_health(network, plan, batch), batches=reports, rows=reports)
    return total(trained, reported, once, scoring(network, plan, held_out) if held_out else {})


def layer_health(network: Network, plan: TrainingPlan, batch: int) -> dict[str, float]:
    """Count one report of the layers' health: passes over the weights, two over the outputs, calls for each layer."""
    outputs = sum(map(prod, network.shapes[1:]))
    work = {"calls": CALLS_OF_LAYER_HEALTH * len(network.layers), "values": 2.0 * batch * outputs}
    return _wide(work | {"updates": float(PASSES_OF_LAYER_HEALTH * network.trainable_count)}, plan)


def step(network: Network, plan: TrainingPlan, batch: int) -> dict[str, float]:
    """Count one step on a batch: forward, backward, update."""
    is_penalised = any(parameter.regularizer.key != "none" for parameter in network.parameters)
    beside = bool(plan.l1 or plan.l2) + is_penalised + bool(plan.clip_norm)
    passes = PASSES.get(plan.optimizer.key, MOST_PASSES) + 2 * beside
    update = {"updates": network.trainable_count * passes / plan.gradient_accumulation_steps}
    return _wide(total(*(both(placed, batch) for placed in network.placed), update), plan)


def scoring(network: Network, plan: TrainingPlan, rows: int) -> dict[str, float]:
    """Count a forward pass over so many rows, with its metrics."""
    batch = min(rows, batch_for(network))
    once = total(*(forward(placed, batch) for placed in network.placed))
    passes = times(_wide(once, plan), batches=-(-rows // batch), rows=rows / batch)
    return passes | {"measured": rows * (1 + len(plan.metrics))}


def _wide(work: Work, plan: TrainingPlan) -> dict[str, float]:
    """Count float64 twice: the same arithmetic takes about twice as long."""
    factor = _width(plan)
    return {name: count if name == "calls" else factor * count for name, count in work.items()}


def _width(plan: TrainingPlan) -> int:
    return 2 if plan.dtype == "float64" else 1


def forward(placed: PlacedLayer, batch: int) -> dict[str, float]:
    """Count the work of one forward batch."""
    own, values = kind_of_work(placed), prod(placed.output_shape)
    work = {"calls": CALLS_PER_LAYER, "functions": 0.0, "products": 0.0, "columns": 0.0, "values": 0.0, **own}
    work["calls"] /= 2
    work["values"] += values
    if placed.function is not None:
        work["values" if placed.function.key in PLAIN else "functions"] += values
    return times(work, batches=1, rows=batch)


def both(placed: PlacedLayer, batch: int) -> dict[str, float]:
    """Count the work of one training batch; the first layer needs no error of its input."""
    ahead, back = forward(placed, batch), 1 if placed.is_first else 2
    return {
        "calls": 2 * ahead["calls"],
        "products": (1 + back) * ahead["products"],
        "columns": (1 + back) * ahead["columns"],
        "functions": ahead["functions"],
        "values": 3 * ahead["values"] + (back - 1) * batch * sum(map(prod, placed.input_shapes)),
        "kernels": 3.0 * sum(prod(found.shape) for found in placed.parameters),
    }


def kind_of_work(placed: PlacedLayer) -> Work:
    """Count what a layer's kind decides: `calls` for both ways of a batch, the rest for one row forward."""
    layer, inputs, flops = placed.inner, placed.input_shapes, placed.flops_per_row
    shapes = [found.shape for found in placed.parameters]
    rank = max(map(len, shapes), default=0)
    if isinstance(layer, Recurrent):
        return _recurrent(layer, inputs[0], flops)
    if hasattr(layer, "num_heads"):
        pairs = layer.num_heads * inputs[0][0] * inputs[-1][0]
        values = PASSES_OF_ATTENTION * pairs
        return {"products": flops, "functions": pairs, "values": values, "calls": CALLS_PER_ATTENTION}
    if layer.key.startswith("adaptive_"):
        read = sum(map(prod, inputs))
        return {"values": 3 * read, "calls": CALLS_PER_ADAPTIVE_PLACE * prod(placed.output_shape[:-1])}
    if rank >= 3:  # a kernel that moves over places: its windows are laid out as columns of one product
        return {"products": flops, "columns": flops / (2 * placed.output_shape[-1]), "calls": CALLS_PER_WINDOWED}
    if rank == 2 and flops >= max(map(prod, shapes)):
        return {"products": flops}
    return _elementwise(layer, sum(map(prod, inputs)), flops)


def _elementwise(layer: Layer, read: int, flops: int) -> Work:
    """Count passes over the values that a layer reads."""
    if layer.key.endswith("_normalization"):
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


def total(*works: Work) -> dict[str, float]:
    """Add what was counted."""
    return {name: sum(work.get(name, 0.0) for work in works) for name in UNITS}


def times(work: Work, *, batches: float, rows: float) -> dict[str, float]:
    """Repeat: what depends on a batch so many times, what depends on its rows by another factor."""
    return {name: count * (batches if name in PER_BATCH else rows) for name, count in work.items()}
