"""A Keras Sequential as JSON is read as the layers that it says, as the real Keras writes it; nothing of it is run."""

import json
import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neural
import specs
from specs.pointers import apply_patch
from tests.specs.facts import CHURN, IRIS, body, faults_of, number, resolve

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported anywhere
IMAGES = specs.DatasetFacts("ds_iris", 150, (*(number(f"x{index}") for index in range(64)), IRIS.columns[-1]))
Make = Callable[[Any], list[Any]]
Layers = list[dict[str, Any]]
END: dict[str, Any] = {"type": "dense", "units": 3, "activation": "softmax"}
RNN = {"units": 4, "return_sequences": True, "go_backwards": True}


def of(name: str, **config: Any) -> dict[str, Any]:
    """Say an object of a class of Keras."""
    return {"class_name": name, "config": config}


ALL_PLACES, ELASTIC = of("MaxNorm", max_value=3, axis=[0, 1, 2]), of("L1L2", l1=0.5, l2=0.25)
LASSO, RIDGE = of("L1", l1=0.5), of("L2", l2=0.25)
BETWEEN = of("MinMaxNorm", min_value=0.1, max_value=0.9, rate=0.5, axis=0)
CASES: dict[str, tuple[tuple[int, ...], Make, Layers]] = {
    "dense": (
        (4,),
        lambda k: [k.Dense(8, activation="relu", kernel_initializer="he_normal", use_bias=False)],
        [{"type": "dense", "units": 8, "activation": "relu", "initializer": "he_normal", "use_bias": False}],
    ),
    "functions": (
        (4,),
        lambda k: [k.Dense(8), k.LeakyReLU(0.2), k.Dense(8), k.ELU(0.5), k.Activation("silu"), k.ReLU()],
        [
            {"type": "dense", "units": 8, "activation": "linear"},
            {"type": "activation", "function": {"name": "leaky_relu", "negative_slope": 0.2}},
            {"type": "dense", "units": 8, "activation": "linear"},
            {"type": "activation", "function": {"name": "elu", "alpha": 0.5}},
            {"type": "activation", "function": "silu"},
            {"type": "activation", "function": "relu"},
        ],
    ),
    "bounded functions": (
        (4,),
        lambda k: [
            k.Dense(8, "relu6"),
            k.ReLU(max_value=2, negative_slope=0.1),
            k.Dense(8, k.ReLU(threshold=0.5)),
            k.Dense(8, "hard_swish"),
            k.Activation("celu"),
        ],
        [
            {"type": "dense", "units": 8, "activation": "relu6"},
            {"type": "activation", "function": {"name": "bounded_relu", "max_value": 2.0, "negative_slope": 0.1}},
            {"type": "dense", "units": 8, "activation": {"name": "bounded_relu", "max_value": 0, "threshold": 0.5}},
            {"type": "dense", "units": 8, "activation": "hard_silu"},
            {"type": "activation", "function": "celu"},
        ],
    ),
    "function objects": (
        (4,),
        lambda k: [k.Dense(8, activation=k.LeakyReLU(0.1), bias_initializer="ones")],
        [
            {
                "type": "dense",
                "units": 8,
                "activation": {"name": "leaky_relu", "negative_slope": 0.1},
                "bias_initializer": "ones",
            }
        ],
    ),
    "regularizing": (
        (4,),
        lambda k: [
            k.Dense(8, "tanh"),
            k.BatchNormalization(momentum=0.9),
            k.Dropout(0.3),
            k.LayerNormalization(),
            k.GaussianNoise(0.1),
            k.PReLU(),
        ],
        [
            {"type": "dense", "units": 8, "activation": "tanh"},
            {"type": "batch_normalization", "momentum": 0.9},
            {"type": "dropout", "rate": 0.3},
            {"type": "layer_normalization"},
            {"type": "gaussian_noise", "stddev": 0.1},
            {"type": "prelu"},
        ],
    ),
    "image": (
        (8, 8, 1),
        lambda k: [
            k.Conv2D(4, (3, 2), strides=(1, 2), padding="same", activation="gelu"),
            k.MaxPooling2D(),
            k.DepthwiseConv2D(2, depth_multiplier=2),
            k.SeparableConv2D(4, 1),
            k.AveragePooling2D(2, padding="same"),
            k.Flatten(),
        ],
        [
            {
                "type": "conv2d",
                "filters": 4,
                "kernel_size": [3, 2],
                "strides": [1, 2],
                "padding": "same",
                "activation": "gelu",
            },
            {"type": "max_pooling2d", "strides": 2},
            {"type": "depthwise_conv2d", "kernel_size": 2, "depth_multiplier": 2},
            {"type": "separable_conv2d", "filters": 4, "kernel_size": 1},
            {"type": "average_pooling2d", "pool_size": 2, "strides": 2, "padding": "same"},
            {"type": "flatten"},
        ],
    ),
    "in groups": (
        (8, 4, 2),
        lambda k: [
            k.Conv2D(4, 3, groups=2, activation="linear"),
            k.GroupNormalization(groups=2),
            k.Identity(),
            k.UnitNormalization(),
            k.AlphaDropout(0.1),
            k.Conv2DTranspose(2, 3, strides=2, output_padding=1),
            k.AdaptiveAveragePooling2D((3, 2)),
            k.AdaptiveMaxPooling2D(2),
            k.GlobalMaxPooling2D(keepdims=True),
            k.Flatten(),
            k.GaussianDropout(0.2),
            k.ActivityRegularization(l2=0.5),
            k.RMSNormalization(epsilon=1e-5),
        ],
        [
            {"type": "conv2d", "filters": 4, "kernel_size": 3, "groups": 2},
            {"type": "group_normalization", "groups": 2},
            {"type": "identity"},
            {"type": "unit_normalization"},
            {"type": "alpha_dropout", "rate": 0.1},
            {"type": "conv2d_transpose", "filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1},
            {"type": "adaptive_average_pooling2d", "output_size": [3, 2]},
            {"type": "adaptive_max_pooling2d", "output_size": 2},
            {"type": "global_max_pooling2d", "keepdims": True},
            {"type": "flatten"},
            {"type": "gaussian_dropout", "rate": 0.2},
            {"type": "activity_regularization", "l2": 0.5},
            {"type": "rms_normalization", "epsilon": 1e-5},
        ],
    ),
    "pooled images": (
        (8, 8, 1),
        lambda k: [k.Conv2D(4, 3, dilation_rate=2), k.GlobalAveragePooling2D()],
        [
            {"type": "conv2d", "filters": 4, "kernel_size": 3, "dilation": 2},
            {"type": "global_average_pooling2d"},
        ],
    ),
    "sequence": (
        (16, 4),
        lambda k: [
            k.Conv1D(6, 3, padding="causal"),
            k.MaxPooling1D(),
            k.Bidirectional(k.LSTM(5, return_sequences=True)),
            k.Bidirectional(k.SimpleRNN(4, return_sequences=True, dropout=0.1, recurrent_dropout=0.2), "ave"),
            k.GRU(**RNN),
            k.SimpleRNN(3, activation="relu", recurrent_initializer="glorot_uniform", return_sequences=True),
            k.AveragePooling1D(2),
            k.GlobalMaxPooling1D(),
        ],
        [
            {"type": "conv1d", "filters": 6, "kernel_size": 3, "padding": "causal"},
            {"type": "max_pooling1d", "strides": 2},
            {"type": "lstm", "units": 5, "return_sequences": True, "bidirectional": True},
            {
                "type": "simple_rnn",
                "units": 4,
                "return_sequences": True,
                "dropout": 0.1,
                "recurrent_dropout": 0.2,
                "bidirectional": True,
                "merge_mode": "ave",
            },
            {"type": "gru", **RNN},
            {
                "type": "simple_rnn",
                "units": 3,
                "activation": "relu",
                "recurrent_initializer": "glorot_uniform",
                "return_sequences": True,
            },
            {"type": "average_pooling1d", "pool_size": 2, "strides": 2},
            {"type": "global_max_pooling1d"},
        ],
    ),
    "reshaped": (
        (64,),
        lambda k: [k.Reshape((16, 4)), k.GlobalAveragePooling1D()],
        [{"type": "reshape", "target_shape": [16, 4]}, {"type": "global_average_pooling1d"}],
    ),
    "other places": (
        (8, 8, 1),
        lambda k: [
            k.ZeroPadding2D(((1, 0), (2, 2))),
            k.ZeroPadding2D((1, 2)),
            k.ZeroPadding2D(1),
            k.SpatialDropout2D(0.2),
            k.Cropping2D(((0, 1), (2, 3))),
            k.UpSampling2D((2, 3)),
            k.Conv2DTranspose(2, (3, 2), strides=2, padding="same", dilation_rate=1),
            k.UpSampling2D(2),
            k.Permute((1, 3, 2)),
            k.Flatten(),
            k.RepeatVector(5),
            k.ZeroPadding1D((1, 2)),
            k.Conv1DTranspose(4, 2),
            k.UpSampling1D(3),
            k.Cropping1D(2),
            k.Masking(-1.0),
            k.SpatialDropout1D(0.1),
            k.TimeDistributed(k.Dense(3, "tanh"), name="each"),
            k.Rescaling(0.5, 1.0),
            k.Normalization(mean=1.5, variance=4.0),
            k.GlobalAveragePooling1D(),
        ],
        [
            {"type": "zero_padding2d", "padding": [1, 0, 2, 2]},
            {"type": "zero_padding2d", "padding": [1, 1, 2, 2]},
            {"type": "zero_padding2d"},
            {"type": "spatial_dropout2d", "rate": 0.2},
            {"type": "cropping2d", "cropping": [0, 1, 2, 3]},
            {"type": "up_sampling2d", "size": [2, 3]},
            {"type": "conv2d_transpose", "filters": 2, "kernel_size": [3, 2], "strides": 2, "padding": "same"},
            {"type": "up_sampling2d"},
            {"type": "permute", "dims": [1, 3, 2]},
            {"type": "flatten"},
            {"type": "repeat_vector", "n": 5},
            {"type": "zero_padding1d", "padding": [1, 2]},
            {"type": "conv1d_transpose", "filters": 4, "kernel_size": 2},
            {"type": "up_sampling1d", "size": 3},
            {"type": "cropping1d", "cropping": 2},
            {"type": "masking", "mask_value": -1.0},
            {"type": "spatial_dropout1d", "rate": 0.1},
            {"type": "dense", "units": 3, "activation": "tanh", "name": "each"},
            {"type": "rescaling", "scale": 0.5, "offset": 1.0},
            {"type": "normalization", "mean": [1.5], "variance": [4.0]},
            {"type": "global_average_pooling1d"},
        ],
    ),
    "words": (
        (64,),
        lambda k: [k.Embedding(50, 4), k.Flatten()],
        [{"type": "embedding", "input_dim": 50, "output_dim": 4}, {"type": "flatten"}],
    ),
    "restraints": (
        (8, 8, 1),
        lambda k: [
            k.Conv2D(4, 3, kernel_regularizer=RIDGE, kernel_constraint=ALL_PLACES, activation="relu"),
            k.DepthwiseConv2D(2, depthwise_regularizer=LASSO, activity_regularizer=LASSO, bias_constraint="non_neg"),
            k.Reshape((25, 4)),
            k.Bidirectional(k.GRU(3, recurrent_regularizer=ELASTIC, recurrent_constraint="unit_norm")),
            k.Dense(4, "relu", bias_regularizer=LASSO, kernel_constraint=BETWEEN),
        ],
        [
            {
                "type": "conv2d",
                "filters": 4,
                "kernel_size": 3,
                "activation": "relu",
                "kernel_regularizer": {"name": "l2", "l2": 0.25},
                "kernel_constraint": {"name": "max_norm", "max_value": 3, "axis": [0, 1, 2]},
            },
            {
                "type": "depthwise_conv2d",
                "kernel_size": 2,
                "kernel_regularizer": {"name": "l1", "l1": 0.5},
                "activity_regularizer": {"name": "l1", "l1": 0.5},
                "bias_constraint": "non_neg",
            },
            {"type": "reshape", "target_shape": [25, 4]},
            {
                "type": "gru",
                "units": 3,
                "bidirectional": True,
                "recurrent_regularizer": {"name": "l1_l2", "l1": 0.5, "l2": 0.25},
                "recurrent_constraint": {"name": "unit_norm", "axis": [0]},
            },
            {
                "type": "dense",
                "units": 4,
                "activation": "relu",
                "bias_regularizer": {"name": "l1", "l1": 0.5},
                "kernel_constraint": {"name": "min_max_norm", "min_value": 0.1, "max_value": 0.9, "rate": 0.5},
            },
        ],
    ),
    "initializers": (
        (4,),
        lambda k: [k.Dense(4, "relu", kernel_initializer="random_normal"), k.Dense(4, "relu", True, "orthogonal")],
        [
            {"type": "dense", "units": 4, "activation": "relu", "initializer": "random_normal"},
            {"type": "dense", "units": 4, "activation": "relu", "initializer": "orthogonal"},
        ],
    ),
}


@pytest.fixture(scope="module")
def keras() -> Any:
    """Give the real Keras, which takes a while to import."""
    return pytest.importorskip("keras", reason="Keras is a reference; its h5py has no wheel for Python 3.15")


def job(shape: tuple[int, ...], network: dict[str, Any]) -> dict[str, Any]:
    """Make a body whose features have a shape."""
    features = {"scaling": "none"} if len(shape) == 1 else {"reshape": list(shape)}
    return body(network=network, features=features)


def facts_for(shape: tuple[int, ...]) -> specs.DatasetFacts:
    """Take the table that has so many columns."""
    return IRIS if shape == (4,) else IMAGES


def model_of(*layers: dict[str, Any]) -> dict[str, Any]:
    """Write a model as Keras 2 does, with an output layer at its end."""
    end = {"class_name": "Dense", "config": {"name": "out", "units": 3, "activation": "softmax"}}
    return {"class_name": "Sequential", "config": {"name": "m", "layers": [*layers, end]}, "keras_version": "2.15.0"}


def dense(**config: Any) -> dict[str, Any]:
    """Write a dense layer as Keras 2 does."""
    return {"class_name": "Dense", "config": {"name": "hidden", "units": 8, "activation": "relu", **config}}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("as_text", [True, False])
def test_what_keras_writes_is_read_as_the_long_form(keras: Any, name: str, as_text: bool) -> None:  # noqa: FBT001
    """The same network, said in two ways, resolves to the same spec: every layer that Keras has, in its own words."""
    shape, make, layers = CASES[name]
    built = [*make(keras.layers), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential([keras.Input(shape), *built])
    named = [{**layer, "name": own.name} for layer, own in zip([*layers, END], built, strict=True)]
    text = model.to_json()

    read = resolve(job(shape, {"keras": text if as_text else json.loads(text)}), facts_for(shape))

    assert read.spec.network == resolve(job(shape, {"layers": named}), facts_for(shape)).spec.network
    assert specs.summarize(read, facts_for(shape))["parameters"] == model.count_params()


@given(
    units=st.lists(st.integers(1, 64), min_size=1, max_size=4),
    activation=st.sampled_from(["relu", "tanh", "sigmoid", "elu", "gelu", "selu", "softplus"]),
    dropout=st.sampled_from([0, 0.25]),
)
def test_all_three_forms_say_the_same(units: list[int], activation: str, dropout: float) -> None:
    """The short form, the layers that it resolves to, and these layers as Keras writes them."""
    short = resolve(body(network={"hidden": units, "activation": activation, "dropout": dropout})).spec
    written = short.to_json()["network"]["layers"]
    classes = {"dense": "Dense", "dropout": "Dropout"}
    keras_words = {"initializer": "kernel_initializer"}
    model = {
        "class_name": "Sequential",
        "config": {
            "layers": [
                {
                    "class_name": classes[layer["type"]],
                    "config": {keras_words.get(key, key): _plain(layer[key]) for key in layer if key != "type"},
                }
                for layer in written
            ]
        },
    }

    long = resolve(body(network={"layers": written})).spec
    keras_spec = resolve(body(network={"keras": model})).spec

    assert short.network == long.network == keras_spec.network


def _plain(value: Any) -> Any:
    return value["name"] if isinstance(value, dict) and value["name"] == "elu" else value


def test_keras_two_is_read_as_well() -> None:
    """Models that were saved years ago; the shape of the input stands at the first layer there."""
    model = model_of(dense(batch_input_shape=[None, 4], dtype="float32", trainable=True, kernel_regularizer=None))

    spec = resolve(body(network={"keras": model})).spec

    assert [(layer.type, layer.name) for layer in spec.network.layers] == [("dense", "hidden"), ("dense", "out")]


def test_a_resolved_keras_model_posted_again_stays_as_it_is() -> None:
    """The resolved spec has the long form, and needs no Keras."""
    first = resolve(body(network={"keras": model_of(dense())}))

    again = resolve(first.spec.to_json())

    assert again.spec == first.spec


@pytest.mark.parametrize(
    ("layer", "code", "where"),
    [
        ({"class_name": "Lambda", "config": {"function": ["4wEA", None, None]}}, "spec.import_forbidden", "class_name"),
        ({"class_name": "Mine", "config": {}, "registered_name": "pkg>Mine"}, "spec.import_forbidden", "class_name"),
        ({"module": "os", "class_name": "system", "config": {}}, "spec.import_forbidden", "class_name"),
        (
            dense(activation={"module": "builtins", "class_name": "function", "config": "evil"}),
            "spec.import_forbidden",
            "config/activation/class_name",
        ),
        ({"class_name": "Desne", "config": {"units": 3}}, "spec.unknown_choice", "class_name"),
        ({"class_name": "__class__", "config": {}}, "spec.unknown_choice", "class_name"),
        (dense(units=-1), "spec.out_of_range", "config/units"),
        (dense(units="8"), "spec.wrong_type", "config/units"),
        (dense(activation="relo"), "spec.unknown_choice", "config/activation"),
        (dense(kernel_initializer="he"), "spec.unknown_choice", "config/kernel_initializer"),
        (
            dense(kernel_initializer={"class_name": "RandomNormal", "config": {"stddev": -1}}),
            "spec.out_of_range",
            "config/kernel_initializer/config/stddev",
        ),
        (
            dense(kernel_regularizer={"class_name": "L2", "config": {"l2": -0.1}}),
            "spec.out_of_range",
            "config/kernel_regularizer/config/l2",
        ),
        (
            dense(kernel_regularizer=of("OrthogonalRegularizer", factor=0.1, mode="rows")),
            "spec.not_supported_yet",
            "config/kernel_regularizer/class_name",
        ),
        (
            {"class_name": "PReLU", "config": {"alpha_regularizer": {"class_name": "L3", "config": {"l3": 0.1}}}},
            "spec.unknown_choice",
            "config/alpha_regularizer/class_name",
        ),
        (
            dense(kernel_constraint={"class_name": "MaxNorm", "config": {"max_value": 2, "axis": [0, 1, 2]}}),
            "spec.out_of_range",
            "config/kernel_constraint/config/axis",
        ),
        (dense(trainable="no"), "spec.not_supported_yet", "config/trainable"),
        (
            {"class_name": "LSTM", "config": {"units": 2, "time_major": True}},
            "spec.not_supported_yet",
            "config/time_major",
        ),
        (dense(unheard_of=7), "spec.not_supported_yet", "config/unheard_of"),
        ({"class_name": "Dense", "config": {"name": "a"}}, "spec.missing_field", "config/units"),
        ({"class_name": "Dense"}, "spec.wrong_type", ""),
        ({"class_name": "Bidirectional", "config": {"layer": 3}}, "spec.wrong_type", "config/layer"),
        (
            {"class_name": "Bidirectional", "config": {"layer": {"class_name": "Dense", "config": {"units": 2}}}},
            "spec.unknown_choice",
            "config/layer/class_name",
        ),
        ("Dense", "spec.wrong_type", ""),
    ],
    ids=str,
)
def test_a_layer_that_is_not_read_is_pointed_at(layer: Any, code: str, where: str) -> None:
    """Each fault stands at its place in the model that was posted, and no other follows from it."""
    faults = faults_of(body(network={"keras": model_of(layer)}))

    place = "/network/keras/config/layers/0" + (f"/{where}" if where else "")
    found = [(fault.code, fault.pointer) for fault in faults]
    if code == "spec.missing_field":
        found = [(fault, pointer.replace("layers/0/units", "layers/0/config/units")) for fault, pointer in found]
    assert found == [(code, place)]


@pytest.mark.parametrize(
    "model",
    [
        {},
        [],
        3,
        None,
        "",
        "{",
        "not json",
        {"class_name": "Sequential"},
        {"class_name": "Sequential", "config": {}},
        {"class_name": "Sequential", "config": {"layers": 3}},
        {"class_name": "Sequential", "config": {"layers": [{"class_name": "InputLayer", "config": {}}]}},
        {"class_name": 7, "config": {"layers": []}},
        "[" * 100_000,
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_model_is_said_to_be_none(model: object) -> None:
    """One fault that says what is expected."""
    (fault,) = faults_of(body(network={"keras": model}))

    assert (fault.code, fault.pointer) == ("spec.wrong_type", "/network/keras")


def test_too_many_layers_are_refused_unread() -> None:
    """As in the long form."""
    (fault,) = faults_of(body(network={"keras": model_of(*[dense()] * 10_000)}))

    assert (fault.code, fault.pointer) == ("spec.out_of_range", "/network/keras")


def test_all_layers_faults_are_told_at_once() -> None:
    """Also beside those of other fields."""
    model = model_of(dense(units=0, name="a"), dense(name="b"), dense(activation="relo", name="c"))

    faults = faults_of(body(network={"keras": model}, training={"epochs": 0}))

    assert {fault.pointer for fault in faults} == {
        "/network/keras/config/layers/0/config/units",
        "/network/keras/config/layers/2/config/activation",
        "/training/epochs",
    }


def test_a_model_beside_another_form_is_a_conflict() -> None:
    """Never two of the three."""
    faults = faults_of(body(network={"keras": model_of(dense()), "hidden": [8]}))

    assert [(fault.code, fault.pointer) for fault in faults] == [("spec.conflict", "/network/hidden")]


def test_a_model_for_images_folds_the_features_itself() -> None:
    """It says the shape of its rows, and the numbers are as many."""
    conv = {"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": [3, 3], "activation": "relu"}}
    given_input = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 1]}}
    model = model_of(given_input, conv, {"class_name": "Flatten", "config": {}})

    resolved = resolve(body(network={"keras": model}), IMAGES)

    assert resolved.spec.features.reshape == (8, 8, 1)
    assert resolved.provenance["/features/reshape/0"].source == "inferred"
    assert resolve(resolved.spec.to_json(), IMAGES).spec == resolved.spec


