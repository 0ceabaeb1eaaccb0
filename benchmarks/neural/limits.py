"""What the machine could do at most: the rates of products and of copies, measured in the same run."""

import time
from statistics import median

import numpy as np

from benchmarks.neural.workloads import Workload


def gemm_rate(size: int = 1024, rounds: int = 9) -> float:
    """Measure float32 matrix products, FLOP/s."""
    a, b, c = (np.ones((size, size), np.float32) for _ in range(3))
    return 2 * size**3 / median(_seconds(lambda: np.dot(a, b, c)) for _ in range(rounds))


def bandwidth(megabytes: int = 256, rounds: int = 9) -> float:
    """Measure copies in main memory, bytes moved (read and written) each second."""
    source = np.ones(megabytes << 18, np.float32)
    target = np.empty_like(source)
    return 2 * source.nbytes / median(_seconds(lambda: np.copyto(target, source)) for _ in range(rounds))


def least_seconds(work: Workload, *, flops: float, bytes_each_second: float) -> float:
    """The least time of one training: its products at full rate, or its updates at full bandwidth."""
    network = work.network
    first = network.layers[0]
    reads_rows = first.key in {"dense", "conv2d"}  # whose error nobody needs
    unneeded = first.flops_per_row(network.input_shape) if reads_rows else 0
    products = (3 * network.flops_per_row - unneeded) * work.rows * work.epochs / flops
    # weights, gradient and moments: read, and all but the gradient written
    passes = 7 if work.optimizer == "adam" else 5
    in_cache = work.network.parameter_count * 4 * 4 < 16 << 20
    moved = 0.0 if in_cache else passes * 4 * work.network.parameter_count * work.steps / bytes_each_second
    return max(products, moved)


def _seconds(call: "object") -> float:
    start = time.process_time()
    call()  # type: ignore[operator]
    return time.process_time() - start
