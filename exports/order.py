"""The order of arrays as in Keras' `get_weights` and `set_weights`: layer by layer, and within a layer as built."""

from collections.abc import Iterable
from typing import Any

from exports.model import TrainedModel

PARTS = ("forward_", "backward_", "query_", "key_", "value_", "output_")
NAMES = (
    "embeddings", "position_embeddings", "depthwise_kernel", "pointwise_kernel", "kernel", "recurrent_kernel", "bias",
    "gamma", "beta", "alpha", "moving_mean", "moving_variance",
)  # fmt: skip


def keras_order(model: TrainedModel) -> list[str]:
    """Sort the names of a model's arrays; layers that its spec does not name come last, by name."""
    layers = {str(layer["name"]): place for place, layer in enumerate(_layers(model))}

    def place(name: str) -> tuple[Any, ...]:
        layer, _, array = name.rpartition(".")
        part = next((number for number, start in enumerate(PARTS) if array.startswith(start)), len(PARTS))
        own = array.removeprefix(PARTS[part]) if part < len(PARTS) else array
        return layers.get(layer, len(layers)), layer, part, _index(own, NAMES), name

    return sorted(model.arrays, key=place)


def _layers(model: TrainedModel) -> Iterable[Any]:
    network = model.spec.get("network")
    return network.get("layers", ()) if isinstance(network, dict) else ()


def _index(name: str, known: tuple[str, ...]) -> int:
    return known.index(name) if name in known else len(known)