def test_a_shape_that_was_given_stays() -> None:
    """Then the two contradict each other, and the patch gives the features the model's."""
    conv = {"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": [3, 3], "activation": "relu"}}
    given_input = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 1]}}
    model = model_of(given_input, conv, {"class_name": "Flatten", "config": {}})
    wished = body(network={"keras": model}, features={"reshape": [4, 16, 1]})

    (fault,) = faults_of(wished, IMAGES)

    assert (fault.code, fault.patch) == ("spec.shape_mismatch", {"features": {"reshape": [8, 8, 1]}})
    assert faults_of(apply_patch(wished, fault.patch), IMAGES) == ()


def test_a_model_for_other_columns_is_told_the_difference() -> None:
    """Eight inputs of iris are none."""
    (fault,) = faults_of(body(network={"keras": model_of(dense(batch_input_shape=[None, 8]))}))

    assert fault.code == "spec.shape_mismatch"
    assert "[8]" in fault.message
    assert "[4]" in fault.message


def test_suggestions_inside_a_model_pass_when_applied() -> None:
    """A patch changes the model where it was posted."""
    wished = body(network={"keras": model_of(dense(units=0), dense(activation="relo", name="b"))})

    for _ in range(2):  # a list is patched as a whole, so one after the other
        wished = apply_patch(wished, faults_of(wished)[0].patch or {})

    assert faults_of(wished) == ()


