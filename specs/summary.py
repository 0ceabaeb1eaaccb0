"""The summary of a resolved spec: layers, parameters, inputs, rows, memory, and the work of a step."""

from typing import Any

from specs.estimates.quoting import steps_of
from specs.facts import DatasetFacts
from specs.resolved import Resolved
from specs.resolving.data.inputs import inputs_reason


def summarize(resolved: Resolved, facts: DatasetFacts) -> dict[str, Any]:
    """Describe the network layer by layer, with what a training step costs."""
    spec, sizes = resolved.spec, resolved.sizes
    network = resolved.blueprint.network
    return {
        "layers": [
            {
                "name": layer.name,
                "type": layer.type,
                "output_shape": list(layer.output_shape),
                "parameters": layer.parameters,
                "flops_per_row": layer.flops_per_row,
            }
            for layer in network.summary()
        ],
        "parameters": network.parameter_count * spec.training.members,
        "members": spec.training.members,
        "inputs": sizes.inputs,
        "inputs_reason": _inputs_reason(resolved, facts),
        "outputs": sizes.outputs,
        "training_rows": sizes.training_rows,
        "validation_rows": sizes.validation_rows,
        "test_rows": sizes.test_rows,
        "steps": steps_of(resolved),
        "flops_per_step": 3 * network.flops_per_row * spec.training.batch_size,
        "memory_bytes": resolved.memory_bytes,
    }


def _inputs_reason(resolved: Resolved, facts: DatasetFacts) -> str:
    features = resolved.spec.features
    if features.tokenizer is None:
        return inputs_reason(features, facts)
    unit, steps = features.tokenizer, resolved.sizes.inputs
    return f"`{features.include[0]}` {unit} by {unit}, then what is written: {steps} steps"
