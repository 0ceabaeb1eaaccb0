"""What an epoch consists of: how often each unit of work is done, for a network, a plan and so many rows."""

from math import prod

from neural import Network, TrainingPlan
from neural.evaluation import batch_for
from specs.estimates.layers import both, forward
from specs.estimates.units import Work, times, total

PASSES = {"sgd": 2, "rmsprop": 5, "adagrad": 5, "lion": 5, "adam": 7, "adamax": 7}  # of an optimizer over the weights
MOST_PASSES = 8  # of any other
PASSES_OF_A_LOOK, CALLS_OF_A_LOOK = 5, 18  # a copy, a difference, three norms; each layer, as `bench health` measures


def epoch(network: Network, plan: TrainingPlan, rows: int, held_out: int) -> dict[str, float]:
    """Count one epoch over so many rows, with the scores on those held out."""
    batch = min(plan.batch_size, rows)
    steps, per_row = -(-rows // batch), prod(network.input_shape) + network.output_shape[-1]
    once = {
        "epochs": 1.0,
        "steps": steps,
        "loaded": rows * per_row * _width(plan),
        "measured": rows * len(plan.metrics),
    }
    trained = times(step(network, plan, batch), batches=steps, rows=rows / batch)
    looks = -(-steps // (plan.health_every * plan.gradient_accumulation_steps)) if plan.health_every else 0
    looked = times(look(network, plan, batch), batches=looks, rows=looks)
    return total(trained, looked, once, scoring(network, plan, held_out) if held_out else {})


def look(network: Network, plan: TrainingPlan, batch: int) -> dict[str, float]:
    """Count one look at the layers' health: passes over the weights, two over the outputs, calls for each layer."""
    outputs = sum(map(prod, network.shapes[1:]))
    work = {"calls": CALLS_OF_A_LOOK * len(network.layers), "values": 2.0 * batch * outputs}
    return _wide(work | {"updates": float(PASSES_OF_A_LOOK * network.trainable_count)}, plan)


def step(network: Network, plan: TrainingPlan, batch: int) -> dict[str, float]:
    """Count one step on a batch: forward, backward, update."""
    passes = PASSES.get(plan.optimizer.key, MOST_PASSES) + 2 * bool(plan.l1 or plan.l2) + 2 * bool(plan.clip_norm)
    update = {"updates": network.trainable_count * passes / plan.gradient_accumulation_steps}
    layers = zip(network.layers, network.sources, network.shapes[1:], strict=True)
    works = [
        both(layer, [network.shapes[source] for source in sources], output, batch, is_first=not any(sources))
        for layer, sources, output in layers
    ]
    return _wide(total(*works, update), plan)


def scoring(network: Network, plan: TrainingPlan, rows: int) -> dict[str, float]:
    """Count a forward pass over so many rows, with its metrics."""
    batch = min(rows, batch_for(network))
    layers = zip(network.layers, network.sources, network.shapes[1:], strict=True)
    works = [
        forward(layer, [network.shapes[source] for source in sources], output, batch)
        for layer, sources, output in layers
    ]
    passes = times(_wide(total(*works), plan), batches=-(-rows // batch), rows=rows / batch)
    return passes | {"measured": rows * (1 + len(plan.metrics))}


def _wide(work: Work, plan: TrainingPlan) -> dict[str, float]:
    """Count float64 twice: the same arithmetic takes about twice as long."""
    factor = _width(plan)
    return {name: count if name == "calls" else factor * count for name, count in work.items()}


def _width(plan: TrainingPlan) -> int:
    return 2 if plan.dtype == "float64" else 1
