"""Linear models to compare a network with: ridge and logistic regression on standardized inputs, in bounded time."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from neural.scoring.arrays import Ids, Numbers

PENALTY = 1.0
STEPS = 200
CHANGE = 1e-6


@dataclass(frozen=True)
class LinearModel:
    """x → ((x - mean) / scale) · W + b, shape (rows, outputs)."""

    mean: Numbers
    scale: Numbers
    W: Numbers
    b: Numbers

    def answers(self, x: Numbers) -> Numbers:
        """Compute the outputs."""
        y: Numbers = (x - self.mean) / self.scale @ self.W + self.b
        return y

    def shares(self, x: Numbers) -> Numbers:
        """Compute the probabilities of the classes."""
        return softmax(self.answers(x))


@dataclass(frozen=True)
class _Standardized:
    x: Numbers
    mean: Numbers
    scale: Numbers

    @classmethod
    def of(cls, x: Numbers) -> Self:
        mean, scale = x.mean(axis=0), x.std(axis=0)
        scale[scale == 0] = 1
        return cls((x - mean) / scale, mean, scale)


def ridge_regression(x: Numbers, y: Numbers, penalty: float = PENALTY) -> LinearModel:
    """Minimize ‖x·W + b - y‖² + penalty·‖W‖² for x (rows, inputs) and y (rows, outputs), in closed form."""
    inputs = _Standardized.of(x)
    z, b = inputs.x, y.mean(axis=0)
    W = np.linalg.solve(z.T @ z + penalty * np.eye(z.shape[1]), z.T @ (y - b))
    return LinearModel(inputs.mean, inputs.scale, W, b)


def logistic_regression(x: Numbers, true: Ids, classes: int, penalty: float = PENALTY) -> LinearModel:
    """Minimize Σ -log p(true) + penalty/2·‖W‖² with p = softmax(x·W + b), by Newton steps with a bound for the Hessian.

    The bound, ½·zᵀz for each class, is factored once, and no step makes the loss larger; at most 200 are taken.
    Source: Böhning, Multinomial logistic regression algorithm, 1992.
    """
    inputs = _Standardized.of(x)
    z = np.hstack([inputs.x, np.ones((len(x), 1))])
    ridge = np.append(np.full(x.shape[1], penalty), 0.0)[:, None]
    inverse = np.linalg.inv(z.T @ z / 2 + np.diag(ridge[:, 0]))
    happened = np.eye(classes)[true]
    W = np.zeros((z.shape[1], classes))
    for _ in range(STEPS):
        step = inverse @ (z.T @ (softmax(z @ W) - happened) + ridge * W)
        W -= step
        if np.abs(step).max() < CHANGE:
            break
    return LinearModel(inputs.mean, inputs.scale, W[:-1], W[-1])


def softmax(logits: Numbers) -> Numbers:
    """Probabilities (rows, classes) of logits."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Numbers = powers / powers.sum(axis=1, keepdims=True)
    return shares