def test_a_wrong_end_is_pointed_at_in_the_model() -> None:
    """Four classes for three."""
    model = {
        "class_name": "Sequential",
        "config": {"layers": [dense(), dense(units=4, activation="softmax", name="o")]},
    }

    (fault,) = faults_of(body(network={"keras": model}))

    assert (fault.code, fault.pointer) == ("spec.shape_mismatch", "/network/keras/config/layers/1/config/units")
    wrong = faults_of(body("churn", network={"keras": model_of(dense())}), CHURN)
    assert {fault.code for fault in wrong} == {"spec.loss_mismatch", "spec.shape_mismatch"}


def test_what_adapt_measured_is_asked_for() -> None:
    """A model's JSON does not hold it, and made-up statistics would give other predictions."""
    (fault,) = faults_of(body(network={"keras": model_of(of("Normalization", mean=None, variance=None))}))

    assert fault.pointer == "/network/keras/config/layers/0/config/mean"
    assert fault.hint is not None
    assert "features.scaling" in fault.hint


def test_a_layer_that_reads_steps_itself_is_refused_within_steps() -> None:
    """By its name, with those that can be there; a penalty on outputs is one that Keras itself drops there."""
    within = [of("LSTM", units=2), of("Conv1D", filters=2, kernel_size=1, activity_regularizer=of("L2", l2=0.1))]
    faults = [faults_of(body(network={"keras": model_of(of("TimeDistributed", layer=each))})) for each in within]

    reader, penalty = (found[0] for found in faults)
    assert reader.pointer == "/network/keras/config/layers/0/config/layer/class_name"
    assert "LSTM" in reader.message
    assert {"Dense", "Conv2D", "Flatten", "MaxPooling1D"} <= set(reader.allowed)
    assert penalty.pointer == "/network/keras/config/layers/0/config/layer/config/activity_regularizer"


