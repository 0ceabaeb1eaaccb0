"""Outputs at once and weights after 1 and 10 steps are those of Keras 3, for every layer with places or steps."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neural
from neural import layers as own
from neural import vocabulary
from neural.constraints import MaxNorm, MinMaxNorm, UnitNorm
from neural.regularizers import L1, L1L2, L2
from tests.neural.test_keras_parity import (
    EVERY_DTYPE,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    TOLERANCE,
    dtype,
    keras,
    real_float64,
)

__all__ = ["dtype", "real_float64"]  # fixtures

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own

ROWS = 6
CHECKPOINTS = (1, 10)  # a factor that is wrong shows at once, what is kept from step to step soon
IMAGE, SEQUENCE = (7, 6, 2), (9, 3)
Both = tuple[tuple[int, ...], list[Any], Callable[[Any], list[Any]]]  # input shape, ours, Keras'


def conv2d(**options: Any) -> Both:
    """One convolution with these options, then what makes a vector."""
    theirs = {{"dilation": "dilation_rate"}.get(key, key): value for key, value in options.items()}
    return IMAGE, [own.Conv2D(filters=3, **options)], lambda k: [k.Conv2D(3, **{"kernel_size": 3, **theirs})]


def in_channels(name: str, shape: tuple[int, ...], **options: Any) -> Both:
    """A convolution that keeps channels apart, at least at first."""
    renamed = {"dilation": "dilation_rate"}
    theirs = {"kernel_size": 3, **{renamed.get(key, key): value for key, value in options.items()}}
    return shape, [getattr(own, name)(**options)], lambda k: [getattr(k, name)(**theirs)]


def conv1d(**options: Any) -> Both:
    """The same for sequences."""
    theirs = {{"dilation": "dilation_rate"}.get(key, key): value for key, value in options.items()}
    return SEQUENCE, [own.Conv1D(filters=4, **options)], lambda k: [k.Conv1D(4, **{"kernel_size": 3, **theirs})]


def transposed(name: str, shape: tuple[int, ...], **options: Any) -> Both:
    """A convolution, whose errors are those of its inputs too, then one that makes more places."""
    first = "Conv2D" if len(shape) == 3 else "Conv1D"
    theirs = {
        "kernel_size": 3,
        **{{"dilation": "dilation_rate"}.get(key, key): value for key, value in options.items()},
    }
    return (
        shape,
        [getattr(own, first)(filters=2), getattr(own, name)(filters=3, **options)],
        lambda k: [getattr(k, first)(2, 3), getattr(k, name)(3, **theirs)],
    )


def pooling(name: str, shape: tuple[int, ...], **options: Any) -> Both:
    """A convolution, so that there is something to learn, then pooling."""
    convolution = own.Conv2D(filters=3, padding="same") if len(shape) == 3 else own.Conv1D(filters=3, padding="same")
    class_name = type(convolution).__name__
    return (
        shape,
        [convolution, getattr(own, name)(**options)],
        lambda k: [getattr(k, class_name)(3, 3, padding="same"), getattr(k, name)(**options)],
    )


def normalized(name: str, options: dict[str, Any]) -> list[tuple[str, tuple[int, ...], Any, Any]]:
    """A layer to learn, then the normalization, for vectors, sequences and images."""
    return [
        ("vectors", (5,), own.Dense(units=4), lambda k: [k.Dense(4), getattr(k, name)(**options)]),
        ("sequences", SEQUENCE, own.Conv1D(filters=4), lambda k: [k.Conv1D(4, 3), getattr(k, name)(**options)]),
        ("images", IMAGE, own.Conv2D(filters=3), lambda k: [k.Conv2D(3, 3), getattr(k, name)(**options)]),
    ]


def recurrent(name: str, **options: Any) -> Both:
    """One recurrent layer with these options."""

    def make(k: Any) -> list[Any]:
        theirs = {key: value for key, value in options.items() if key not in {"bidirectional", "merge_mode"}}
        layer, merge_mode = getattr(k, name)(4, **theirs), options.get("merge_mode", "concat")
        return [k.Bidirectional(layer, merge_mode) if options.get("bidirectional") else layer]

    return SEQUENCE, [getattr(own, name)(units=4, **options)], make


class SelfAttention(keras.layers.Layer):
    """Keras' layer as one that reads one value."""

    def __init__(self, *, causal: bool = False, **options: Any) -> None:
        super().__init__()
        self.causal = causal
        self.attention = keras.layers.MultiHeadAttention(2, 3, **options)

    def build(self, shape: Any) -> None:
        """Build on one shape."""
        self.attention.build(shape, shape)

    def call(self, x: Any) -> Any:
        """Attend to itself; asked for its scores, Keras does not go through JAX' own attention, which is float32."""
        return self.attention(x, x, use_causal_mask=self.causal, return_attention_scores=True)[0]


