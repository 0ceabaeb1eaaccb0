"""JAX with a whole epoch compiled into one `lax.scan`, the fastest that it is ordinarily written."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.neural.workloads import Workload

NAME = "JAX scan"
FUNCTIONS: dict[str, Callable[..., Any]] = {"linear": lambda z: z, "relu": jax.nn.relu, "tanh": jnp.tanh}


def can_run(work: Workload) -> bool:
    """Tell whether every layer has its counterpart here."""
    return all(layer.key in COUNTERPARTS for layer in work.network.layers)


class Trainer:
    """Trains a workload from its first weights at every call; compiled at the first."""

    def __init__(self, work: Workload) -> None:
        self._work = work
        whole = work.rows - work.rows % work.batch_size
        assert whole == work.rows, "one scan needs batches of one size"
        self._x, self._y = jnp.asarray(work.examples.x), jnp.asarray(work.examples.y)
        self._orders = [jnp.asarray(order.reshape(-1, work.batch_size)) for order in work.orders]
        self._epoch = jax.jit(partial(epoch, work))

    def __call__(self) -> float:
        """Train; give the mean loss of the first epoch."""
        parameters = {name: jnp.asarray(array) for name, array in self._work.arrays.items()}
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        state = (parameters, zeros, zeros, jnp.zeros(()))
        means = []
        for order in self._orders:
            state, losses = self._epoch(state, self._x, self._y, order)
            means.append(losses)
        jax.block_until_ready(state)
        return float(np.mean(means[0]))


def epoch(work: Workload, state: Any, x: Any, y: Any, order: Any) -> Any:
    """Scan over the batches of one epoch."""

    def step(state: Any, rows: Any) -> Any:
        parameters, m, v, t = state
        loss, gradients = jax.value_and_grad(partial(mean_loss, work))(parameters, x[rows], y[rows])
        t += 1
        parameters, m, v = UPDATES[work.optimizer](work, parameters, gradients, m, v, t)
        return (parameters, m, v, t), loss

    return jax.lax.scan(step, state, order)


def _adam(work: Workload, parameters: Any, gradients: Any, m: Any, v: Any, t: Any) -> Any:
    m = jax.tree.map(lambda m, g: m + 0.1 * (g - m), m, gradients)
    v = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), v, gradients)
    rate = work.learning_rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), parameters, m, v), m, v


def _sgd(work: Workload, parameters: Any, gradients: Any, m: Any, v: Any, t: Any) -> Any:
    del t
    m = jax.tree.map(lambda m, g: work.momentum * m - work.learning_rate * g, m, gradients)
    return jax.tree.map(jnp.add, parameters, m), m, v


UPDATES = {"adam": _adam, "sgd": _sgd}


def mean_loss(work: Workload, parameters: Any, x: Any, y: Any) -> Any:
    """The mean cross-entropy of a batch."""
    values = [x]
    for layer, sources in zip(work.network.layers, work.network.sources, strict=True):
        own = {
            name.removeprefix(f"{layer.name}."): array
            for name, array in parameters.items()
            if name.startswith(f"{layer.name}.")
        }
        values.append(COUNTERPARTS[layer.key](layer, own, *(values[source] for source in sources)))
    logits = values[-1]
    if work.loss == "binary_crossentropy":
        return jnp.mean(jax.nn.softplus(logits[:, 0]) - y * logits[:, 0])
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1))


def _dense(layer: Any, own: Any, x: Any) -> Any:
    return FUNCTIONS[layer.activation](x @ own["kernel"] + own["bias"])


def _conv2d(layer: Any, own: Any, x: Any) -> Any:
    z = jax.lax.conv_general_dilated(x, own["kernel"], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return FUNCTIONS[layer.activation](z + own["bias"])


def _max_pooling2d(_: Any, own: Any, x: Any) -> Any:
    del own
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def _lstm(layer: Any, own: Any, x: Any) -> Any:
    def step(state: Any, x: Any) -> Any:
        h, c = state
        i, f, g, o = jnp.split(x + h @ own["recurrent_kernel"], 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), None

    start = jnp.zeros((len(x), layer.units))
    projected = jnp.swapaxes(x, 0, 1) @ own["kernel"] + own["bias"]
    return jax.lax.scan(step, (start, start), projected)[0][0]


def _attention(layer: Any, own: Any, x: Any) -> Any:
    def project(name: str) -> Any:
        return jnp.einsum("btd,dhk->bhtk", x, own[f"{name}_kernel"]) + own[f"{name}_bias"][:, None]

    query, key, value = map(project, ("query", "key", "value"))
    scores = jax.nn.softmax(jnp.einsum("bhtk,bhsk->bhts", query, key) / np.sqrt(layer.key_dim))
    seen = jnp.einsum("bhts,bhsk->bthk", scores, value)
    return jnp.einsum("bthk,hkd->btd", seen, own["output_kernel"]) + own["output_bias"]


def _layer_normalization(layer: Any, own: Any, x: Any) -> Any:
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + layer.epsilon) * own["gamma"] + own["beta"]


COUNTERPARTS: dict[str, Callable[..., Any]] = {
    "dense": _dense,
    "conv2d": _conv2d,
    "max_pooling2d": _max_pooling2d,
    "flatten": lambda _layer, _own, x: x.reshape(len(x), -1),
    "lstm": _lstm,
    "multi_head_attention": _attention,
    "add": lambda _layer, _own, *x: x[0] + x[1],
    "layer_normalization": _layer_normalization,
    "global_average_pooling1d": lambda _layer, _own, x: x.mean(axis=1),
}