@pytest.mark.parametrize(("scaling", "warned"), [("none", False), ("standard", True)])
def test_scaling_twice_is_told(scaling: str, *, warned: bool) -> None:
    """A model that scales its inputs itself was made for raw numbers."""
    network = {"keras": model_of(of("Rescaling", scale=0.1))}

    resolved = resolve(body(network=network, features={"scaling": scaling}))

    assert any("`features.scaling`" in warning.message for warning in resolved.warnings) is warned


NORM = {"class_name": "BatchNormalization", "config": {"name": "norm"}}


@pytest.mark.parametrize("axis", [-1, [-1], 1, [1]])
@pytest.mark.parametrize("kind", ["BatchNormalization", "LayerNormalization"])
def test_the_last_axis_is_read_in_any_spelling(kind: str, axis: Any) -> None:
    """Keras 2 and Keras from 3.16 on count from the batch, in a list."""
    layer = {"class_name": kind, "config": {"name": "norm", "axis": axis}}

    spec = resolve(body(network={"keras": model_of(dense(), layer)})).spec

    assert [each.name for each in spec.network.layers] == ["hidden", "norm", "out"]


@pytest.mark.parametrize("axis", [2, [2], 3])
def test_another_axis_than_the_last_is_refused_where_it_stands(axis: Any) -> None:
    """It would normalise what nobody meant; which one is the last follows from the shapes."""
    layer = {"class_name": "BatchNormalization", "config": {"name": "norm", "axis": axis}}

    (fault,) = faults_of(body(network={"keras": model_of(dense(), layer)}))

    place = "/network/keras/config/layers/1/config/axis"
    assert (fault.code, fault.pointer, fault.suggestion) == ("spec.not_supported_yet", place, 1)