class Joined(keras.layers.Layer):
    """A layer whose output is merged with its input."""

    def __init__(self, inner: Any, merge: Any) -> None:
        super().__init__()
        self.inner, self.merge = inner, merge

    def build(self, shape: Any) -> None:
        """Build the inner one."""
        self.inner.build(shape)

    def call(self, x: Any) -> Any:
        """Merge."""
        return self.merge([self.inner(x), x])


class Positions(keras.layers.Layer):
    """A vector for each step, learned or of waves; Keras itself has none."""

    def __init__(self, *, learned: bool) -> None:
        super().__init__()
        self.learned = learned

    def build(self, shape: Any) -> None:
        """Make the vectors: Vaswani et al. 2017, sines and cosines side by side."""
        _, time, width = shape
        pair = np.arange(width) // 2
        angles = np.arange(time)[:, None] / 10_000 ** (2 * pair / width)
        waves = np.where(np.arange(width) % 2, np.cos(angles), np.sin(angles))
        self.vectors = self.add_weight(shape=(time, width)) if self.learned else waves

    def call(self, x: Any) -> Any:
        """Add them."""
        return x + keras.ops.cast(self.vectors, x.dtype)


def joined(name: str, **options: Any) -> Both:
    """A convolution, merged with what it reads."""
    inner = own.Conv1D(filters=3, padding="same", activation="tanh", name="inner")
    return (
        SEQUENCE,
        [inner, getattr(own, name)(name="joined", **options)],
        lambda k: [Joined(k.Conv1D(3, 3, padding="same", activation="tanh"), getattr(k, name)(**options))],
    )


def attention(**options: Any) -> Both:
    """Self-attention with these options."""
    return (
        SEQUENCE,
        [own.MultiHeadAttention(num_heads=2, key_dim=3, **options)],
        lambda _: [SelfAttention(**options)],
    )


