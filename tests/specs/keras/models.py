"""Models of the kinds that Keras' documentation shows, written anew: what they read, and how they are built."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

WORDS, STEPS = 12, 6
K = Any  # the module `keras`
Build = Callable[[K], Any]


@dataclass(frozen=True)
class Example:
    """A model; rows are ids of words or plain numbers, and for several inputs each is one after the other."""

    build: Build
    inputs: tuple[tuple[int, ...], ...]
    words: tuple[bool, ...] = (False,)


def end(k: K, x: Any) -> Any:
    """Put three classes on top."""
    return k.layers.Dense(3, activation="softmax", name="classes")(x)


def words(k: K, name: str = "words") -> tuple[Any, Any]:
    """Give an input of ids, and its padded embedding."""
    ids = k.Input((STEPS,), name=f"{name}_ids")
    return ids, k.layers.Embedding(WORDS, 4, mask_zero=True, name=name)(ids)


def text_classifier(k: K) -> Any:
    """Padded words, read in both directions."""
    ids, x = words(k)
    return k.Model(ids, end(k, k.layers.Bidirectional(k.layers.LSTM(3, name="inside"), name="both")(x)))


def text_convolution(k: K) -> Any:
    """Padded words through windows, which end the mask."""
    ids, x = words(k)
    x = k.layers.Conv1D(5, 3, padding="same", activation="relu", name="window")(x)
    return k.Model(ids, end(k, k.layers.GlobalAveragePooling1D(name="pool")(x)))


def operations(k: K) -> Any:
    """Padded words through operations: these end the mask, which a layer beside them hands on, and see every step."""
    ids, x = words(k)
    y = k.layers.Dense(4, name="beside")(x)
    z = k.activations.relu(k.ops.maximum(x, y) * y - k.ops.softmax(x))
    means = [k.layers.GlobalAveragePooling1D(name=f"mean_{name}")(each) for name, each in (("y", y), ("z", z + x))]
    return k.Model(ids, end(k, k.layers.Concatenate(name="both")(means)))


def residual_cnn(k: K) -> Any:
    """Convolution, normalisation, rectifier; the block's input is added to its output."""
    image = k.Input((6, 6, 1), name="image")
    x = k.layers.Conv2D(4, 3, padding="same", name="stem")(image)
    y = k.layers.BatchNormalization(name="norm")(x)
    y = k.layers.ReLU(name="rectifier")(y)
    y = k.layers.Conv2D(4, 3, padding="same", use_bias=False, name="block")(y)
    x = k.layers.Add(name="residual")([x, y])
    return k.Model(image, end(k, k.layers.GlobalAveragePooling2D(name="pool")(x)))


def siamese_towers(k: K) -> Any:
    """One tower for both inputs, whose outputs are compared."""
    tower = k.Sequential(
        [k.Input((5,)), k.layers.Dense(4, "tanh", name="t1"), k.layers.Dense(3, name="t2")], name="tower"
    )
    left, right = k.Input((5,), name="left"), k.Input((5,), name="right")
    a, b = tower(left), tower(right)
    both = k.layers.Concatenate(name="both")([k.layers.Multiply(name="likeness")([a, b]), a, b])
    return k.Model([left, right], end(k, both))


def wide_and_deep(k: K) -> Any:
    """A linear part beside a deep one."""
    row = k.Input((7,), name="row")
    deep = k.layers.Dense(6, "relu", name="deep_1")(row)
    deep = k.layers.Dense(4, "relu", name="deep_2")(deep)
    return k.Model(row, end(k, k.layers.concatenate([row, deep], name="wide_and_deep")))


def self_attention(k: K) -> Any:
    """Padded words that attend to each other, a residual and its normalisation."""
    ids, x = words(k)
    seen = k.layers.MultiHeadAttention(2, 3, name="attention")(x, x)
    x = k.layers.LayerNormalization(name="norm")(k.layers.Add(name="residual")([x, seen]))
    return k.Model(ids, end(k, k.layers.GlobalAveragePooling1D(name="pool")(x)))


def causal_transformer(k: K) -> Any:
    """A block that sees the past alone, with its feed-forward part."""
    series = k.Input((5, 3), name="series")
    x = k.layers.Dense(4, name="project")(series)
    seen = k.layers.MultiHeadAttention(2, 2, name="attention")(x, x, use_causal_mask=True)
    x = k.layers.LayerNormalization(name="norm_1")(k.layers.add([x, seen], name="residual_1"))
    wide = k.layers.Dense(4, name="narrow")(k.layers.Dense(8, "gelu", name="wide")(x))
    x = k.layers.LayerNormalization(name="norm_2")(k.layers.add([x, wide], name="residual_2"))
    return k.Model(series, end(k, k.layers.Flatten(name="flat")(x)))


