"""Layers for sequences: right gradients under masks, padding that never counts, ids that are checked."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neural
from neural.errors import ParameterOutOfRange, ShapeError
from neural.layers import (
    GRU,
    LSTM,
    Dense,
    Embedding,
    GlobalAveragePooling1D,
    MultiHeadAttention,
    PositionalEmbedding,
    Reshape,
    SimpleRNN,
    Slice,
)
from tests.neural.training.test_allocation import peak_of_a_step

RECURRENT = {"simple_rnn": SimpleRNN, "lstm": LSTM, "gru": GRU}
VOCABULARY = 7
BUFFERS = 100_000  # bytes that NumPy's iterator takes for a broadcast, whatever the size; any array below is larger


def shapes(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw sizes, a seed and what is asked for."""
    sizes = {name: st.integers(1, 4) for name in ("rows", "units", "width")} | {"time": st.integers(1, 6)}
    return st.fixed_dictionaries(sizes | {"seed": st.integers(0, 10_000)} | more)


def certify(network: neural.Network, seed: int, rows: int) -> neural.GradientCertificate:
    """Check a network on padded ids and classes."""
    generator = np.random.default_rng(seed)
    flat = neural.initialize(network, generator, "float64")
    flat += 0.4 * generator.standard_normal(flat.size)
    time, *_ = network.input_shape
    x = padded(generator, rows, time)
    outputs = network.output_shape
    y = generator.integers(0, outputs[-1], (rows, *outputs[:-1]))
    return neural.check_gradients(network, flat, x, y, "categorical_crossentropy", generator=generator, directions=4)


def padded(generator: np.random.Generator, rows: int, time: int) -> np.ndarray:
    """Draw rows of ids whose ends are padding."""
    x = generator.integers(1, VOCABULARY, (rows, time))
    x[np.arange(time) >= generator.integers(1, time + 1, (rows, 1))] = 0
    return x


@pytest.mark.parametrize("cell", RECURRENT)
@settings(max_examples=15)
@given(
    shape=shapes(
        return_sequences=st.booleans(), direction=st.sampled_from(["", "go_backwards", "bidirectional"]),
        mask_zero=st.booleans(), use_bias=st.booleans(), merge_mode=st.sampled_from(["concat", "sum", "ave", "mul"]),
        dropout=st.sampled_from([0.0, 0.4]), recurrent_dropout=st.sampled_from([0.0, 0.3]),
    )
)  # fmt: skip
def test_recurrent_layers_pass_the_check(cell: str, shape: dict[str, Any]) -> None:
    """With and without padding, in every direction."""
    options = {shape["direction"]: True} if shape["direction"] else {}
    if "bidirectional" in options:
        options["merge_mode"] = shape["merge_mode"]
    asked = {name: shape[name] for name in ("units", "return_sequences", "use_bias", "dropout", "recurrent_dropout")}
    layer = RECURRENT[cell](**asked, **options)
    layers = (
        Embedding(input_dim=VOCABULARY, output_dim=shape["width"], mask_zero=shape["mask_zero"]), layer, Dense(units=3),
    )  # fmt: skip

    certificate = certify(neural.Network(layers=layers, input_shape=(shape["time"],)), shape["seed"], shape["rows"])

    assert certificate.passed, certificate


