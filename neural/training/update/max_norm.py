"""Max-norm constraint: a limit on the weights of each unit after each update."""

from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls, scalar
from neural.network.network import Network

EPSILON = 1e-7  # Keras' backend.epsilon()


def max_norm(network: Network, limit: float | None, parameters: Array, names: set[str]) -> Calls:
    """Shrink what flows into each unit to a length of at most `limit`: w ← w · min(‖w‖, limit) / (‖w‖ + 1e-7).

    Holds for the kernels among `names`; the length is taken over all axes but the last, as Keras' MaxNorm(axis=0) does
    for dense layers (Srivastava et al. 2014).
    """
    if limit is None:
        return []
    kernels = [each for each in network.parameters if each.name in names and each.name.endswith("kernel")]
    scratch = np.empty(max((kernel.size for kernel in kernels), default=0), parameters.dtype)
    calls: Calls = []
    for kernel in kernels:
        w = parameters[kernel.start : kernel.stop].reshape(-1, kernel.shape[-1])
        calls += _shrink(w, scratch[: kernel.size].reshape(w.shape), limit)
    return calls


def _shrink(w: Array, squares: Array, limit: float) -> Calls:
    norms, wanted = np.empty_like(w[0]), np.empty_like(w[0])
    return [
        partial(np.multiply, w, w, squares),
        partial(np.add.reduce, squares, 0, None, norms),
        partial(np.sqrt, norms, norms),
        partial(np.minimum, norms, scalar(limit, w.dtype), out=wanted),
        partial(np.add, norms, scalar(EPSILON, w.dtype), norms),
        partial(np.divide, wanted, norms, wanted),
        partial(np.multiply, w, wanted, w),
    ]
