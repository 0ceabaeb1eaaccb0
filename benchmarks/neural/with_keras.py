"""Keras' `fit` on JAX."""

import os

os.environ["KERAS_BACKEND"] = "jax"

from typing import Any

import keras
import numpy as np

from benchmarks.neural.workloads import Workload

NAME = "Keras fit"


def can_run(work: Workload) -> bool:
    """Tell whether every layer has its counterpart here."""
    return all(layer.key in COUNTERPARTS for layer in work.network.layers)


class Trainer:
    """Trains a workload; goes on from where the last call ended, over rows in the order of the first epoch."""

    def __init__(self, work: Workload) -> None:
        self._work = work
        self._x, self._y = work.examples.x[work.orders[0]], work.examples.y[work.orders[0]]
        self._model = model(work)
        binary = work.loss == "binary_crossentropy"
        losses = keras.losses
        self._model.compile(
            optimizer=keras.optimizers.Adam(work.learning_rate)
            if work.optimizer == "adam"
            else keras.optimizers.SGD(work.learning_rate, momentum=work.momentum),
            loss=losses.BinaryCrossentropy(from_logits=True)
            if binary
            else losses.SparseCategoricalCrossentropy(from_logits=True),
        )

    def __call__(self) -> float:
        """Train; give the mean loss of the first epoch."""
        work = self._work
        history = self._model.fit(
            self._x, self._y, batch_size=work.batch_size, epochs=work.epochs, shuffle=False, verbose=0
        )
        return float(history.history["loss"][0])


def model(work: Workload) -> Any:
    """Build the workload's network with its first weights."""
    values = [keras.Input(work.input_shape)]
    for layer, sources in zip(work.network.layers, work.network.sources, strict=True):
        inputs = [values[source] for source in sources]
        counterpart = COUNTERPARTS[layer.key](layer)
        if layer.key == "multi_head_attention":
            inputs = [inputs[0], inputs[0]]
        values.append(counterpart(inputs) if layer.key == "add" else counterpart(*inputs))
        own = [array for name, array in work.arrays.items() if name.startswith(f"{layer.name}.")]
        counterpart.set_weights(
            [np.reshape(array, weight.shape) for array, weight in zip(own, counterpart.weights, strict=True)]
        )
    return keras.Model(values[0], values[-1])


COUNTERPARTS: dict[str, Any] = {
    "dense": lambda layer: keras.layers.Dense(layer.units, activation=layer.activation),
    "conv2d": lambda layer: keras.layers.Conv2D(layer.filters, layer.kernel_size, activation=layer.activation),
    "max_pooling2d": lambda layer: keras.layers.MaxPooling2D(layer.pool_size),
    "flatten": lambda _: keras.layers.Flatten(),
    "lstm": lambda layer: keras.layers.LSTM(layer.units),
    "multi_head_attention": lambda layer: keras.layers.MultiHeadAttention(layer.num_heads, layer.key_dim),
    "add": lambda _: keras.layers.Add(),
    "layer_normalization": lambda layer: keras.layers.LayerNormalization(epsilon=layer.epsilon),
    "global_average_pooling1d": lambda _: keras.layers.GlobalAveragePooling1D(),
}
