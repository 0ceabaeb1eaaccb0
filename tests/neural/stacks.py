"""Random stacks of the layers that masks concern, with the same stacks in Keras, weight by weight."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

import neural
from neural import layers as own
from neural.layers import Layer

IDS, CLASSES = 6, 3
TIME, UNITS = 4, 2  # the same everywhere, for the reference framework compiles each shape anew
MERGING = {
    "add": own.Add, "multiply": own.Multiply, "concatenate": own.Concatenate, "subtract": own.Subtract,
    "average": own.Average, "maximum": own.Maximum, "minimum": own.Minimum,
}  # fmt: skip
KEEPING = (
    "conv1d", "max_pooling1d", "average_pooling1d", "reshape", "simple_rnn", "lstm", "gru", "batch_normalization",
    "layer_normalization", "dropout", "spatial_dropout1d", "dense", "activation", "prelu", "multi_head_attention",
    *MERGING,
)  # fmt: skip
ENDS = ("flatten", "average", "max", "last", "every step")
Draw = Any


@dataclass
class Stack:
    """Layers that read padded ids, one after the other or an earlier one beside."""

    time: int
    width: int
    layers: list[Layer] = field(default_factory=list)
    inputs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def add(self, layer: Layer, *inputs: str) -> str:
        """Put a layer on top, reading these or the one below; give its name."""
        self.layers.append(layer)
        if inputs:
            self.inputs[str(layer.name)] = inputs
        return str(layer.name)

    @property
    def network(self) -> neural.Network:
        """Ours."""
        return neural.Network(layers=tuple(self.layers), input_shape=(self.time,), inputs=self.inputs)

    def rows(self, seed: int, count: int = 5) -> np.ndarray:
        """Draw ids with padding at ends and in between, no row of padding alone."""
        generator = np.random.default_rng(seed)
        x = generator.integers(0, IDS, (count, self.time))
        x[np.arange(self.time) >= generator.integers(1, self.time + 1, (count, 1))] = 0
        x[:, 0] = np.where(x.any(axis=1), x[:, 0], 1)
        return x


@st.composite
def stacks(draw: Draw, *, at_random: bool = False) -> Stack:
    """Draw an embedding of padded ids, up to five layers over time, and an end; `at_random`: with dropout that acts."""
    stack = Stack(TIME, UNITS)
    at = stack.add(own.Embedding(input_dim=IDS, output_dim=stack.width, mask_zero=True, name="words"))
    width = stack.width
    for number, kind in enumerate(draw(st.lists(st.sampled_from(KEEPING), min_size=1, max_size=5))):
        at, width = _keeping(draw, stack, kind, f"the_{kind}_{number}", at, width, rate=0.3 if at_random else 0.0)
    _end(draw, stack, draw(st.sampled_from(ENDS)))
    return stack


def _keeping(draw: Draw, stack: Stack, kind: str, name: str, at: str, width: int, *, rate: float) -> tuple[str, int]:
    """Put a layer on top that keeps the time axis; give its name and its width."""
    units = UNITS
    if kind in {"simple_rnn", "lstm", "gru"}:
        way = draw(st.sampled_from(["", "go_backwards", "bidirectional"]))
        made = vars(own)[{"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}[kind]]
        clears = draw(st.booleans())
        options = {way: True} if way else {}
        layer = made(units=units, return_sequences=True, zero_output_for_mask=clears, name=name, **options)
        return stack.add(layer), units * (2 if way == "bidirectional" else 1)
    if kind in MERGING:
        made = MERGING[kind]
        other = _other(draw, stack, f"beside_{name}", width)
        first = (other, at) if draw(st.booleans()) else (at, other)
        return stack.add(made(name=name), *first), width * (2 if kind == "concatenate" else 1)
    if kind == "multi_head_attention":
        causal, dropout = draw(st.booleans()), draw(st.sampled_from([0.0, rate]))
        layer = own.MultiHeadAttention(num_heads=2, key_dim=units, causal=causal, dropout=dropout, name=name)
        if draw(st.booleans()):
            return stack.add(layer), width
        other = _other(draw, stack, f"beside_{name}", units)
        return stack.add(layer, at, other), width
    padding = draw(st.sampled_from(["same", "causal"]))
    plain: dict[str, tuple[Layer, int]] = {
        "conv1d": (own.Conv1D(filters=units, kernel_size=2, padding=padding, name=name), units),
        "max_pooling1d": (own.MaxPooling1D(pool_size=2, strides=1, padding="same", name=name), width),
        "average_pooling1d": (own.AveragePooling1D(pool_size=2, strides=1, padding="same", name=name), width),
        "reshape": (own.Reshape(target_shape=(stack.time, width), name=name), width),  # back from a row
        "batch_normalization": (own.BatchNormalization(momentum=0.8, name=name), width),
        "layer_normalization": (own.LayerNormalization(name=name), width),
        "dropout": (own.Dropout(rate=rate, name=name), width),
        "spatial_dropout1d": (own.SpatialDropout1D(rate=rate, name=name), width),
        "dense": (own.Dense(units=units, activation="tanh", name=name), units),
        "activation": (own.Activation(function="softsign", name=name), width),
        "prelu": (own.PReLU(initializer="random_uniform", name=name), width),
    }
    layer, wide = plain[kind]
    if kind == "reshape":  # on JAX a reshape to the same shape is nothing, and lets a mask pass that Keras says it ends
        stack.add(own.Reshape(target_shape=(-1,), name=f"{name}_row"))
    return stack.add(layer), wide


def _other(draw: Draw, stack: Stack, name: str, width: int) -> str:
    """Give another value of this width, with a mask or without one."""
    mask_zero = draw(st.booleans())
    return stack.add(own.Embedding(input_dim=IDS, output_dim=width, mask_zero=mask_zero, name=name), "input")


def _end(draw: Draw, stack: Stack, end: str) -> None:
    """Put what makes the outputs on top."""
    if end == "last":
        way = draw(st.sampled_from(["", "go_backwards", "bidirectional"]))
        options = {way: True} if way else {}
        stack.add(own.LSTM(units=2, zero_output_for_mask=draw(st.booleans()), name="last", **options))
    elif end != "every step":
        made = {"flatten": own.Flatten, "average": own.GlobalAveragePooling1D, "max": own.GlobalMaxPooling1D}[end]
        stack.add(made(name=end))
    stack.add(own.Dense(units=CLASSES, name="outputs"))


def twin(stack: Stack, k: Any) -> Any:
    """Make the same as a Functional model of Keras."""
    values = {"input": k.Input((stack.time,))}
    last = "input"
    for layer in stack.layers:
        read = [values[name] for name in stack.inputs.get(str(layer.name), (last,))]
        last = str(layer.name)
        values[last] = _called(layer, k, read)
    return k.Model(values["input"], values[last])


def _called(layer: Any, k: Any, read: list[Any]) -> Any:
    """Make a layer of Keras and call it."""
    if layer.key == "multi_head_attention":
        made = k.layers.MultiHeadAttention(layer.num_heads, layer.key_dim, dropout=layer.dropout, name=layer.name)
        return made(read[0], read[-1], use_causal_mask=layer.causal)
    if layer.key in {"simple_rnn", "lstm", "gru"}:
        names = ("units", "return_sequences", "go_backwards", "zero_output_for_mask")
        options = {name: getattr(layer, name) for name in names}
        made = getattr(k.layers, type(layer).__name__)(name=f"{layer.name}_inside", **options)
        if layer.bidirectional:
            return k.layers.Bidirectional(made, name=layer.name)(read[0])
        made.name = layer.name
        return made(read[0])
    plain = {
        "embedding": ("input_dim", "output_dim", "mask_zero"),
        "conv1d": ("filters", "kernel_size", "padding"),
        "max_pooling1d": ("pool_size", "strides", "padding"),
        "average_pooling1d": ("pool_size", "strides", "padding"),
        "reshape": ("target_shape",),
        "batch_normalization": ("momentum",),
        "dropout": ("rate",),
        "spatial_dropout1d": ("rate",),
        "dense": ("units", "activation"),
    }
    options = {name: getattr(layer, name) for name in plain.get(layer.key, ())}
    if layer.key == "activation":
        options = {"activation": layer.function}
    made = getattr(k.layers, type(layer).__name__)(name=layer.name, **options)
    return made(read if len(read) > 1 else read[0])


def give(model: Any, network: neural.Network, flat: np.ndarray) -> None:
    """Set the weights of a model of Keras, layer by layer."""
    for name, values in _by_layer(network, flat).items():
        layer = model.get_layer(name)
        for variable, value in zip([*layer.trainable_weights, *layer.non_trainable_weights], values, strict=True):
            variable.assign(value)


def taken(model: Any, network: neural.Network) -> np.ndarray:
    """Lay the weights of a model of Keras out as ours."""
    flat = np.empty(network.parameter_count)
    for name, values in _by_layer(network, flat).items():
        layer = model.get_layer(name)
        for variable, value in zip([*layer.trainable_weights, *layer.non_trainable_weights], values, strict=True):
            value[...] = np.asarray(variable)
    return flat


def _by_layer(network: neural.Network, flat: np.ndarray) -> dict[str, list[np.ndarray]]:
    found: dict[str, list[np.ndarray]] = {}
    for name, array in neural.named_arrays(network, flat).items():
        found.setdefault(name.rpartition(".")[0], []).append(array)
    return found
