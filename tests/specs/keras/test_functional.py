"""Functional models in, as the real Keras writes them: the same predictions and steps, each refusal at its place."""

import json
import os
from math import prod
from typing import Any

import numpy as np
import pytest

import neural
import specs
from neural import vocabulary
from tests.specs.facts import IRIS, body, faults_of, number, resolve
from tests.specs.keras.models import EXAMPLES, STEPS, WORDS, Example

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported anywhere
# most of these tests' time is compiling what runs for milliseconds
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true")
ROWS = 9
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def keras() -> Any:
    """Give the real Keras, which takes a while to import."""
    return pytest.importorskip("keras", reason="Keras is a reference; its h5py has no wheel for Python 3.15")


def facts_of(count: int) -> specs.DatasetFacts:
    """Make a table of so many numbers with three classes."""
    return specs.DatasetFacts("ds_iris", 150, (*(number(f"x{index}") for index in range(count)), IRIS.columns[-1]))


def read(model: Any, count: int) -> specs.Resolved:
    """Post a model as JSON for a table of so many numbers."""
    network = {"keras": json.loads(model.to_json())}
    return resolve(body(network=network, features={"scaling": "none"}), facts_of(count))


def rows(example: Example, generator: np.random.Generator) -> list[np.ndarray]:
    """Draw what each input reads: padded ids, or numbers."""
    drawn = []
    for shape, is_text in zip(example.inputs, example.words, strict=True):
        if not is_text:
            drawn.append(generator.standard_normal((ROWS, *shape)).astype(np.float32))
            continue
        ids = generator.integers(1, WORDS, (ROWS, *shape))
        ids[np.arange(STEPS) >= generator.integers(1, STEPS + 1, (ROWS, 1))] = 0
        drawn.append(ids.astype(np.float32))
    return drawn


def variables(model: Any, network: neural.Network, flat: np.ndarray) -> list[tuple[Any, np.ndarray]]:
    """Pair Keras' variables with views of our weights, by the names of their layers."""
    layers = {layer.name: layer for layer in model._flatten_layers() if layer.weights}
    found: dict[str, list[np.ndarray]] = {}
    for name, array in neural.named_arrays(network, flat).items():
        found.setdefault(name.rpartition(".")[0], []).append(array)
    order = {name: [w for w in layers[name].weights if "seed" not in w.path] for name in found}
    return [pair for name, arrays in found.items() for pair in zip(order[name], arrays, strict=True)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_functional_model_predicts_and_learns_as_in_keras(keras: Any, name: str) -> None:
    """Posted as JSON, with the same weights: outputs to 1e-6, and each weight after a step to 1e-5."""
    example = EXAMPLES[name]
    model = example.build(keras)
    resolved = read(model, sum(map(prod, example.inputs)))
    network, frozen = resolved.blueprint.network, resolved.spec.training.frozen
    generator = np.random.default_rng(3)
    flat = neural.initialize(network, generator)
    flat += generator.uniform(0, 0.2, flat.size).astype(np.float32)
    for variable, array in variables(model, network, flat):
        variable.assign(array)
    given = rows(example, generator)
    x = np.concatenate([each.reshape(ROWS, -1) for each in given], axis=1).reshape(ROWS, *network.input_shape)
    y = generator.integers(0, 3, ROWS)
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.1),
        epochs=1, batch_size=ROWS, seed=1, frozen=frozen,
    )  # fmt: skip
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")

    expected = model.predict_on_batch(given if len(given) > 1 else given[0])
    outputs = neural.predict(network, flat, x, loss="categorical_crossentropy")
    *_, last = neural.train(network, plan, neural.Examples(x, y), None, weights=flat)
    model.train_on_batch(given if len(given) > 1 else given[0], y)

    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    for variable, array in variables(model, network, last.weights()):
        np.testing.assert_allclose(array, np.asarray(variable), atol=1e-5, err_msg=variable.path)
    assert resolve(resolved.spec.to_json(), facts_of(sum(map(prod, example.inputs)))).spec == resolved.spec


def test_a_plain_chain_resolves_as_a_sequential_does(keras: Any) -> None:
    """No layer names what it reads, since it is the one before."""
    row = keras.Input((4,))
    x = keras.layers.Dense(5, "relu", name="hidden")(row)
    chain = keras.Model(row, keras.layers.Dense(3, "softmax", name="out")(x))
    named = [keras.layers.Dense(5, "relu", name="hidden"), keras.layers.Dense(3, "softmax", name="out")]

    network = read(chain, 4).spec.network

    assert network == read(keras.Sequential([keras.Input((4,)), *named]), 4).spec.network
    assert all(layer.inputs is None for layer in network.layers)


def second(kind: str, name: str, *reads: str, **config: Any) -> dict[str, Any]:
    """Write a layer as Keras 2 does."""
    nodes = [[[each, 0, 0, {}] for each in reads]] if reads else []
    return {"class_name": kind, "name": name, "config": {"name": name, **config}, "inbound_nodes": nodes}


def test_keras_two_wrote_functional_models_in_other_words() -> None:
    """Lists instead of tensors; options of a call stand with its first value."""
    layers = [
        second("InputLayer", "row", batch_input_shape=[None, 4]),
        second("Dense", "a", "row", units=3),
        second("Dense", "b", "row", units=3),
        second("Add", "c", "a", "b"),
        second("Dense", "d", "c", units=3, activation="softmax"),
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["row", 0, 0]], "output_layers": [["d", 0, 0]]}

    spec = resolve(body(network={"keras": {"class_name": "Model", "config": config}})).spec

    assert [(layer.name, layer.inputs) for layer in spec.network.layers] == [
        ("a", None), ("b", ("input",)), ("c", ("a", "b")), ("d", None),
    ]  # fmt: skip