def test_layers_that_are_not_trainable_are_frozen() -> None:
    """With the reason for it; posted again, the resolved spec names them itself."""
    frozen = {"class_name": "BatchNormalization", "config": {"name": "norm", "trainable": False}}

    resolved = resolve(body(network={"keras": model_of(dense(trainable=False), frozen)}, training={"frozen": ["norm"]}))

    assert resolved.spec.training.frozen == ("norm", "hidden")
    assert resolved.provenance["/training/frozen/1"].reason == "`trainable` in the Keras model"
    assert resolve(resolved.spec.to_json()).spec == resolved.spec


def test_models_in_a_model_are_read_layer_by_layer() -> None:
    """With everything in them that is not trainable, and names that are each once there."""
    inner = {"class_name": "Sequential", "config": {"name": "i", "trainable": False, "layers": [dense(), NORM]}}

    spec = resolve(body(network={"keras": model_of(inner, dense())})).spec

    assert [layer.name for layer in spec.network.layers] == ["hidden", "norm", "hidden_2", "out"]
    assert spec.training.frozen == ("hidden", "norm")
    assert all(layer.inputs is None for layer in spec.network.layers)


def test_seeds_and_policies_are_read_over_and_told() -> None:
    """They change draws and types, not the network; each is said once."""
    seeded = {"class_name": "GlorotUniform", "config": {"seed": 5}}
    policy = {"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}
    dropout = {"class_name": "Dropout", "config": {"name": "d", "rate": 0.5, "seed": 3, "dtype": policy}}

    resolved = resolve(body(network={"keras": model_of(dense(kernel_initializer=seeded, dtype=policy), dropout)}))

    told = [
        (warning.pointer.removeprefix("/network/keras/config/layers"), warning.message) for warning in resolved.warnings
    ]
    assert [pointer for pointer, message in told if "seed" in message] == [
        "/0/config/kernel_initializer/config/seed", "/1/config/seed",
    ]  # fmt: skip
    assert [pointer for pointer, message in told if "mixed_float16" in message] == ["/0/config/dtype"]


def test_a_rectifier_with_a_slope_is_a_leaky_one() -> None:
    """As a layer and as an activation."""
    layer = {"class_name": "ReLU", "config": {"negative_slope": 0.25, "max_value": None, "threshold": 0.0, "name": "r"}}

    spec = resolve(body(network={"keras": model_of(layer, dense(activation={**layer, "module": "keras.layers"}))})).spec

    function = {"name": "leaky_relu", "negative_slope": 0.25}
    first, second, _ = spec.to_json()["network"]["layers"]
    assert (first["function"], second["activation"]) == (function, function)


def test_start_values_of_normalisation_are_read() -> None:
    """A residual block that starts as the identity has a γ of zeros."""
    config = {
        "name": "n",
        "gamma_initializer": {"class_name": "Zeros", "config": {}},
        "moving_mean_initializer": "ones",
    }
    layer = {"class_name": "BatchNormalization", "config": config}

    network = resolve(body(network={"keras": model_of(dense(), layer)})).blueprint.network

    arrays = neural.named_arrays(network, neural.initialize(network, np.random.default_rng(0)))
    assert (arrays["n.gamma"].max(), arrays["n.moving_mean"].min(), arrays["n.moving_variance"].min()) == (0, 1, 1)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Desne", "Dense"),
        ("BatchNormalisation", "BatchNormalization"),
        ("Normalisation", "Normalization"),
        ("Conv3D", None),
        ("SpectralNormalization", None),
        ("AdditiveAttention", None),
        ("EinsumDense", None),
        ("RandomFlip", None),
        ("CuDNNLSTM", "LSTM"),
        ("ThresholdedReLU", "ReLU"),
    ],
)
def test_a_suggestion_means_nearly_the_same(name: str, meant: str | None) -> None:
    """What only looks alike is no help."""
    (fault,) = faults_of(body(network={"keras": model_of({"class_name": name, "config": {}})}))

    assert fault.suggestion == meant


