"""What happens to a gradient between the way back and the optimizer: l1, l2, clipping."""

from functools import partial

import numpy as np

from neural.arrays import Array, Calls, scalar
from neural.network import Network
from neural.plan import TrainingPlan


def penalties(network: Network, plan: TrainingPlan, parameters: Array, gradients: Array) -> Calls:
    """Prepare what the plan asks for, in place on the flat gradient."""
    return [
        *_decay(network, plan, parameters, gradients),
        *_clip_values(plan.clip_value, gradients),
        *_clip_norm(plan.clip_norm, gradients),
    ]


def _decay(network: Network, plan: TrainingPlan, parameters: Array, gradients: Array) -> Calls:
    """Add l1·sign(w) + 2·l2·w for kernels."""
    if not plan.l1 and not plan.l2:
        return []
    calls: Calls = []
    scratch = np.empty_like(parameters)
    l1, l2 = scalar(plan.l1, parameters.dtype), scalar(2 * plan.l2, parameters.dtype)
    for parameter in network.parameters:
        if not parameter.name.endswith("kernel"):
            continue
        part = slice(parameter.start, parameter.stop)
        w, g, t = parameters[part], gradients[part], scratch[part]
        if plan.l1:
            calls += [partial(np.sign, w, t), partial(np.multiply, t, l1, t), partial(np.add, g, t, g)]
        if plan.l2:
            calls += [partial(np.multiply, w, l2, t), partial(np.add, g, t, g)]
    return calls


def _clip_values(limit: float | None, gradients: Array) -> Calls:
    """Cut each value to [-limit, limit]."""
    if limit is None:
        return []
    return [
        partial(np.minimum, gradients, scalar(limit, gradients.dtype), out=gradients),
        partial(np.maximum, gradients, scalar(-limit, gradients.dtype), out=gradients),
    ]


def _clip_norm(limit: float | None, gradients: Array) -> Calls:
    """Scale the whole gradient by limit / max(norm, limit)."""
    if limit is None:
        return []
    bound, norm = scalar(limit, gradients.dtype), np.zeros((), gradients.dtype)
    return [
        partial(gradients.dot, gradients, norm),
        partial(np.sqrt, norm, norm),
        partial(np.maximum, norm, bound, out=norm),
        partial(np.divide, bound, norm, norm),
        partial(np.multiply, gradients, norm, gradients),
    ]