def restrained() -> dict[str, Both]:
    """Layers with penalties and limits of their own: ours by name, Keras' by class."""
    l1, l2, both = L1(l1=0.03), L2(l2=0.04), L1L2(l1=0.02, l2=0.05)
    r, c = keras.regularizers, keras.constraints
    all_places = {"kernel_constraint": c.MinMaxNorm(0.5, 0.9, 0.5, axis=[0, 1, 2])}
    return {
        "dense restrained": (
            (5,),
            [
                own.Dense(
                    units=4,
                    activation="tanh",
                    kernel_regularizer=both,
                    bias_regularizer=l2,
                    activity_regularizer=L1L2(l1=0.1, l2=0.2),
                    kernel_constraint=MaxNorm(max_value=0.7),
                )
            ],
            lambda k: [
                k.Dense(
                    4,
                    "tanh",
                    kernel_regularizer=r.L1L2(0.02, 0.05),
                    bias_regularizer=r.L2(0.04),
                    activity_regularizer=r.L1L2(0.1, 0.2),
                    kernel_constraint=c.MaxNorm(0.7),
                )
            ],
        ),
        "conv2d restrained": (
            IMAGE,
            [
                own.Conv2D(
                    filters=3,
                    kernel_regularizer=l1,
                    bias_constraint="non_neg",
                    kernel_constraint=MinMaxNorm(min_value=0.5, max_value=0.9, rate=0.5, axis=(0, 1, 2)),
                )
            ],
            lambda k: [k.Conv2D(3, 3, kernel_regularizer=r.L1(0.03), bias_constraint=c.NonNeg(), **all_places)],
        ),
        "separable_conv2d restrained": (
            IMAGE,
            [
                own.SeparableConv2D(
                    filters=3, depthwise_regularizer=l2, pointwise_constraint=UnitNorm(axis=(2,)), activation="tanh"
                )
            ],
            lambda k: [
                k.SeparableConv2D(
                    3, 3, depthwise_regularizer=r.L2(0.04), pointwise_constraint=c.UnitNorm(2), activation="tanh"
                )
            ],
        ),
        "lstm restrained": (
            SEQUENCE,
            [
                own.LSTM(
                    units=4,
                    bidirectional=True,
                    kernel_regularizer=l2,
                    recurrent_regularizer=l1,
                    bias_regularizer=both,
                    bias_initializer="random_normal",  # |w| has no slope at 0, where JAX takes 1
                    recurrent_constraint="unit_norm",
                )
            ],
            lambda k: [
                k.Bidirectional(
                    k.LSTM(
                        4,
                        kernel_regularizer=r.L2(0.04),
                        recurrent_regularizer=r.L1(0.03),
                        bias_regularizer=r.L1L2(0.02, 0.05),
                        recurrent_constraint=c.UnitNorm(),
                    )
                )
            ],
        ),
        "normalizations restrained": (
            (5,),
            [
                own.Dense(units=4),
                own.BatchNormalization(gamma_regularizer=both, beta_regularizer=l2, gamma_constraint="non_neg"),
                own.LayerNormalization(
                    beta_regularizer=l2, gamma_regularizer=l1, beta_constraint=MaxNorm(max_value=0.1)
                ),
                own.PReLU(initializer="random_uniform", alpha_regularizer=l2, alpha_constraint="non_neg"),
            ],
            lambda k: [
                k.Dense(4),
                k.BatchNormalization(
                    gamma_regularizer=r.L1L2(0.02, 0.05), beta_regularizer=r.L2(0.04), gamma_constraint=c.NonNeg()
                ),
                k.LayerNormalization(
                    beta_regularizer=r.L2(0.04), gamma_regularizer=r.L1(0.03), beta_constraint=c.MaxNorm(0.1)
                ),
                k.PReLU(alpha_regularizer=r.L2(0.04), alpha_constraint=c.NonNeg()),
            ],
        ),
        "attention restrained": (
            SEQUENCE,
            [
                own.MultiHeadAttention(
                    num_heads=2,
                    key_dim=3,
                    kernel_regularizer=both,
                    bias_regularizer=l2,
                    kernel_constraint="unit_norm",
                    bias_constraint="non_neg",
                )
            ],
            lambda _: [
                SelfAttention(
                    kernel_regularizer=r.L1L2(0.02, 0.05),
                    bias_regularizer=r.L2(0.04),
                    kernel_constraint=c.UnitNorm(),
                    bias_constraint=c.NonNeg(),
                )
            ],
        ),
        "embedding restrained": (
            (6,),
            [
                own.Embedding(
                    input_dim=5, output_dim=3, embeddings_regularizer=l2, embeddings_constraint=UnitNorm(axis=(-1,))
                )
            ],
            lambda k: [k.Embedding(5, 3, embeddings_regularizer=r.L2(0.04), embeddings_constraint=c.UnitNorm(axis=-1))],
        ),
    }


