"""Regularization: L1 and L2 penalties, weight decay, gradient clipping."""

from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.network.network import Network
from neural.optimizers.base import OptimizerState, chunks
from neural.regularizers import L1L2
from neural.training.plan import TrainingPlan


def penalties(network: Network, plan: TrainingPlan, parameters: Array, gradients: Array) -> Calls:
    """Add the penalties' gradients in place on the flat gradient: the plan's on kernels, and those of the layers."""
    everywhere = L1L2(l1=plan.l1, l2=plan.l2)
    calls: Calls = []
    scratch = np.empty_like(parameters)  # takes no memory before it is written
    for parameter in network.parameters:
        if not parameter.trainable:
            continue
        part = slice(parameter.start, parameter.stop)
        w, g, t = parameters[part], gradients[part], scratch[part]
        if parameter.name.endswith("kernel"):
            calls += everywhere.add_gradient(w, g, t)
        calls += parameter.regularizer.add_gradient(w, g, t)
    return calls


def clipping(network: Network, plan: TrainingPlan, gradients: Array) -> Calls:
    """Prepare the limits that the plan asks for, in place: on values, on each parameter's norm, on the whole norm."""
    parts = [gradients[each.start : each.stop] for each in network.parameters if each.trainable]
    return [
        *_clip_values(plan.clip_value, gradients),
        *(call for part in parts for call in _clip_norm(plan.clip_parameter_norm, part)),
        *_clip_norm(plan.clip_norm, gradients),
    ]


def decoupled_decay(share: float, parameters: Array, state: OptimizerState) -> Calls:
    """Prepare w ← w - η·λ·w for all parameters, with the learning rate of the step (Loshchilov & Hutter 2019)."""
    if not share:
        return []
    left = state.rate(parameters.dtype, -share, 1.0)
    return [partial(np.multiply, w, left, w) for w, _ in chunks(parameters)]


def _clip_values(limit: float | None, gradients: Array) -> Calls:
    """Cut each value to [-limit, limit]."""
    if limit is None:
        return []
    return [
        partial(np.minimum, gradients, scalar(limit, gradients.dtype), out=gradients),
        partial(np.maximum, gradients, scalar(-limit, gradients.dtype), out=gradients),
    ]


def _clip_norm(limit: float | None, gradients: Array) -> Calls:
    """Scale a gradient by limit / max(norm, limit)."""
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
