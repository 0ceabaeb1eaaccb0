"""The networks that are trained, from a handful of weights to a small transformer, and the rows for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

import neural
from neural import vocabulary

SEED = 1


@dataclass(frozen=True)
class Workload:
    """A network, an optimizer and the rows; everybody starts from the same weights and sees the same batches."""

    name: str
    title: str
    rows: int
    input_shape: tuple[int, ...]
    classes: int
    layers: Callable[[], tuple[Any, ...]]
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    momentum: float = 0.0
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    loss: str = "categorical_crossentropy"

    @cached_property
    def network(self) -> neural.Network:
        """The network that gives logits."""
        return neural.Network(layers=self.layers(), input_shape=self.input_shape, inputs=self.inputs)

    @cached_property
    def plan(self) -> neural.TrainingPlan:
        """What this project trains by."""
        momentum = {"momentum": self.momentum} if self.momentum else {}
        return neural.TrainingPlan(
            loss=vocabulary.create("loss", self.loss),
            optimizer=vocabulary.create("optimizer", self.optimizer, learning_rate=self.learning_rate, **momentum),
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=SEED,
        )

    @cached_property
    def examples(self) -> neural.Examples:
        """Rows whose class follows from a random linear map."""
        generator = np.random.default_rng(7)
        x = generator.standard_normal((self.rows, *self.input_shape), dtype=np.float32)
        scores = x.reshape(self.rows, -1) @ generator.standard_normal((x[0].size, self.classes)).astype(np.float32)
        return neural.Examples(x, scores.argmax(axis=1))

    @cached_property
    def weights(self) -> npt.NDArray[np.float32]:
        """The flat weights that everybody starts from."""
        return neural.initialize(self.network, neural.streams(SEED).initialization).astype(np.float32)

    @cached_property
    def arrays(self) -> dict[str, npt.NDArray[np.float32]]:
        """The same weights by name."""
        return {
            name: array.astype(np.float32) for name, array in neural.named_arrays(self.network, self.weights).items()
        }

    @cached_property
    def orders(self) -> tuple[npt.NDArray[np.int64], ...]:
        """The rows of each epoch in the order in which this project shuffles them."""
        shuffling = neural.streams(SEED).shuffling
        return tuple(shuffling.permutation(self.rows) for _ in range(self.epochs))

    @property
    def steps(self) -> int:
        """Updates in one training."""
        return self.epochs * -(-self.rows // self.batch_size)


def layer(name: str, **parameters: Any) -> Any:
    """Describe a layer by its name in the vocabulary."""
    return vocabulary.create("layer", name, **parameters)


def dense(*units: int, activation: str = "relu", outputs: int) -> Callable[[], tuple[Any, ...]]:
    """Fully connected layers."""
    return lambda: (
        *(layer("dense", units=width, activation=activation) for width in units),
        layer("dense", units=outputs),
    )


def lenet() -> tuple[Any, ...]:
    """Two convolutions with pooling, then two fully connected layers."""
    return (
        layer("conv2d", filters=16, kernel_size=3, activation="relu"),
        layer("max_pooling2d", pool_size=2),
        layer("conv2d", filters=32, kernel_size=3, activation="relu"),
        layer("max_pooling2d", pool_size=2),
        layer("flatten"),
        layer("dense", units=128, activation="relu"),
        layer("dense", units=10),
    )


def lstm() -> tuple[Any, ...]:
    """One LSTM whose last state is classified."""
    return (layer("lstm", units=64), layer("dense", units=10))


def transformer() -> tuple[Any, ...]:
    """One post-norm block, averaged over time and classified."""
    return (
        layer("multi_head_attention", num_heads=4, key_dim=16),
        layer("add"),
        layer("layer_normalization"),
        layer("dense", units=256, activation="relu"),
        layer("dense", units=64),
        layer("add"),
        layer("layer_normalization"),
        layer("global_average_pooling1d"),
        layer("dense", units=10),
    )


BLOCK = {"add_1": ("input", "multi_head_attention_1"), "add_2": ("layer_normalization_1", "dense_2")}

WORKLOADS = (
    Workload("W1", "2-8-1 tanh, batch 4, SGD", 8_000, (2,), 2, dense(8, activation="tanh", outputs=1),
             "sgd", 0.01, 4, 10, loss="binary_crossentropy"),
    Workload("W2", "30-64-32-2, batch 32, Adam", 20_000, (30,), 2, dense(64, 32, outputs=2), "adam", 0.001, 32, 6),
    Workload("W3", "784-512-256-10, batch 128, Adam", 9_984, (784,), 10, dense(512, 256, outputs=10),
             "adam", 0.001, 128, 3),
    Workload("W4", "1024-2048-2048-10, batch 256, SGD momentum", 8_192, (1024,), 10, dense(2048, 2048, outputs=10),
             "sgd", 0.01, 256, 1, momentum=0.9),
    Workload("W5", "784-256-10, batch 16, Adam", 8_000, (784,), 10, dense(256, outputs=10), "adam", 0.001, 16, 2),
    Workload("W6", "28x28 conv16-pool-conv32-pool-128-10, batch 64, Adam", 6_400, (28, 28, 1), 10, lenet,
             "adam", 0.001, 64, 1),
    Workload("W7", "LSTM 64 over 32 x 16, batch 32, Adam", 6_400, (32, 16), 10, lstm, "adam", 0.001, 32, 1),
    Workload("W8", "transformer block d=64, 4 heads, T=32, batch 32, Adam", 3_200, (32, 64), 10, transformer,
             "adam", 0.001, 32, 1, inputs=BLOCK),
)  # fmt: skip