def text_and_facts(k: K) -> Any:
    """A text beside numbers that are known of it."""
    ids, x = words(k)
    facts = k.Input((4,), name="facts")
    joined = k.layers.concatenate(
        [k.layers.GRU(3, name="reader")(x), k.layers.Dense(2, name="known")(facts)], name="join"
    )
    return k.Model([ids, facts], end(k, joined))


def inception(k: K) -> Any:
    """Windows of several sizes side by side."""
    image = k.Input((6, 6, 2), name="image")
    branches = [
        k.layers.Conv2D(2, size, padding="same", activation="relu", name=f"window_{size}")(image) for size in (1, 3, 5)
    ]
    branches.append(k.layers.AveragePooling2D(3, 1, padding="same", name="mean")(image))
    x = k.layers.MaxPooling2D(2, name="pool")(k.layers.Concatenate(name="side_by_side")(branches))
    return k.Model(image, end(k, k.layers.Flatten(name="flat")(x)))


def gated(k: K) -> Any:
    """One half says how much of the other passes."""
    row = k.Input((5,), name="row")
    gate = k.layers.Dense(4, "sigmoid", name="gate")(row)
    content = k.layers.Dense(4, "tanh", name="content")(row)
    return k.Model(row, end(k, k.layers.Multiply(name="passed")([gate, content])))


def every_state(k: K) -> Any:
    """Masked steps of a recurrent layer give zeros, which a flat row shows."""
    ids, x = words(k)
    x = k.layers.GRU(3, return_sequences=True, zero_output_for_mask=True, name="states")(x)
    return k.Model(ids, end(k, k.layers.Flatten(name="flat")(x)))


def separable_cnn(k: K) -> Any:
    """Channels by themselves, then together."""
    image = k.Input((6, 6, 2), name="image")
    x = k.layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="each")(image)
    x = k.layers.SeparableConv2D(4, 3, activation="tanh", name="both")(x)
    return k.Model(image, end(k, k.layers.GlobalMaxPooling2D(name="pool")(x)))


def bottleneck(k: K) -> Any:
    """Down to two numbers and up again, with normalisation between."""
    row = k.Input((8,), name="row")
    x = k.layers.Dense(6, "elu", name="down_1")(row)
    x = k.layers.Dense(2, name="code")(x)
    x = k.layers.LayerNormalization(name="norm")(x)
    return k.Model(row, end(k, k.layers.Dense(6, "elu", name="up")(x)))


def residual_mlp(k: K) -> Any:
    """Two residual blocks over rows."""
    row = k.Input((5,), name="row")
    x = k.layers.Dense(4, name="stem")(row)
    for number in (1, 2):
        y = k.layers.BatchNormalization(momentum=0.9, name=f"norm_{number}")(x)
        y = k.layers.Dense(4, "swish", name=f"block_{number}")(y)
        x = k.layers.Add(name=f"residual_{number}")([y, x])
    return k.Model(row, end(k, k.layers.LeakyReLU(0.1, name="leaky")(x)))


def temporal_convolution(k: K) -> Any:
    """Causal windows that reach back ever farther."""
    series = k.Input((8, 2), name="series")
    x = k.layers.Conv1D(3, 1, name="stem")(series)
    for dilation in (1, 2, 4):
        y = k.layers.Conv1D(3, 2, padding="causal", dilation_rate=dilation, activation="relu", name=f"far_{dilation}")(
            x
        )
        x = k.layers.Add(name=f"residual_{dilation}")([x, y])
    return k.Model(series, end(k, k.layers.GlobalAveragePooling1D(name="pool")(x)))


def stacked_readers(k: K) -> Any:
    """Two recurrent layers over padded words, normalised in between."""
    ids, x = words(k)
    x = k.layers.Bidirectional(k.layers.GRU(3, return_sequences=True, name="inside"), name="both")(x)
    x = k.layers.BatchNormalization(momentum=0.8, name="norm")(x)
    return k.Model(ids, end(k, k.layers.LSTM(3, go_backwards=True, name="reader")(x)))


