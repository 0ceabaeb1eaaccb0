"""What a resolved spec amounts to: layers, weights, memory, work."""

from typing import Any

from specs.building import build_network
from specs.facts import DatasetFacts
from specs.memory import estimate_memory
from specs.resolved import Resolved
from specs.resolving.inputs import inputs_reason

SECONDS_PER_STEP = (2e-5, 2e-4)  # between a fast and a slow machine, for a step with hardly any arithmetic
FLOPS_PER_SECOND = (4e10, 4e9)


def summarize(resolved: Resolved, facts: DatasetFacts) -> dict[str, Any]:
    """Describe the network layer by layer, with what a training step costs."""
    spec, sizes = resolved.spec, resolved.sizes
    network = build_network(spec, sizes.input_shape, sizes.outputs)
    memory = estimate_memory(spec, sizes)
    return {
        "layers": [
            {
                "name": layer.name,
                "type": layer.type,
                "output_shape": list(layer.output_shape),
                "parameters": layer.parameters,
            }
            for layer in network.summary()
        ],
        "parameters": network.parameter_count,
        "inputs": sizes.inputs,
        "inputs_reason": inputs_reason(spec.features, facts),
        "outputs": sizes.outputs,
        "training_rows": sizes.training_rows,
        "validation_rows": sizes.validation_rows,
        "test_rows": sizes.test_rows,
        "steps": steps_of(resolved),
        "flops_per_step": 3 * network.flops_per_row * spec.training.batch_size,
        "memory_bytes": memory.total,
    }


def steps_of(resolved: Resolved) -> int:
    """Count the steps of all epochs."""
    training = resolved.spec.training
    return -(-resolved.sizes.training_rows // training.batch_size) * training.epochs


def estimate(resolved: Resolved) -> dict[str, Any]:
    """Say what the training takes at most; early stopping may end it sooner."""
    spec, sizes = resolved.spec, resolved.sizes
    network = build_network(spec, sizes.input_shape, sizes.outputs)
    steps = steps_of(resolved)
    rows = (3 * sizes.training_rows + sizes.validation_rows) * spec.training.epochs
    flops = rows * network.flops_per_row
    low, high = (steps * s + flops / f for s, f in zip(SECONDS_PER_STEP, FLOPS_PER_SECOND, strict=True))
    limit = spec.training.max_time_s
    return {
        "epochs": spec.training.epochs,
        "steps": steps,
        "flops": flops,
        "memory_bytes": estimate_memory(spec, sizes).total,
        "duration_s": {"low": round(min(low, limit or low), 3), "high": round(min(high, limit or high), 3)},
        "may_stop_early": spec.training.early_stopping is not None,
    }
