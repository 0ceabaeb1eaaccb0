"""The upper tail of the normal distribution, which NumPy does not have.

Q(u) = e^(-u²/2)·P(t) with t = (u - a) / (u + a), the substitution of Schonfelder (Math. Comp. 32, 1978). The
coefficients were fitted for this project in 60-digit arithmetic: least squares with Lawson's weights, so that the
largest absolute error of Q over all u ≥ 0 is least. With rounding it is 2.3e-16 in float64 and 1.6e-7 in float32.
"""

from functools import partial

import numpy as np

from neural.engine.arrays import Array, Calls, scalar

# a, then P from the highest power down
_FLOAT64 = (
    4.0,
    (
        -7.35467169168444935e-8, -8.98424057186967295e-7, -4.42610576286381306e-6, -9.58456152326298274e-6,
        -8.37357410100046341e-7, 2.44967327463797874e-5, -4.78970472247655838e-5, -1.88164881136312521e-4,
        6.38513730845206421e-4, 5.07497142612763779e-4, -8.49210475101812792e-3, 3.086480337544461e-2,
        -7.17074073456530217e-2, 1.24379255342777568e-1, -1.70397721548222558e-1, 9.44106413019722919e-2,
    ),
)  # fmt: skip
_FLOAT32 = (
    5.0,
    (1.715435015e-2, -1.154416474e-2, 5.751120441e-2, -7.620096126e-2, 1.174040606e-1, -1.432532239e-1, 7.693203618e-2),
)


def upper_tail(distance: Array, bell: Array, tail: Array, ratio: Array) -> Calls:
    """Compute bell = e^(-u²/2) and tail = Q(u) = 1 - Φ(u) for distances u ≥ 0; `ratio` is overwritten."""
    dtype = distance.dtype
    a, (first, *others) = _FLOAT32 if dtype == np.float32 else _FLOAT64
    shift = scalar(a, dtype)
    calls: Calls = [
        partial(np.multiply, distance, distance, bell),
        partial(np.multiply, bell, scalar(-0.5, dtype), bell),
        partial(np.exp, bell, bell),
        partial(np.subtract, distance, shift, ratio),
        partial(np.add, distance, shift, tail),
        partial(np.divide, ratio, tail, ratio),
        partial(np.copyto, tail, scalar(first, dtype)),
    ]
    for coefficient in others:  # Horner
        calls += [partial(np.multiply, tail, ratio, tail), partial(np.add, tail, scalar(coefficient, dtype), tail)]
    return [*calls, partial(np.multiply, tail, bell, tail)]
