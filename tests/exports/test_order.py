"""Arrays of an archive lie as Keras wants them back: `model.set_weights(list(file.values())[:-1])`."""

import io
import os
from typing import Any

import numpy as np
import pytest

import exports
import neural
from neural import layers as own
from neural import vocabulary
from neural.layers import Layer

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported anywhere
IMAGE, SEQUENCE, IDS, ROW = (6, 6, 2), (6, 4), (6,), (4,)
NEEDED: dict[str, dict[str, Any]] = {
    "activation": {"function": "relu"}, "dropout": {"rate": 0.1}, "gaussian_noise": {"stddev": 0.1},
    **{f"adaptive_{kind}_pooling{axes}d": {"output_size": 2} for kind in ("average", "max") for axes in (1, 2)},
    "gaussian_dropout": {"rate": 0.1}, "alpha_dropout": {"rate": 0.1}, "group_normalization": {"groups": 2},
    "reshape": {"target_shape": (2, 2)}, "slice": {"stop": 2}, "embedding": {"input_dim": 3, "output_dim": 2},
    "multi_head_attention": {"num_heads": 2, "key_dim": 2}, "permute": {"dims": (2, 1)}, "repeat_vector": {"n": 2},
    "spatial_dropout1d": {"rate": 0.1}, "spatial_dropout2d": {"rate": 0.1},
    "rescaling": {"scale": 0.5}, "normalization": {"mean": (0.0,), "variance": (1.0,)},
}  # fmt: skip


def written(layers: list[str], arrays: dict[str, np.ndarray]) -> list[str]:
    """Write arrays that lie by name as an archive; give the names in it."""
    spec = {"network": {"layers": [{"name": name} for name in layers]}}
    model = exports.TrainedModel(arrays=dict(sorted(arrays.items())), spec=spec, preprocessing={})
    file = io.BytesIO()
    exports.write(model, "npz", file)
    file.seek(0)
    return list(np.load(file).files)


@pytest.mark.parametrize("name", vocabulary.LAYERS)
def test_arrays_of_every_layer_lie_as_it_builds_them(name: str) -> None:
    """What is trained, then what is kept, in each layer by itself."""
    made = _made(name)
    found = sorted(made.parameter_shapes(*_shapes_for(made)), key=lambda each: not each.trainable)
    expected = [f"it.{each.name}" for each in found]

    assert written(["it"], {name: np.zeros(1) for name in expected}) == [*expected, "__metadata__"]


def _made(name: str) -> Layer:
    accepted = {info.name for info in vocabulary.LAYERS[name].parameters if info.default is None}
    needed = {key: 2 for key in accepted if key in {"units", "filters"}} | NEEDED.get(name, {})
    made: Layer = vocabulary.create("layer", name, **needed)
    return made


def _shapes_for(layer: Layer) -> list[tuple[int, ...]]:
    for shape in (ROW, SEQUENCE, IMAGE):
        try:
            shapes = [shape] * max(1, layer.minimum_inputs)
            layer.output_shape(*shapes)
        except neural.errors.ShapeError:
            continue
        return shapes
    raise AssertionError(f"no shape fits {layer.key}")


def test_layers_follow_the_network_and_not_the_alphabet() -> None:
    """Moving means stand with their layer, as in Keras."""
    layers = (own.Dense(units=3, name="z"), own.BatchNormalization(name="a"), own.LSTM(units=2, bidirectional=True))
    network = neural.Network(
        layers=(layers[0], layers[1], own.Reshape(target_shape=(3, 1)), layers[2]), input_shape=ROW
    )

    arrays = neural.named_arrays(network, neural.initialize(network, np.random.default_rng(1)))

    names = written([str(layer.name) for layer in network.layers], arrays)

    assert names == [
        "z.kernel", "z.bias", "a.gamma", "a.beta", "a.moving_mean", "a.moving_variance",
        "lstm_1.forward_kernel", "lstm_1.forward_recurrent_kernel", "lstm_1.forward_bias",
        "lstm_1.backward_kernel", "lstm_1.backward_recurrent_kernel", "lstm_1.backward_bias", "__metadata__",
    ]  # fmt: skip


def test_an_archive_of_another_model_is_still_written(model: exports.TrainedModel) -> None:
    """Layers that the spec does not name come by name."""
    file = io.BytesIO()
    exports.write(model, "npz", file)
    file.seek(0)

    assert list(np.load(file).files) == [
        "dense_1.kernel", "dense_1.bias", "dense_2.kernel", "dense_2.bias", "__metadata__",
    ]  # fmt: skip


def test_keras_takes_the_arrays_as_they_lie() -> None:
    """The way back that `docs/keras.md` shows: the same outputs from a model that is built as the layers say."""
    keras = pytest.importorskip("keras", reason="Keras is a reference; its h5py has no wheel for Python 3.15")
    layers = (own.Dense(units=3, activation="tanh", name="z"), own.BatchNormalization(name="a"), own.Dense(units=2))
    network = neural.Network(layers=layers, input_shape=ROW)
    flat = neural.initialize(network, np.random.default_rng(1)) + np.float32(0.1)
    arrays = neural.named_arrays(network, flat)
    spec = {"network": {"layers": [{"name": layer.name} for layer in network.layers]}}
    file = io.BytesIO()
    exports.write(exports.TrainedModel(arrays=arrays, spec=spec, preprocessing={}), "npz", file)
    file.seek(0)
    k = keras.layers
    model = keras.Sequential([keras.Input(ROW), k.Dense(3, "tanh"), k.BatchNormalization(), k.Dense(2)])
    x = np.random.default_rng(2).normal(size=(5, 4)).astype(np.float32)

    model.set_weights(list(np.load(file).values())[:-1])

    ours = neural.predict(network, flat, x, loss="mean_squared_error")
    np.testing.assert_allclose(np.asarray(model(x)), ours, atol=1e-6)
