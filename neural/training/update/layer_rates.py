"""Layers that learn more slowly, faster, or not at all."""

from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.errors import ParameterOutOfRange, UnknownComponent
from neural.network.network import Network
from neural.training.plan import TrainingPlan


def factors(network: Network, plan: TrainingPlan) -> dict[int, float]:
    """Return the learning-rate factors that are not 1, by the number of the layer; frozen layers have 0.

    Raises UnknownComponent for a layer that the network does not have, ParameterOutOfRange where nothing is left.
    """
    names = [str(layer.name) for layer in network.layers]
    for name in (*plan.learning_rate_factors, *plan.frozen):
        if name not in names:
            raise UnknownComponent("layer", name, names)
    wanted = dict(plan.learning_rate_factors) | dict.fromkeys(plan.frozen, 0.0)
    found = {index: wanted[name] for index, name in enumerate(names) if wanted.get(name, 1.0) != 1.0}
    if network.trainable_count and not trained_names(network, found):
        raise ParameterOutOfRange("training", "frozen", plan.frozen, expected="layers that leave something to learn")
    return found


def trained_names(network: Network, found: dict[int, float]) -> set[str]:
    """Name the parameters that learn."""
    still = {str(network.layers[index].name) for index, factor in found.items() if factor == 0}
    return {p.name for p in network.parameters if p.trainable and p.name.rpartition(".")[0] not in still}


def silence(network: Network, found: dict[int, float], gradients: Array) -> Calls:
    """Prepare to clear the gradients of layers that do not learn, so that they count in no norm."""
    return [partial(gradients[network.trainable_part(index)].fill, 0) for index, factor in found.items() if factor == 0]


def scaled(network: Network, found: dict[int, float], parameters: Array, update: Calls) -> Calls:
    """Scale an update by the layers' factors: w ← w₀ + f·(w - w₀), as f times the rate would."""
    before: Calls = []
    after: Calls = []
    for index, factor in found.items():
        w = parameters[network.trainable_part(index)]
        old = np.empty_like(w)
        before.append(partial(np.copyto, old, w))
        if factor == 0:
            after.append(partial(np.copyto, w, old))
            continue
        after += [
            partial(np.subtract, w, old, w),
            partial(np.multiply, w, scalar(factor, w.dtype), w),
            partial(np.add, w, old, w),
        ]
    return [*before, *update, *after]