BRANCHES = {"joined": ("inner", "input")}
AT_RANDOM = {  # draws of two frameworks cannot be compared; what proves them instead
    "dropout": "layers/test_dropout.py",
    "gaussian_noise": "layers/test_gaussian_noise.py",
    "gaussian_dropout": "layers/test_gaussian_noise.py",
    "alpha_dropout": "layers/test_gaussian_noise.py",
    "spatial_dropout1d": "layers/test_spatial_dropout.py",
    "spatial_dropout2d": "layers/test_spatial_dropout.py",
}
CASES: dict[str, Both] = {
    "add": joined("Add"),
    "multiply": joined("Multiply"),
    "concatenate": joined("Concatenate"),
    "subtract": joined("Subtract"),
    "average": joined("Average"),
    "maximum": joined("Maximum"),
    "minimum": joined("Minimum"),
    "dot": joined("Dot", axes=1),
    "dot normalized": joined("Dot", axes=2, normalize=True),
    "activation": (
        SEQUENCE,
        [own.Conv1D(filters=3), own.Activation(function="softsign")],
        lambda k: [k.Conv1D(3, 3), k.Activation("softsign")],
    ),
    "slice": (
        SEQUENCE,
        [own.Conv1D(filters=3, padding="same"), own.Slice(start=2, stop=6)],
        lambda k: [k.Conv1D(3, 3, padding="same"), k.Cropping1D((2, 3))],
    ),
    "embedding": ((6,), [own.Embedding(input_dim=5, output_dim=3)], lambda k: [k.Embedding(5, 3)]),
    "positional_embedding": (SEQUENCE, [own.PositionalEmbedding()], lambda _: [Positions(learned=True)]),
    "positional_embedding of waves": (
        SEQUENCE,
        [own.Conv1D(filters=4, padding="same"), own.PositionalEmbedding(kind="sinusoidal")],
        lambda k: [k.Conv1D(4, 3, padding="same"), Positions(learned=False)],
    ),
    "attention": attention(),
    "attention causal": attention(causal=True),
    "attention no bias": attention(use_bias=False),
    **{
        f"{name} {' '.join(options)}".strip().lower(): recurrent(name, **options)
        for name in ("SimpleRNN", "LSTM", "GRU")
        for options in (
            {},
            {"return_sequences": True},
            {"go_backwards": True, "return_sequences": True},
            {"bidirectional": True},
            {"bidirectional": True, "return_sequences": True},
            {"use_bias": False},
        )
        if (name, options) != ("GRU", {"use_bias": False})  # Keras on JAX cannot trace it in float32
    },
    **{
        f"{name} merged by {mode}": recurrent(name, bidirectional=True, merge_mode=mode, return_sequences=steps)
        for name, mode, steps in (("SimpleRNN", "sum", True), ("GRU", "ave", False), ("LSTM", "mul", True))
    },
    "dense over time": (SEQUENCE, [own.Dense(units=4, activation="tanh")], lambda k: [k.Dense(4, "tanh")]),
    "dense over places": (IMAGE, [own.Dense(units=4, activation="tanh")], lambda k: [k.Dense(4, "tanh")]),
    "conv2d": conv2d(activation="tanh"),
    "conv2d same": conv2d(padding="same", kernel_size=(2, 3)),
    "conv2d strides": conv2d(padding="same", strides=(2, 3), kernel_size=(3, 4)),
    "conv2d valid strides": conv2d(strides=2, kernel_size=2),
    "conv2d dilation": conv2d(dilation=2, padding="same"),
    "conv2d groups": (
        IMAGE,
        [own.Conv2D(filters=4, groups=2, padding="same"), own.Conv2D(filters=6, groups=2)],
        lambda k: [k.Conv2D(4, 3, groups=2, padding="same"), k.Conv2D(6, 3, groups=2)],
    ),
    "conv2d no bias": conv2d(use_bias=False, activation="softplus"),
    **{
        f"{kind} {' '.join(options)}".strip(): in_channels(name, SEQUENCE, **(options | more))
        for kind, name, more in (
            ("depthwise_conv1d", "DepthwiseConv1D", {}),
            ("separable_conv1d", "SeparableConv1D", {"filters": 3}),
        )
        for options in (
            {"depth_multiplier": 2, "activation": "tanh", "padding": "same", "strides": 2, "kernel_size": 4},
            {"dilation": 2, "use_bias": False},
        )
    },
    **{
        f"{kind} {' '.join(options)}".strip(): in_channels(name, IMAGE, **(options | more))
        for kind, name, more in (
            ("depthwise_conv2d", "DepthwiseConv2D", {}),
            ("separable_conv2d", "SeparableConv2D", {"filters": 3}),
        )
        for options in (
            {},
            {"depth_multiplier": 2, "activation": "tanh"},
            {"padding": "same", "strides": 2, "kernel_size": (3, 2)},
            {"padding": "same", "dilation": 2},
            {"use_bias": False, "activation": "softplus"},
        )
    },
    "conv1d": conv1d(activation="tanh"),
    "conv1d same strides": conv1d(padding="same", strides=2, kernel_size=4),
    "conv1d causal dilation": conv1d(padding="causal", dilation=2),
    "conv1d causal strides": conv1d(padding="causal", strides=2, kernel_size=4),
    **{
        f"conv2d_transpose {' '.join(options)}".strip(): transposed("Conv2DTranspose", IMAGE, **options)
        for options in (
            {"strides": (2, 3), "kernel_size": (3, 4), "padding": "same", "activation": "tanh"},
            {"strides": 2, "padding": "same", "output_padding": (0, 1)},
            {"strides": 2},
            {"strides": 3, "kernel_size": 2},
            {"dilation": 2, "padding": "same"},
            {"use_bias": False, "activation": "softplus"},
        )
    },
    "conv1d_transpose": transposed("Conv1DTranspose", SEQUENCE, strides=2, kernel_size=5, padding="same"),
    "max_pooling2d": pooling("MaxPooling2D", IMAGE),
    "max_pooling2d same": pooling("MaxPooling2D", IMAGE, pool_size=(3, 2), strides=2, padding="same"),
    "max_pooling2d overlapping": pooling("MaxPooling2D", IMAGE, pool_size=3, strides=1),
    "average_pooling2d": pooling("AveragePooling2D", IMAGE, pool_size=2),
    "average_pooling2d same": pooling("AveragePooling2D", IMAGE, pool_size=(2, 3), strides=(2, 1), padding="same"),
    "max_pooling1d": pooling("MaxPooling1D", SEQUENCE),
    "max_pooling1d same": pooling("MaxPooling1D", SEQUENCE, pool_size=3, strides=2, padding="same"),
    "average_pooling1d": pooling("AveragePooling1D", SEQUENCE, pool_size=3, strides=1),
    "average_pooling1d same": pooling("AveragePooling1D", SEQUENCE, pool_size=2, padding="same"),
    **{
        f"adaptive_{kind.lower()}_pooling{len(size)}d": pooling(
            f"Adaptive{kind}Pooling{len(size)}D", shape, output_size=size if len(size) > 1 else size[0]
        )
        for kind in ("Average", "Max")
        for shape, size in ((SEQUENCE, (4,)), (IMAGE, (3, 4)))
    },
    "global_average_pooling2d": pooling("GlobalAveragePooling2D", IMAGE),
    "global_max_pooling2d": pooling("GlobalMaxPooling2D", IMAGE),
    "global_average_pooling1d": pooling("GlobalAveragePooling1D", SEQUENCE),
    "global_max_pooling1d": pooling("GlobalMaxPooling1D", SEQUENCE),
    **{
        f"{name} of {kind}": (shape, [convolution, getattr(own, name)(**options)], twin)
        for name, options in (
            ("LayerNormalization", {}),
            ("BatchNormalization", {"momentum": 0.9}),
            ("RMSNormalization", {}),
        )
        for kind, shape, convolution, twin in normalized(name, options)
    },
    "group_normalization": (
        IMAGE,
        [own.Conv2D(filters=4), own.GroupNormalization(groups=2)],
        lambda k: [k.Conv2D(4, 3), k.GroupNormalization(2)],
    ),
    "unit_normalization": (
        SEQUENCE,
        [own.Conv1D(filters=4), own.UnitNormalization()],
        lambda k: [k.Conv1D(4, 3), k.UnitNormalization()],
    ),
    "identity and activity_regularization": (
        SEQUENCE,
        [own.Conv1D(filters=4), own.Identity(), own.ActivityRegularization(l1=0.01, l2=0.02)],
        lambda k: [k.Conv1D(4, 3), k.Identity(), k.ActivityRegularization(0.01, 0.02)],
    ),
    "batch normalization without scale": (
        SEQUENCE,
        [own.Conv1D(filters=3), own.BatchNormalization(scale=False)],
        lambda k: [k.Conv1D(3, 3), k.BatchNormalization(scale=False)],
    ),
    **{
        f"prelu of {kind}": (shape, [own.PReLU(initializer="random_uniform")], lambda k: [k.PReLU()])
        for kind, shape in (("vectors", (5,)), ("sequences", SEQUENCE), ("images", IMAGE))
    },
    "images in other sizes": (
        IMAGE,
        [
            own.ZeroPadding2D(padding=(1, 0, 2, 1)),
            own.Conv2D(filters=3, activation="tanh"),
            own.UpSampling2D(size=(2, 3)),
            own.Cropping2D(cropping=(0, 1, 1, 2)),
        ],
        lambda k: [
            k.ZeroPadding2D(((1, 0), (2, 1))),
            k.Conv2D(3, 3, activation="tanh"),
            k.UpSampling2D((2, 3)),
            k.Cropping2D(((0, 1), (1, 2))),
        ],
    ),
    "bilinear images": (
        IMAGE,
        [own.Conv2D(filters=3), own.UpSampling2D(size=(2, 3), interpolation="bilinear")],
        lambda k: [k.Conv2D(3, 3), k.UpSampling2D((2, 3), interpolation="bilinear")],
    ),
    "sequences in other sizes": (
        (5,),
        [
            own.RepeatVector(n=4),
            own.ZeroPadding1D(padding=(1, 2)),
            own.Conv1D(filters=3, activation="tanh"),
            own.UpSampling1D(size=2),
            own.Cropping1D(cropping=(1, 2)),
            own.Permute(dims=(2, 1)),
            own.Conv1D(filters=2, kernel_size=2),
        ],
        lambda k: [
            k.RepeatVector(4),
            k.ZeroPadding1D((1, 2)),
            k.Conv1D(3, 3, activation="tanh"),
            k.UpSampling1D(2),
            k.Cropping1D((1, 2)),
            k.Permute((2, 1)),
            k.Conv1D(2, 2),
        ],
    ),
    "permuted images": (
        IMAGE,
        [own.Conv2D(filters=3, activation="tanh"), own.Permute(dims=(3, 1, 2)), own.Conv2D(filters=2, kernel_size=2)],
        lambda k: [k.Conv2D(3, 3, activation="tanh"), k.Permute((3, 1, 2)), k.Conv2D(2, 2)],
    ),
    "given numbers": (
        SEQUENCE,
        [
            own.Conv1D(filters=2),
            own.Normalization(mean=(0.3, -0.2), variance=(0.25, 4.0)),
            own.Rescaling(scale=0.5, offset=-1.0),
        ],
        lambda k: [
            k.Conv1D(2, 3),
            k.Normalization(mean=[0.3, -0.2], variance=[0.25, 4.0]),
            k.Rescaling(0.5, -1.0),
        ],
    ),
    "masking": (
        SEQUENCE,
        [own.Masking(mask_value=-1.0), own.GRU(units=3)],
        lambda k: [k.Masking(-1.0), k.GRU(3)],
    ),
    **restrained(),
    "reshape": (
        (24,),
        [own.Reshape(target_shape=(4, 3, -1)), own.Conv2D(filters=2, kernel_size=2), own.Reshape(target_shape=(-1, 4))],
        lambda k: [k.Reshape((4, 3, -1)), k.Conv2D(2, 2), k.Reshape((-1, 4))],
    ),
}


