"""The gradient check catches every fault that was planted in a way back."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest

import neural
from neural.activations import Elu, Function, Gelu, LeakyRelu, Relu, Sigmoid, Softmax, Softplus, Tanh
from neural.activations.base import Scratch
from neural.engine.arrays import Array, Calls, scalar
from neural.layers.shared.base import Bound, LayerBuffers
from neural.losses import BinaryCrossentropy, CategoricalCrossentropy, Huber, Loss, MeanAbsoluteError, MeanSquaredError


class TanhWithTheWrongSign(Tanh):
    """dz = -dy·f'(z)."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Turn the result around."""
        return [*super().backward(z, y, dy, scratch), partial(np.negative, dy, dy)]


class SigmoidWithoutItsDerivative(Sigmoid):
    """dz = dy."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Forget f'."""
        del z, y, dy, scratch
        return []


class SoftmaxWithADiagonalJacobian(Softmax):
    """dz = dy·y·(1 - y), as if the outputs did not share one sum."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Use the diagonal alone."""
        return Sigmoid().backward(z, y, dy, scratch)


class ReluThatLetsEverythingBack(Relu):
    """dz = dy also where y = 0."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Forget the mask."""
        del z, y, dy, scratch
        return []


class LeakyReluWithAnotherSlope(LeakyRelu):
    """Forward 0.2, back 0.21."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Use a slope that differs a little."""
        return LeakyRelu(negative_slope=0.21).backward(z, y, dy, scratch)


class EluThatForgetsAlpha(Elu):
    """f'(z) = f(z) + 1 for z < 0 whatever alpha is."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Use alpha = 1."""
        return Elu().backward(z, y, dy, scratch)


class GeluWithoutItsSecondTerm(Gelu):
    """f'(z) = Φ(z), without z·φ(z)."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Clear the bell."""
        return [partial(scratch("bell").fill, 0), *super().backward(z, y, dy, scratch)]


class SoftplusOfTheOutput(Softplus):
    """f' = σ(y) instead of σ(z)."""

    def backward(self, z: Array, y: Array, dy: Array, scratch: Scratch) -> Calls:
        """Mistake the output for the input."""
        del z
        slope = scratch("slope")
        return [*Sigmoid().forward(y, slope, scratch), partial(np.multiply, dy, slope, dy)]


@dataclass(frozen=True, kw_only=True)
class FaultyDense(neural.Dense):
    """A dense layer whose way back has the named fault."""

    fault: str = ""

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Bind as usual, then spoil the gradient."""
        bound = super().bind(buffers)
        dW = buffers.gradients.reshape(-1, self.units)
        W = buffers.parameters.reshape(-1, self.units)
        spoilers: dict[str, list] = {
            "no bias gradient": [partial(dW[-1].fill, 0)],
            "bias gradient of the first row alone": [partial(np.copyto, dW[-1], buffers.dy[:, 0])],
            "kernel gradient transposed": [partial(_copy, dW[:-1], dW[:-1].T)]
            if dW[:-1].T.shape == dW[:-1].shape
            else [],
            "kernel not transposed": [partial(_product, W[:-1].T, buffers.dy, buffers.dx)]
            if buffers.dx is not None
            else [],
            "no gradient for the input": [partial(buffers.dx.fill, 0)] if buffers.dx is not None else [],
            "kernel gradient off by a thousandth of a percent": [partial(np.multiply, dW, 1.00001, dW)],
        }
        return Bound(bound.forward, [*bound.backward, *spoilers[self.fault]])


def _copy(target: Array, source: Array) -> None:
    target[...] = source.copy()


def _product(a: Array, b: Array, out: Array | None) -> None:
    assert out is not None
    out[...] = a @ b


@dataclass(frozen=True, kw_only=True)
class FaultyDropout(neural.Dropout):
    """A dropout whose way back forgets the mask, or the scale."""

    fault: str = ""

    def bind(self, buffers: LayerBuffers) -> Bound:
        """Replace the way back."""
        bound = super().bind(buffers)
        assert buffers.dx is not None
        scale = scalar(1 - self.rate, buffers.dx.dtype)
        spoiled = {
            "no mask": [partial(np.copyto, buffers.dx, buffers.dy)],
            "no scale": [*bound.backward, partial(np.multiply, buffers.dx, scale, buffers.dx)],
        }
        return Bound(bound.forward, spoiled[self.fault])


class SquaresWithoutTwo(MeanSquaredError):
    """dL/dz = (z - t) / count."""

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Halve the gradient."""
        half = scalar(0.5, dlogits.dtype)
        return [*super().gradient(logits, target_term, dlogits, scratch), partial(np.multiply, dlogits, half, dlogits)]


class CrossentropyOfASum(CategoricalCrossentropy):
    """Forgets the 1/batch."""

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Multiply by the batch."""
        batch = scalar(float(dlogits.shape[1]), dlogits.dtype)
        return [*super().gradient(logits, target_term, dlogits, scratch), partial(np.multiply, dlogits, batch, dlogits)]


class CrossentropyWithTheWrongTarget(CategoricalCrossentropy):
    """Subtracts onehot instead of onehot/batch."""

    def target_term(self, targets: Array) -> Array:
        """Forget to divide."""
        return targets


class BinaryCrossentropyThroughTheSigmoidTwice(BinaryCrossentropy):
    """Multiplies by σ'(z), which the cross-entropy cancels."""

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Apply the derivative of the link once more."""
        y = scratch("y")
        return [
            *super().gradient(logits, target_term, dlogits, scratch),
            *Sigmoid().forward(logits, y, scratch),
            *Sigmoid().backward(logits, y, dlogits, scratch),
        ]


class HuberWithoutItsLimit(Huber):
    """dL/dz = e / count also for large e."""

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Forget to clip."""
        calls = super().gradient(logits, target_term, dlogits, scratch)
        return [calls[0], calls[-1]]