def slopes(k: K) -> Any:
    """Rectifiers of all kinds in branches."""
    row = k.Input((5,), name="row")
    x = k.layers.Dense(4, name="stem")(row)
    branches = [
        k.layers.ReLU(negative_slope=0.3, name="leaky")(x),
        k.layers.PReLU(name="learnt")(x),
        k.layers.ELU(0.5, name="elu")(x),
        k.layers.Activation("selu", name="selu")(x),
    ]  # fmt: skip
    return k.Model(row, end(k, k.layers.Add(name="sum")(branches)))


def nested_encoder(k: K) -> Any:
    """A Functional model inside of another, beside a path of its own."""
    inside = k.Input((6,), name="inside")
    half = k.layers.Dense(3, "tanh", name="half")(inside)
    other = k.layers.Dense(3, "relu", name="other")(inside)
    encoder = k.Model(inside, k.layers.Add(name="halves")([half, other]), name="encoder")
    row = k.Input((6,), name="row")
    path = k.layers.Dense(2, name="path")(row)
    return k.Model(row, end(k, k.layers.Concatenate(name="join")([encoder(row), path])))


def two_texts(k: K) -> Any:
    """Both texts in the same words, each with a reader of its own."""
    first, second = k.Input((STEPS,), name="first"), k.Input((STEPS,), name="second")
    table = k.layers.Embedding(WORDS, 4, mask_zero=True, name="table")
    x, y = k.layers.LSTM(3, name="reader_1")(table(first)), k.layers.LSTM(2, name="reader_2")(table(second))
    return k.Model([first, second], end(k, k.layers.concatenate([x, y], name="join")))


def convolution_and_memory(k: K) -> Any:
    """Windows shorten a series before it is read."""
    series = k.Input((8, 2), name="series")
    x = k.layers.Conv1D(4, 3, activation="relu", padding="same", name="window")(series)
    x = k.layers.MaxPooling1D(2, name="pool")(x)
    return k.Model(series, end(k, k.layers.LSTM(3, name="reader")(x)))


def frozen_features(k: K) -> Any:
    """A part that was trained before, and stays."""
    row = k.Input((5,), name="row")
    base = k.Sequential(
        [k.Input((5,)), k.layers.Dense(4, "tanh", name="b1"), k.layers.BatchNormalization(name="b2")], name="b"
    )
    base.trainable = False
    return k.Model(row, end(k, k.layers.Dense(4, "relu", name="head")(base(row))))


def cross_attention(k: K) -> Any:
    """A series that asks a padded text."""
    ids, x = words(k)
    series = k.Input((4, 3), name="series")
    asked = k.layers.MultiHeadAttention(2, 2, name="attention")(k.layers.Dense(4, name="asking")(series), x)
    return k.Model([ids, series], end(k, k.layers.Flatten(name="flat")(asked)))


EXAMPLES: dict[str, Example] = {
    "text classifier with mask": Example(text_classifier, ((STEPS,),), (True,)),
    "text convolution": Example(text_convolution, ((STEPS,),), (True,)),
    "operations beside layers": Example(operations, ((STEPS,),), (True,)),
    "residual CNN": Example(residual_cnn, ((6, 6, 1),)),
    "siamese towers": Example(siamese_towers, ((5,), (5,)), (False, False)),
    "wide and deep": Example(wide_and_deep, ((7,),)),
    "self-attention": Example(self_attention, ((STEPS,),), (True,)),
    "causal transformer": Example(causal_transformer, ((5, 3),)),
    "text and facts": Example(text_and_facts, ((STEPS,), (4,)), (True, False)),
    "inception": Example(inception, ((6, 6, 2),)),
    "gate": Example(gated, ((5,),)),
    "every state": Example(every_state, ((STEPS,),), (True,)),
    "separable CNN": Example(separable_cnn, ((6, 6, 2),)),
    "bottleneck": Example(bottleneck, ((8,),)),
    "residual MLP": Example(residual_mlp, ((5,),)),
    "temporal convolution": Example(temporal_convolution, ((8, 2),)),
    "stacked readers": Example(stacked_readers, ((STEPS,),), (True,)),
    "slopes": Example(slopes, ((5,),)),
    "nested encoder": Example(nested_encoder, ((6,),)),
    "two texts, one table": Example(two_texts, ((STEPS,), (STEPS,)), (True, True)),
    "convolution and memory": Example(convolution_and_memory, ((8, 2),)),
    "frozen features": Example(frozen_features, ((5,),)),
    "cross-attention": Example(cross_attention, ((STEPS,), (4, 3)), (True, False)),
}
