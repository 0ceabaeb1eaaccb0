"""The client's own forward pass and preprocessing, held against those of the service's packages."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neural
from chainrule import load
from chainrule.encoding import encode
from chainrule.errors import RowsChanged, UnreadableWeights
from chainrule.forward.activations import ACTIVATIONS
from chainrule.outputs.answers import decode
from chainrule.predictor import Predictor
from chainrule.weights_file import WeightsFile
from datasets.columns.forms.number_form import NumberForm
from datasets.errors import NonFinite
from datasets.preprocessing.array_encoding import ArrayEncoding
from datasets.preprocessing.date_encoding import DateEncoding
from datasets.preprocessing.encodings import (
    BooleanEncoding,
    CategoryEncoding,
    FeatureEncoding,
    NumberEncoding,
    OrdinalEncoding,
    TargetEncoding,
)
from datasets.preprocessing.multi_target import SeveralTargets, VectorTarget
from datasets.preprocessing.preprocessing import Preprocessing
from datasets.preprocessing.target import Target
from exports import TrainedModel, write
from neural import vocabulary

WIDTH = 4
HIDDEN = sorted(set(vocabulary.ACTIVATIONS) - {"exponential"})  # e^(e^z) leaves the range of numbers
OUTPUTS = [
    ("mean_squared_error", "linear", 1),
    ("huber", "tanh", 1),
    ("binary_crossentropy", "sigmoid", 1),
    ("binary_crossentropy", "linear", 1),
    ("categorical_crossentropy", "softmax", 3),
    ("categorical_crossentropy", "linear", 3),
]
NUMBER = NumberEncoding(column="age", mean=40.0, scale=12.5, fill=38.0, indicator=True)
CITY = CategoryEncoding(column="city", values=("Bonn", "Lyon", "7"), other=True, missing=True)
SHORT_CITY = CategoryEncoding(column="town", values=("Bonn", "Lyon"), other=False, missing=False)
MEMBER = BooleanEncoding(column="member", values=("no", "yes"), missing=True)
SMOKER = BooleanEncoding(column="smoker", values=("no", "yes"), missing=False, fill=1)
INCOME = NumberEncoding(column="income", mean=7.5, scale=1.5, fill=2000.0, indicator=False, logarithmic=True)
SIZE = OrdinalEncoding(column="size", values=("S", "M", "40"), mean=1.5, scale=0.5)
PRICE = NumberEncoding(
    column="price", mean=7.5, scale=1.5, fill=20.0, indicator=True, form=NumberForm(thousands=",", currency="$")
)
DAY = DateEncoding(column="day", mean=19e3, scale=400.0, cycles=("year",), missing=True, format="%d/%m/%Y")
MOOD = CategoryEncoding(column="mood", values=("None", "mild"), other=True, missing=True, missing_words=("unknown",))
SINCE = DateEncoding(column="since", mean=19_000.0, scale=400.0, cycles=("year", "week", "day"), missing=True)
TARGET = TargetEncoding(column="y", task="multiclass", classes=("a", "b", "c"))
NUMBERS = tuple(TargetEncoding(column=c, task="regression", mean=7.0, scale=s) for c, s in (("a", 0.5), ("b", 2e4)))
ANSWERS = tuple(TargetEncoding(column=c, task="binary", classes=("no", "yes")) for c in ("a", "b"))
PREPROCESSING = Preprocessing(
    features=(NUMBER, CITY, SHORT_CITY, MEMBER, SMOKER, INCOME, SIZE, SINCE, PRICE, DAY, MOOD), target=TARGET
)
CELLS = {
    "income": st.none() | st.floats(-1e6, 1e6),
    "size": st.none() | st.sampled_from(["S", "M", "XL", 40, 41.5, ""]),
    "since": st.none() | st.sampled_from(["2024-02-29", "1969-12-31T23:59:59", "2024-12-31T12:00:00+02:00", "NA"]),
    "price": st.none() | st.sampled_from(["$1,234.50", "-$5", "12", "#N/A", "", "nil", " $7 "]),
    "day": st.none() | st.sampled_from(["13/10/2022", "1/2/2022", "2022-10-13T06:00:00", "NA", "<NA>"]),
    "mood": st.none() | st.sampled_from(["None", "mild", "unknown", "NA", ""]),
    "age": st.sampled_from(["9.5", "", "NA", "-3", " 1e2 ", "NULL"])
    | st.none()
    | st.integers(-1000, 1000)
    | st.floats(-1e6, 1e6),
    "city": st.none() | st.sampled_from(["Bonn", " Lyon ", "Rome", "?", "NA", "", 7, 7.0, 7.5]),
    "smoker": st.none() | st.sampled_from([True, "no", "N/A", ""]),
    "town": st.none() | st.sampled_from(["Bonn", "Lyon", "Rome", ""]),
    "member": st.none() | st.booleans() | st.sampled_from(["yes", "no", "n/a", "YES", "f", "True", 1, 0.0]),
}


def network_of(hidden: str, output: str, outputs: int) -> neural.Network:
    """Describe a network with every kind of layer; the middle one has no bias."""
    layers = (
        neural.Dense(units=5, activation=hidden),
        neural.Dropout(rate=0.5),
        neural.Dense(units=6, activation="linear", use_bias=False),
        neural.Activation(function=hidden),
        neural.Dense(units=outputs, activation=output),
    )
    return neural.Network(layers=layers, input_shape=(WIDTH,))


def spec_of(network: neural.Network, loss: str) -> dict[str, Any]:
    """Write a network as a resolved spec does."""
    layers = [
        {"type": layer.key, "name": layer.name}
        | {key: getattr(layer, key) for key in ("activation", "function") if hasattr(layer, key)}
        for layer in network.layers
    ]
    return {"network": {"layers": layers}, "training": {"loss": loss}}


@pytest.mark.parametrize(("loss", "output", "outputs"), OUTPUTS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_both_compute_the_same_network(hidden: str, loss: str, output: str, outputs: int) -> None:
    """Who downloads weights gets the answers that the service gives, whatever the network is made of."""
    network = network_of(hidden, output, outputs)
    generator = np.random.default_rng(7)
    flat = generator.normal(size=network.parameter_count)
    x = generator.normal(scale=3, size=(20, WIDTH))
    described = vocabulary.create("loss", loss)

    ours = Predictor(WeightsFile(neural.named_arrays(network, flat), spec_of(network, loss), {})).forward(x)

    np.testing.assert_allclose(ours, neural.predict(network, flat, x, loss=described), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("loss", "output", "outputs"), OUTPUTS[::2])
def test_both_answer_with_the_mean_of_members(loss: str, output: str, outputs: int) -> None:
    """The file of an ensemble holds every member, and its answer is that of all."""
    network, generator = network_of("mish", output, outputs), np.random.default_rng(8)
    flat = generator.normal(size=3 * network.parameter_count).astype(np.float32)
    x = generator.normal(scale=3, size=(20, WIDTH))
    spec = spec_of(network, loss)
    spec["training"]["members"] = 3

    ours = Predictor(WeightsFile(neural.named_arrays(network, flat), spec, {})).forward(x)

    truth = neural.predict(network, flat, x, loss=vocabulary.create("loss", loss))
    np.testing.assert_allclose(ours, truth, rtol=1e-4, atol=1e-5)


@settings(max_examples=30)
@given(slope=st.floats(0, 1), alpha=st.floats(0, 5), seed=st.integers(0, 1000))
def test_parameters_of_activations_count(slope: float, alpha: float, seed: int) -> None:
    """A resolved spec writes `leaky_relu` and `elu` as objects with their parameters."""
    z = np.random.default_rng(seed).normal(size=(3, WIDTH))
    functions = [{"name": "leaky_relu", "negative_slope": slope}, {"name": "elu", "alpha": alpha}]
    layers = [{"type": "activation", "name": f.get("name"), "function": f} for f in functions]
    described = [vocabulary.create("activation", str(f.pop("name")), **f) for f in map(dict, functions)]  # type: ignore[arg-type]
    network = neural.Network(layers=tuple(neural.Activation(function=each) for each in described), input_shape=(WIDTH,))
    spec = {"network": {"layers": layers}, "training": {"loss": "mean_squared_error"}}

    ours = Predictor(WeightsFile({}, spec, {})).forward(z)

    truth = neural.predict(network, np.empty(0), z, loss=vocabulary.create("loss", "mean_squared_error"))
    np.testing.assert_allclose(ours, truth, rtol=1e-6, atol=1e-6)


def test_every_activation_is_known() -> None:
    """A network that the service can train and the client cannot load would be noticed by a user first."""
    assert set(ACTIVATIONS) == set(vocabulary.ACTIVATIONS)


@settings(max_examples=60)
@given(rows=st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=12))
def test_both_encode_the_same_rows(rows: list[dict[str, Any]]) -> None:
    """Missing, unseen and oddly written cells become the same inputs on both sides."""
    ours = encode(rows, PREPROCESSING.to_json())

    np.testing.assert_array_equal(ours, PREPROCESSING.transform(rows))


@pytest.mark.parametrize(
    "row", [{"age": "41 years"}, {"age": "4,1"}, {"age": True}, {"age": float("nan")}, {"age": 10**400}, {"other": 1}]
)
def test_rows_that_do_not_fit_are_refused(row: dict[str, Any]) -> None:
    """A guess about a wrong cell would be a wrong answer that looks right."""
    body = Preprocessing(features=(NUMBER,), target=TARGET).to_json()

    with pytest.raises(RowsChanged, match="age"):
        encode([row], body)


@pytest.mark.parametrize(
    ("target", "outputs"),
    [
        (TARGET, [[0.1, 0.7, 0.2], [0.4, 0.3, 0.3]]),
        (TargetEncoding(column="y", task="binary", classes=("no", "yes")), [[0.9], [0.5]]),
        (TargetEncoding(column="y", task="regression", mean=100.0, scale=5.0), [[1.5], [-2.0]]),
        (TargetEncoding(column="y", task="regression", mean=100.0, scale=5.0, bounds=(95.0, 105.5)), [[1.5], [-2.0]]),
        (SeveralTargets(task="regression", parts=NUMBERS), [[1.5, 0.25], [-2.0, 1.0]]),
        (SeveralTargets(task="multilabel", parts=ANSWERS), [[0.5, 0.9], [0.1, 0.7]]),
        (VectorTarget(column="v", task="regression", means=(1.0, 2.0), scales=(3.0, 1.0)), [[1.5, 0.25], [-2.0, 1.0]]),
        (VectorTarget(column="v", task="multilabel", means=(0.0, 0.0), scales=(1.0, 1.0)), [[0.5, 0.9], [0.1, 0.7]]),
        *(
            (
                VectorTarget(column="v", task=task, means=(0.0,) * 4, scales=(2.0,) * 4, shape=(2, 2)),
                [[0.5, 0.9, 0.1, 0]],
            )
            for task in ("regression", "multilabel")
        ),
    ],
)
def test_both_say_outputs_in_the_same_words(target: Target, outputs: list[list[float]]) -> None:
    """Labels, probabilities and values, for each task."""
    body = Preprocessing(features=(NUMBER,), target=target).to_json()["target"]

    assert decode(np.array(outputs), body) == target.decode(np.array(outputs))


def test_a_saved_file_predicts(tmp_path: Path) -> None:
    """From the bytes that the service stores to an answer, without the service."""
    network = network_of("relu", "softmax", 3)
    flat = neural.initialize(network, np.random.default_rng(1))
    numbers = tuple(NumberEncoding(column=c, mean=1.0, scale=2.0, fill=0.0, indicator=False) for c in "abcd")
    preprocessing = Preprocessing(features=numbers, target=TARGET)
    loss = "categorical_crossentropy"
    with (tmp_path / "model.safetensors").open("wb") as file:
        arrays = neural.named_arrays(network, flat)
        model = TrainedModel(arrays=arrays, spec=spec_of(network, loss), preprocessing=preprocessing.to_json())
        write(model, "safetensors", file)
    rows = [{"a": 1, "b": None, "c": -3.5, "d": 2}, {"a": 0, "b": 0, "c": 0, "d": 0}]

    answers = load(tmp_path / "model.safetensors").predict(rows)

    outputs = neural.predict(network, flat, preprocessing.transform(rows), loss=vocabulary.create("loss", loss))
    for answer, truth in zip(answers, preprocessing.decode(outputs), strict=True):
        assert answer["label"] == truth["label"]
        assert answer["probabilities"] == pytest.approx(truth["probabilities"], abs=1e-6)


def test_no_rows_have_no_answers() -> None:
    """An empty list is an ordinary list."""
    assert Predictor(WeightsFile({}, {}, {})).predict([]) == []


def test_what_a_later_version_trained_is_refused() -> None:
    """An unknown layer left out would give numbers that mean nothing."""
    layers = [{"type": "capsule", "name": "capsule_1"}]
    spec = {"network": {"layers": layers}, "training": {"loss": "mean_squared_error"}}

    with pytest.raises(UnreadableWeights, match="capsule"):
        Predictor(WeightsFile({}, spec, {})).forward(np.ones((1, WIDTH)))


@pytest.mark.parametrize(
    ("feature", "cell"),
    [
        (NUMBER, 1e308),
        (NUMBER, -1e40),
        (PRICE, "$1e300"),
        (ArrayEncoding(column="age", shape=(2,), mean=0.0, scale=1e-30), [1.0, 3e38]),
    ],
    ids=["number", "too large for a float32", "text", "vector"],
)
def test_a_number_that_nothing_can_be_calculated_with_is_refused(feature: FeatureEncoding, cell: object) -> None:
    """As the service refuses it; the answer would be no number."""
    preprocessing = Preprocessing(features=(feature,), target=TARGET)
    rows = [{feature.column: None}, {feature.column: cell}]

    with pytest.raises(NonFinite, match=f"`{feature.column}` in row 2 is too large to be calculated with"):
        preprocessing.transform(rows)
    with pytest.raises(RowsChanged, match=f"`{feature.column}` in row 2 is too large to be calculated with"):
        encode(rows, preprocessing.to_json())


def test_arrow_is_no_detour() -> None:
    """The table a model was trained on and the same rows as JSON become the same inputs."""
    rows = [
        {"age": 41.0, "city": "Bonn", "town": "Lyon", "member": "yes", "income": 3, "size": "M", "since": "2024-02-29"}
        | {"price": "$1,007.50", "day": "13/10/2022", "mood": "None", "smoker": "no"}
    ]

    np.testing.assert_array_equal(
        encode(rows, PREPROCESSING.to_json()), PREPROCESSING.transform(pa.Table.from_pylist(rows))
    )