class AbsolutesAveragedOverTheBatchAlone(MeanAbsoluteError):
    """Divides by the batch instead of batch · outputs."""

    def gradient(self, logits: Array, target_term: Array, dlogits: Array, scratch: Scratch) -> Calls:
        """Multiply by the outputs."""
        outputs = scalar(float(dlogits.shape[0]), dlogits.dtype)
        return [
            *super().gradient(logits, target_term, dlogits, scratch),
            partial(np.multiply, dlogits, outputs, dlogits),
        ]


def hidden(function: Function) -> tuple:
    """Put a faulty activation into the middle of a network."""
    return (neural.Dense(units=4), neural.Dense(units=4, activation=function), neural.Dense(units=3))


def dense(fault: str) -> tuple:
    """Put a faulty dense layer into the middle of a network."""
    return (
        neural.Dense(units=4, activation="tanh"),
        FaultyDense(units=4, activation="tanh", fault=fault),
        neural.Dense(units=3),
    )


def dropout(fault: str) -> tuple:
    """Put a faulty dropout into the middle of a network."""
    return (neural.Dense(units=6, activation="tanh"), FaultyDropout(rate=0.4, fault=fault), neural.Dense(units=3))


SOUND = (neural.Dense(units=4, activation="tanh"), neural.Dense(units=3))
MSE = MeanSquaredError()
FAULTS: dict[str, tuple[tuple, Loss]] = {
    "sign of tanh": (hidden(TanhWithTheWrongSign()), MSE),
    "sigmoid without its derivative": (hidden(SigmoidWithoutItsDerivative()), MSE),
    "softmax with a diagonal Jacobian": (hidden(SoftmaxWithADiagonalJacobian()), MSE),
    "relu without its mask": (hidden(ReluThatLetsEverythingBack()), MSE),
    "leaky relu with another slope": (hidden(LeakyReluWithAnotherSlope()), MSE),
    "elu without alpha": (hidden(EluThatForgetsAlpha(alpha=0.7)), MSE),
    "gelu without z·φ(z)": (hidden(GeluWithoutItsSecondTerm()), MSE),
    "softplus of its output": (hidden(SoftplusOfTheOutput()), MSE),
    "no bias gradient": (dense("no bias gradient"), MSE),
    "bias gradient of one row": (dense("bias gradient of the first row alone"), MSE),
    "kernel gradient transposed": (dense("kernel gradient transposed"), MSE),
    "kernel not transposed on the way back": (dense("kernel not transposed"), MSE),
    "no gradient for the input": (dense("no gradient for the input"), MSE),
    "kernel gradient off by 1e-5": (dense("kernel gradient off by a thousandth of a percent"), MSE),
    "dropout without its mask": (dropout("no mask"), MSE),
    "dropout without its scale": (dropout("no scale"), MSE),
    "squared error without its factor 2": (SOUND, SquaresWithoutTwo()),
    "cross-entropy without 1/n": (SOUND, CrossentropyOfASum()),
    "cross-entropy with targets not divided": (SOUND, CrossentropyWithTheWrongTarget()),
    "binary cross-entropy through the sigmoid twice": (SOUND, BinaryCrossentropyThroughTheSigmoidTwice()),
    "huber without its limit": (SOUND, HuberWithoutItsLimit(delta=0.3)),
    "absolute error averaged over rows alone": (SOUND, AbsolutesAveragedOverTheBatchAlone()),
}


def certify(layers: tuple, loss: Loss) -> neural.GradientCertificate:
    """Check a network on drawn weights and rows."""
    generator = np.random.default_rng(11)
    network = neural.Network(layers=layers, input_shape=(5,))
    flat = neural.initialize(network, generator, "float64")
    flat += 0.3 * generator.standard_normal(flat.size)
    x = generator.standard_normal((12, 5))
    draws = {
        "classes": generator.integers(0, 3, 12),
        "labels": generator.integers(0, 2, (12, 3)),
        "values": generator.standard_normal((12, 3)),
    }
    return neural.check_gradients(network, flat, x, draws[loss.targets], loss, generator=generator)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault: str) -> None:
    """A check that lets a known fault through proves nothing about unknown ones."""
    certificate = certify(*FAULTS[fault])

    assert not certificate.passed
    assert certificate.max_relative_error > 1e-6
    assert certificate.worst is not None


@pytest.mark.parametrize(
    "loss", [MSE, Huber(delta=0.3), MeanAbsoluteError(), BinaryCrossentropy(), CategoricalCrossentropy()]
)
def test_the_same_network_without_a_fault_passes(loss: Loss) -> None:
    """What is caught above is the fault, not the network around it."""
    certificate = certify(SOUND, loss)

    assert certificate.passed, certificate
