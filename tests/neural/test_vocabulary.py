"""The tables: every component can be made from its entry, and wrong parameters are told what would be right."""

import json

import pytest

import neural
from neural import vocabulary
from neural.errors import ParameterOutOfRange, UnknownComponent

REQUIRED = {
    "dense": {"units": 3},
    "activation": {"function": "tanh"},
    "dropout": {"rate": 0.5},
    "gaussian_noise": {"stddev": 0.1},
    **{f"adaptive_{kind}_pooling{axes}d": {"output_size": 2} for kind in ("average", "max") for axes in (1, 2)},
    "gaussian_dropout": {"rate": 0.5},
    "alpha_dropout": {"rate": 0.5},
    "slice": {"stop": 2},
    "spatial_dropout1d": {"rate": 0.5},
    "spatial_dropout2d": {"rate": 0.5},
    "permute": {"dims": [2, 1]},
    "repeat_vector": {"n": 3},
    "rescaling": {"scale": 0.5},
    "normalization": {"mean": [1.5], "variance": [4.0]},
    "reshape": {"target_shape": [2, 3]},
    "conv1d": {"filters": 2},
    "conv2d": {"filters": 2},
    "conv1d_transpose": {"filters": 2},
    "conv2d_transpose": {"filters": 2},
    "separable_conv1d": {"filters": 2},
    "separable_conv2d": {"filters": 2},
    "simple_rnn": {"units": 2},
    "lstm": {"units": 2},
    "gru": {"units": 2},
    "embedding": {"input_dim": 4, "output_dim": 2},
    "multi_head_attention": {"num_heads": 2, "key_dim": 2},
}
ENTRIES = [(kind, entry) for kind, table in vocabulary.TABLES.items() for entry in table.values()]


@pytest.mark.parametrize(("kind", "entry"), ENTRIES, ids=[f"{kind}-{entry.name}" for kind, entry in ENTRIES])
def test_every_entry_describes_what_it_makes(kind: vocabulary.Kind, entry: vocabulary.Entry) -> None:
    """Capabilities, validation and docs are made from the table, so it must be true."""
    made = vocabulary.create(kind, entry.name, **REQUIRED.get(entry.name, {}))

    assert entry.summary
    assert entry.kind == kind
    for info in entry.parameters:
        assert info.summary
        assert info.default is None or getattr(made, info.name) == info.default
        assert info.default is None or info.accepts(info.default)
    json.dumps([info.default for info in entry.parameters])


def test_names_and_aliases_are_unique_within_a_table() -> None:
    """Otherwise the order of the table would decide what a word means."""
    for table in vocabulary.TABLES.values():
        words = [word for entry in table.values() for word in (entry.name, *entry.aliases)]

        assert len(words) == len(set(words))


def test_an_alias_means_the_same() -> None:
    """People write mse."""
    assert vocabulary.create("loss", "mse") == vocabulary.create("loss", "mean_squared_error")


def test_an_unknown_name_is_told_the_known_ones() -> None:
    """The caller builds its did-you-mean from `allowed`."""
    with pytest.raises(UnknownComponent, match="adam") as unknown:
        vocabulary.create("optimizer", "adma")

    assert unknown.value.allowed == tuple(vocabulary.OPTIMIZERS)


@pytest.mark.parametrize(
    ("kind", "name", "parameters", "culprit", "expected"),
    [
        ("optimizer", "adam", {"learning_rate": 0}, "learning_rate", "above 0"),
        ("optimizer", "adam", {"learning_rate": "fast"}, "learning_rate", "a number"),
        ("optimizer", "adam", {"learning_rate": float("nan")}, "learning_rate", "above 0"),
        ("optimizer", "adam", {"learning_rate": True}, "learning_rate", "a number"),
        ("optimizer", "adam", {"beta_1": 1.0}, "beta_1", "below 1"),
        ("optimizer", "adam", {"momentum": 0.9}, "momentum", "beta_1"),
        ("optimizer", "sgd", {"nesterov": 1}, "nesterov", "true or false"),
        ("layer", "dense", {}, "units", "at least 1"),
        ("layer", "dense", {"units": 2.5}, "units", "whole number"),
        ("layer", "dense", {"units": 0}, "units", "at least 1"),
        ("layer", "dense", {"units": 2, "activation": "swish"}, "activation", "relu"),
        ("layer", "dropout", {"rate": 1.0}, "rate", "below 1"),
        ("loss", "huber", {"delta": -1}, "delta", "above 0"),
        ("activation", "relu", {"alpha": 1}, "alpha", "no parameters"),
    ],
)
def test_a_wrong_parameter_is_told_what_would_be_right(
    kind: vocabulary.Kind, name: str, parameters: dict, culprit: str, expected: str
) -> None:
    """Component, parameter, value, and what is accepted."""
    with pytest.raises(ParameterOutOfRange) as wrong:
        vocabulary.create(kind, name, **parameters)

    assert (wrong.value.component, wrong.value.parameter) == (name, culprit)
    assert expected in wrong.value.expected


def test_a_description_checks_itself_too() -> None:
    """Whoever makes it without the table gets the same answer."""
    with pytest.raises(ParameterOutOfRange, match="at least 1"):
        neural.Dense(units=0)
    with pytest.raises(UnknownComponent, match="activation"):
        neural.Dense(units=1, activation="swish")