def refused(model: Any, count: int) -> specs.Fault:
    """Give the one fault of a model."""
    network = {"keras": json.loads(model.to_json())}
    (fault,) = faults_of(body(network=network, features={"scaling": "none"}), facts_of(count))
    return fault


def test_a_shared_layer_that_cannot_be_said_is_named(keras: Any) -> None:
    """Its weights would belong to two places, and training would make two of them."""
    a, b = keras.Input((4, 2)), keras.Input((4, 2))
    shared = keras.layers.LSTM(3, name="reader")
    model = keras.Model([a, b], keras.layers.Dense(3, "softmax")(keras.layers.concatenate([shared(a), shared(b)])))

    fault = refused(model, 16)

    assert (fault.code, fault.pointer) == ("spec.not_supported_yet", "/network/keras/config/layers/2")
    assert "`reader`" in fault.message


def test_a_mask_of_its_own_is_refused(keras: Any) -> None:
    """Behind a window there is none any more; one that is handed around it would be lost without a word."""
    ids = keras.Input((STEPS,))
    table = keras.layers.Embedding(WORDS, 4, mask_zero=True)
    x = keras.layers.Conv1D(4, 3, padding="same")(table(ids))
    read_by_hand = keras.layers.LSTM(3, name="reader")(x, mask=table.compute_mask(ids))
    model = keras.Model(ids, keras.layers.Dense(3, "softmax")(read_by_hand))

    fault = refused(model, STEPS)

    assert (fault.code, "`reader`" in fault.message) == ("spec.not_supported_yet", True)


def test_several_outputs_are_refused(keras: Any) -> None:
    """One is trained; the hint tells what can be done."""
    row = keras.Input((4,))
    heads = [keras.layers.Dense(3, name=name)(row) for name in ("a", "b")]

    fault = refused(keras.Model(row, heads), 4)

    assert (fault.code, fault.pointer) == ("spec.not_supported_yet", "/network/keras/config/output_layers")


def test_operations_that_are_no_layers_are_refused(keras: Any) -> None:
    """Also those that masks are made of, where something else is made of them."""
    row = keras.Input((4,))
    summed = keras.layers.Dense(3, "softmax")(row + 1.0)

    fault = refused(keras.Model(row, summed), 4)

    assert fault.pointer.startswith("/network/keras/config/layers/1")
    assert ("`Add` with the constant 1" in fault.message, "Rescaling" in str(fault.hint)) == (True, True)


def states(k: Any, x: Any) -> Any:
    """Read the state of a recurrent layer."""
    return k.layers.LSTM(3, return_state=True, name="reader")(x)[1]


def started(k: Any, x: Any) -> Any:
    """Start a recurrent layer from what another one gave."""
    return k.layers.GRU(3, name="reader")(x, initial_state=k.layers.LSTM(3)(x))


def means(k: Any, x: Any) -> Any:
    """Average by an operation that has the name of a layer."""
    return k.ops.average(x, axis=1)


def joined(k: Any, x: Any) -> Any:
    """Put a sequence behind another one."""
    return k.layers.GlobalMaxPooling1D()(k.layers.Concatenate(axis=1, name="long")([x, x]))


def by_steps(k: Any, x: Any) -> Any:
    """Normalise each step instead of each feature."""
    return k.layers.Flatten()(k.layers.BatchNormalization(axis=1, name="norm")(x))


def named(k: Any, x: Any) -> Any:
    """Give the input by name."""
    return k.layers.Flatten()(x)


@pytest.mark.parametrize(
    ("build", "place", "said"),
    [
        (states, "config/return_state", "`return_state`"),
        (started, "inbound_nodes", "`initial_state`"),
        (means, "class_name", "operation `Average`"),
        (joined, "config/axis", "`Permute((2, 1))`"),
        (by_steps, "config/axis", "`Permute((2, 1))`"),
        (named, "input_layers", "dict"),
    ],
)
def test_what_no_layer_can_say_is_refused_by_its_name(keras: Any, build: Any, place: str, said: str) -> None:
    """And no patch makes another network of it."""
    row = keras.Input((4, 2), name="row")
    answers = keras.layers.Dense(3, "softmax")(build(keras, row))
    fault = refused(keras.Model({"row": row} if build is named else row, answers), 8)

    assert fault.pointer.endswith(place)
    assert said in f"{fault.message} {fault.hint}"
    assert fault.patch is None


def test_inputs_that_need_other_columns_are_told(keras: Any) -> None:
    """Together they read ten numbers of each row."""
    a, b = keras.Input((4,)), keras.Input((6,))
    model = keras.Model([a, b], keras.layers.Dense(3, "softmax")(keras.layers.concatenate([a, b])))

    fault = refused(model, 8)

    assert fault.code == "spec.shape_mismatch"
    assert "[10]" in fault.message


@pytest.mark.parametrize(
    "change",
    [
        {"layers": 3}, {"layers": [3]}, {"input_layers": None}, {"output_layers": []}, {"output_layers": [["x", 0, 0]]},
        {"layers": [{**second("Dense", "d", units=3), "inbound_nodes": 7}]},
        {"layers": [second("Dense", "d", "d", units=3)]},
        {"layers": [{**second("Dense", "d", units=3), "inbound_nodes": [{"args": 3}]}]},
    ],
    ids=str,
)  # fmt: skip
def test_a_damaged_graph_is_refused_and_never_raises(change: dict[str, Any]) -> None:
    """At least one fault, and nothing but faults."""
    config = {"layers": [], "input_layers": [["row", 0, 0]], "output_layers": [["d", 0, 0]], **change}

    assert faults_of(body(network={"keras": {"class_name": "Functional", "config": config}}))