@settings(max_examples=30)
@given(
    shape=shapes(
        heads=st.integers(1, 3), causal=st.booleans(), mask_zero=st.booleans(), use_bias=st.booleans(),
        kind=st.sampled_from(["learned", "sinusoidal"]), dropout=st.sampled_from([0.0, 0.3]), other=st.integers(0, 5),
    )
)  # fmt: skip
def test_attention_passes_the_check(shape: dict[str, Any]) -> None:
    """Over itself or over another sequence, whatever is hidden from it."""
    attention = MultiHeadAttention(
        num_heads=shape["heads"], key_dim=shape["units"], causal=shape["causal"], dropout=shape["dropout"],
        use_bias=shape["use_bias"],
    )  # fmt: skip
    embedding = Embedding(input_dim=VOCABULARY, output_dim=shape["width"], mask_zero=shape["mask_zero"])
    position = PositionalEmbedding(kind=shape["kind"])
    layers: tuple[Any, ...] = (embedding, position, attention, Dense(units=3))
    inputs: dict[str, tuple[str, ...]] = {}
    if shape["other"]:
        layers = (
            Slice(stop=min(shape["other"], shape["time"])),
            Embedding(input_dim=VOCABULARY, output_dim=2),
            *layers,
        )
        inputs = {"embedding_2": ("input",), "multi_head_attention_1": ("positional_embedding_1", "embedding_1")}

    certificate = certify(
        neural.Network(layers=layers, input_shape=(shape["time"],), inputs=inputs), shape["seed"], shape["rows"]
    )

    assert certificate.passed, certificate


@pytest.mark.parametrize("cell", RECURRENT)
@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_padding_changes_no_state(cell: str, direction: str, generator: np.random.Generator) -> None:
    """A padded row gives what the same row gives alone."""
    layers = (
        Embedding(input_dim=VOCABULARY, output_dim=3, mask_zero=True),
        RECURRENT[cell](units=4, bidirectional=direction == "bidirectional"),
        Dense(units=2),
    )
    long, short = (neural.Network(layers=layers, input_shape=(time,)) for time in (6, 4))
    flat = neural.initialize(long, generator, "float64")
    x = generator.integers(1, VOCABULARY, (3, 4))

    outputs = [
        neural.predict(network, flat, rows, loss="mean_squared_error")
        for network, rows in ((long, np.pad(x, ((0, 0), (0, 2)))), (short, x))
    ]

    np.testing.assert_allclose(outputs[0], outputs[1], rtol=1e-12)


def attentive(time: int, *, causal: bool) -> neural.Network:
    """Embedded ids that attend to each other."""
    layers = (
        Embedding(input_dim=VOCABULARY, output_dim=4, mask_zero=True),
        MultiHeadAttention(num_heads=2, key_dim=3, causal=causal),
        Dense(units=2),
    )
    return neural.Network(layers=layers, input_shape=(time,))


def test_attention_does_not_see_padding(generator: np.random.Generator) -> None:
    """True steps of a padded row give what they give alone."""
    long, short = attentive(6, causal=False), attentive(4, causal=False)
    flat = neural.initialize(long, generator, "float64") * 20
    x = generator.integers(1, VOCABULARY, (3, 4))

    padded_outputs = neural.predict(long, flat, np.pad(x, ((0, 0), (0, 2))), loss="mean_squared_error")
    outputs = neural.predict(short, flat, x, loss="mean_squared_error")

    np.testing.assert_allclose(padded_outputs[:, :4], outputs, rtol=1e-12)


def test_causal_attention_does_not_see_the_future(generator: np.random.Generator) -> None:
    """What comes later changes nothing before it, and does change what is there."""
    network = attentive(6, causal=True)
    flat = neural.initialize(network, generator, "float64") * 20
    x = generator.integers(1, VOCABULARY, (3, 6))
    other = x.copy()
    other[:, 4] = other[:, 4] % (VOCABULARY - 1) + 1

    before, after = (neural.predict(network, flat, rows, loss="mean_squared_error") for rows in (x, other))

    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert np.abs(before[:, 4:] - after[:, 4:]).max() > 1e-3


def test_large_vocabularies_get_the_same_gradient(generator: np.random.Generator, monkeypatch: Any) -> None:
    """Row by row or as a product: the same sums."""
    network = neural.Network(
        layers=(Embedding(input_dim=VOCABULARY, output_dim=3), GlobalAveragePooling1D(), Dense(units=2)),
        input_shape=(5,),
    )
    flat = neural.initialize(network, generator, "float64")
    x, y = padded(generator, 4, 5), generator.integers(0, 2, 4)
    monkeypatch.setattr("neural.layers.embedding.PRODUCT_LIMIT", 0)

    certificate = neural.check_gradients(network, flat, x, y, "categorical_crossentropy", generator=generator)

    assert certificate.passed, certificate