def test_every_layer_of_keras_is_known_or_known_to_be_elsewhere(keras: Any) -> None:
    """Else its name would be taken for a misspelling; a suggestion is known, and another name."""
    own = {name for name in dir(keras.layers) if isinstance(getattr(keras.layers, name), type)}
    for name in sorted(own - {"InputLayer", "InputSpec", "Layer", "Lambda", "Wrapper", "Bidirectional"}):
        faults = faults_of(body(network={"keras": model_of({"class_name": name, "config": {}})}))
        for fault in faults:
            if fault.code == "spec.unknown_choice" and fault.suggestion is not None:
                assert fault.suggestion in set(fault.allowed) - {name}, name
                followed = faults_of(body(network={"keras": model_of({"class_name": fault.suggestion, "config": {}})}))
                assert "class_name" not in {found.pointer.rpartition("/")[2] for found in followed}, name


@pytest.mark.parametrize(("name", "meant"), [("glu", None), ("sparsemax", None), ("rleu", "relu")])
def test_an_activation_of_elsewhere_is_no_misspelling(name: str, meant: str | None) -> None:
    """In the long form as well."""
    (fault,) = faults_of(body(network={"hidden": [4], "activation": name}))

    assert fault.suggestion == meant


@pytest.mark.parametrize(
    ("layers", "place"),
    [
        ([dense(), {"class_name": "Dropout", "config": {"rate": math.nan}}], "/config/layers/1/config/rate"),
        ([dense(), {"class_name": "Desne", "config": {}}], "/config/layers/1/class_name"),
        ([dense(), {"class_name": "BatchNormalization", "config": {"axis": 3}}], None),
    ],
)
def test_a_fault_in_a_text_names_its_place_and_replaces_nothing(layers: list[Any], place: str | None) -> None:
    """No pointer leads into a text, so a patch at its place would put one number where the model was."""
    (fault,) = faults_of(body(network={"keras": json.dumps(model_of(*layers))}))

    assert (fault.pointer, fault.patch) == ("/network/keras", None)
    assert place is None or f"`{place}`" in fault.message