def first_of_each(cases: dict[str, Both]) -> list[Any]:
    """Leave the variants of a layer, such as strides and paddings, to a run of everything."""
    seen: set[str] = set()
    chosen = []
    for name, (_, layers, _) in cases.items():
        is_first = layers[-1].key not in seen or layers[0].key not in seen or name.endswith(("restrained", "by mul"))
        seen |= {layer.key for layer in layers}
        chosen.append(pytest.param(name, marks=[] if is_first else [pytest.mark.long]))
    return chosen


CASES_BY_COST = first_of_each(CASES)


def set_weights(model: Any, network: neural.Network, weights: np.ndarray) -> None:
    """Give a Keras model our weights: what is trained comes first here, layer by layer there."""
    arrays = [weights[p.start : p.stop].reshape(p.shape) for p in network.parameters]
    for variable, array in zip([*model.trainable_weights, *model.non_trainable_weights], arrays, strict=True):
        variable.assign(array)


def flat_of(model: Any) -> np.ndarray:
    """Lay a Keras model's weights out in our order."""
    variables = [*model.trainable_weights, *model.non_trainable_weights]
    return np.concatenate([np.asarray(variable).ravel() for variable in variables])


@EVERY_DTYPE
@pytest.mark.parametrize("case", CASES_BY_COST)
def test_every_layer_learns_as_in_keras(case: str, dtype: str, parity: list) -> None:  # the fixture
    """The same layers, the same weights, the same batch: outputs, then weights step by step."""
    shape, layers, make = CASES[case]
    tail = [own.Flatten(), own.Dense(units=3)]
    inputs = BRANCHES if layers[-1].name == "joined" else {}
    network = neural.Network(layers=(*layers, *tail), input_shape=shape, inputs=inputs)
    weights = neural.initialize(network, np.random.default_rng(1), dtype)
    generator = np.random.default_rng(5)  # one that takes no maximum across a tie: float32 may fall on either side
    x = generator.standard_normal((ROWS, *shape)).astype(dtype)
    if layers[0].key == "embedding":
        x = generator.integers(0, 5, x.shape).astype(dtype)
    if layers[0].key == "masking":
        x[::2, 6:] = x[1, 3] = layers[0].mask_value
    examples = neural.Examples(x, generator.integers(0, 3, ROWS))
    model = keras.Sequential([keras.Input(shape), *make(keras.layers), keras.layers.Flatten(), keras.layers.Dense(3)])
    set_weights(model, network, weights)
    model.compile(
        optimizer=keras.optimizers.SGD(0.05), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )

    outputs = neural.predict(network, weights, examples.x, loss="mean_squared_error")
    expected = np.asarray(model(examples.x))
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.05),
        epochs=CHECKPOINTS[-1],
        batch_size=ROWS,
        seed=3,
        dtype=dtype,
    )
    reports = neural.train(network, plan, examples, None, weights=weights)
    mine = {report.step: report.weights() for report in reports if report.step in CHECKPOINTS}

    assert np.abs(outputs - expected).max() <= TOLERANCE[dtype]
    for step in range(1, CHECKPOINTS[-1] + 1):
        model.train_on_batch(examples.x, examples.y)
        if step in CHECKPOINTS:
            deviation = float(np.abs(mine[step] - flat_of(model)).max())
            parity.append((case, dtype, str(step), deviation))
            assert deviation <= TOLERANCE[dtype], f"{case}, step {step}"


def test_no_part_of_the_vocabulary_is_left_out() -> None:
    """Whoever adds a layer, a loss, an optimizer or a schedule adds its row."""
    layers = {layer.key for _, layers, _ in CASES.values() for layer in layers} | {"dense", "flatten"}
    names = {name for name in CASES if name.endswith("restrained")}
    restraints = {
        each.key
        for shape, layers, _ in (CASES[name] for name in names)
        for parameter in neural.Network(layers=(*layers, own.Flatten()), input_shape=shape).parameters
        for each in (parameter.regularizer, parameter.constraint)
    }
    compared = {
        "layer": layers | set(AT_RANDOM),
        "regularizer": restraints,
        "constraint": restraints,
        "loss": {case.split(" ", maxsplit=1)[0] for case in LOSSES},
        "optimizer": {name for name, _ in OPTIMIZERS.values()},
        "schedule": {case.split(" ", maxsplit=1)[0] for case in SCHEDULES},
    }

    missing = {kind: set(vocabulary.TABLES[kind]) - names for kind, names in compared.items()}

    assert not any(missing.values()), missing
    assert all((Path(__file__).parent / proof).exists() for proof in AT_RANDOM.values())