@pytest.mark.parametrize("bad", [-1, VOCABULARY, 1.5])
def test_an_id_outside_of_the_vocabulary_is_refused(bad: float) -> None:
    """With its row and time step; a clipped id would be a wrong word that nobody notices."""
    network = neural.Network(
        layers=(Slice(start=1, stop=5), Embedding(input_dim=VOCABULARY, output_dim=2), LSTM(units=2)),
        input_shape=(5,),
    )
    flat = neural.initialize(network, np.random.default_rng(0))
    x = np.ones((3, 5))
    x[2, 4] = bad

    with pytest.raises(ParameterOutOfRange, match=rf"embedding_1.x\[2, 3\]` is {bad:g}.*from 0 to 6"):
        neural.predict(network, flat, x, loss="mean_squared_error")


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (LSTM(units=2), (5,)),
        (MultiHeadAttention(num_heads=1, key_dim=1), (4, 4, 1)),
        (PositionalEmbedding(), (5,)),
        (Embedding(input_dim=3, output_dim=2), (5, 2)),
    ],
    ids=lambda value: getattr(value, "key", str(value)),
)
def test_what_is_no_sequence_is_refused(layer: Any, shape: tuple[int, ...]) -> None:
    """The error names the layer, the shape it got, the shape it needs."""
    network = neural.Network(layers=(layer,), input_shape=shape)

    with pytest.raises(ShapeError) as refused:
        _ = network.shapes

    assert refused.value.where == f"layer {layer.key}_1"
    assert refused.value.got == shape


def test_reading_backwards_in_both_directions_is_refused() -> None:
    """Nobody could say which half is which."""
    with pytest.raises(ParameterOutOfRange, match="go_backwards"):
        GRU(units=2, bidirectional=True, go_backwards=True)


def test_waves_are_those_of_the_paper() -> None:
    """PE(t, 2i) = sin(t / 10000^(2i/d)), and the cosine beside it; five features, so that the last pair is cut."""
    network = neural.Network(layers=(PositionalEmbedding(kind="sinusoidal"),), input_shape=(4, 5))

    outputs = neural.predict(network, np.zeros(0), np.zeros((1, 4, 5)), loss="mean_squared_error")[0]

    assert outputs[3] == pytest.approx(
        [np.sin(3), np.cos(3), np.sin(3 / 10_000**0.4), np.cos(3 / 10_000**0.4), np.sin(3 / 10_000**0.8)]
    )


def test_forget_gates_start_at_one() -> None:
    """An LSTM that starts by forgetting learns long sequences late."""
    network = neural.Network(layers=(LSTM(units=3),), input_shape=(2, 2))
    flat = neural.initialize(network, np.random.default_rng(0))

    bias = neural.named_arrays(network, flat)["lstm_1.bias"]

    np.testing.assert_array_equal(bias, np.repeat([0, 1, 0, 0], 3))


@pytest.mark.parametrize(
    "layer",
    [
        *(cell(units=8, bidirectional=True) for cell in RECURRENT.values()),
        LSTM(units=8, return_sequences=True),
        MultiHeadAttention(num_heads=2, key_dim=2, causal=True, dropout=0.2),
        PositionalEmbedding(),
    ],
    ids=lambda layer: layer.key,
)
def test_no_step_allocates(layer: Any) -> None:
    """Masks, scores and states have their arrays."""
    steps = (
        Reshape(target_shape=(16, 2)), Slice(stop=4), Dense(units=1, activation="relu"), Reshape(target_shape=(-1,)),
        Embedding(input_dim=4, output_dim=8, mask_zero=True),
    )  # fmt: skip
    tail = (GlobalAveragePooling1D(), Dense(units=3)) if len(layer.output_shape((4, 8))) == 2 else (Dense(units=3),)

    assert peak_of_a_step((*steps, layer, *tail), "categorical_crossentropy") < BUFFERS
