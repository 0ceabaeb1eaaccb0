"""Networks, their names and shapes, and the flat vector of their weights."""

import numpy as np
import pytest

import neural
from neural import layers as own
from neural import vocabulary
from neural.errors import LinkMismatch, NonFiniteInput, ShapeError


@pytest.fixture
def network() -> neural.Network:
    """4 → 8 → dropout → 3."""
    layers = (neural.Dense(units=8, activation="relu"), neural.Dropout(rate=0.5), neural.Dense(units=3, use_bias=False))
    return neural.Network(layers=layers, input_shape=(4,))


def test_layers_are_numbered_by_their_type(network: neural.Network) -> None:
    """The names stand in weight files."""
    assert [layer.name for layer in network.layers] == ["dense_1", "dropout_1", "dense_2"]


def test_parameters_have_keras_names_and_shapes(network: neural.Network) -> None:
    """Kernel (inputs, units), bias (units,), one after the other in the flat vector."""
    described = [(p.name, p.shape, p.start, p.size) for p in network.parameters]

    assert described == [
        ("dense_1.kernel", (4, 8), 0, 32),
        ("dense_1.bias", (8,), 32, 8),
        ("dense_2.kernel", (8, 3), 40, 24),
    ]
    assert network.parameter_count == 64
    assert network.output_shape == (3,)


def test_the_summary_counts(network: neural.Network) -> None:
    """Two operations for each weight and row."""
    lines = [(line.name, line.output_shape, line.parameters, line.flops_per_row) for line in network.summary()]

    assert lines == [("dense_1", (8,), 40, 80), ("dropout_1", (8,), 0, 8), ("dense_2", (3,), 24, 48)]


def test_two_layers_of_one_name_are_refused() -> None:
    """Their weights could not be told apart."""
    with pytest.raises(ShapeError, match="`layer a`"):
        neural.Network(layers=(neural.Dense(units=1, name="a"), neural.Dense(units=1, name="a")), input_shape=(2,))


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (2, 3, 4, 5, 6)])
def test_inputs_that_are_no_row_are_refused(shape: tuple[int, ...]) -> None:
    """One number for each feature."""
    with pytest.raises(ShapeError, match="input_shape"):
        neural.Network(layers=(neural.Dense(units=1),), input_shape=shape)


@pytest.mark.parametrize("end", ["sigmoid", "linear"])
def test_outputs_may_be_an_image(end: str) -> None:
    """Predicted as such, and trained as the same values in a row; the loss has the sigmoid of masks of pixels."""
    layers = (own.Conv2D(filters=2, padding="same"), own.Conv2DTranspose(filters=3, strides=2, activation=end))
    image = neural.Network(layers=layers, input_shape=(4, 3, 1))
    row = neural.Network(layers=(*layers, own.Flatten()), input_shape=(4, 3, 1))
    generator = np.random.default_rng(2)
    x, y = generator.standard_normal((7, 4, 3, 1)), generator.integers(0, 2, (7, *image.output_shape)).astype(float)
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "binary_crossentropy"), optimizer=vocabulary.create("optimizer", "adam"),
        epochs=2, batch_size=3, seed=3, dtype="float64",
    )  # fmt: skip

    *_, seen = neural.train(image, plan, neural.Examples(x, y), None)
    *_, flat = neural.train(row, plan, neural.Examples(x, y.reshape(7, -1)), None)
    outputs = neural.predict(image, seen.weights(), x, loss="binary_crossentropy", batch_size=3)

    assert image.output_shape == (9, 7, 3)
    np.testing.assert_allclose(seen.weights(), flat.weights(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        outputs.reshape(7, -1), neural.predict(row, flat.weights(), x, loss="binary_crossentropy"), rtol=1e-9
    )
    assert ((outputs > 0) & (outputs < 1)).all()


def test_shares_of_other_groups_than_the_loss_reads_are_refused() -> None:
    """A softmax at each place is none over all of them, which the loss would take it for."""
    layers = (own.Conv2D(filters=2, activation="softmax"), own.Flatten())
    network = neural.Network(layers=layers, input_shape=(4, 4, 1))

    with pytest.raises(LinkMismatch, match="conv2d_1"):
        neural.predict(network, np.zeros(network.parameter_count), np.zeros((2, 4, 4, 1)), loss="kl_divergence")


def test_a_network_needs_a_layer() -> None:
    """There would be nothing to train."""
    with pytest.raises(ShapeError, match="at least one layer"):
        neural.Network(layers=(), input_shape=(2,))


def test_named_arrays_are_views(network: neural.Network) -> None:
    """Writing into one writes into the flat vector."""
    flat = neural.initialize(network, np.random.default_rng(1))

    neural.named_arrays(network, flat)["dense_1.bias"][:] = 7

    assert np.all(flat[32:40] == 7)


def test_flatten_undoes_named_arrays(network: neural.Network) -> None:
    """The way through a weight file."""
    flat = neural.initialize(network, np.random.default_rng(1))

    assert neural.flatten(network, neural.named_arrays(network, flat)).tobytes() == flat.tobytes()


def test_flatten_names_the_array_that_does_not_fit(network: neural.Network) -> None:
    """Imported weights come from strangers."""
    arrays = neural.named_arrays(network, neural.initialize(network, np.random.default_rng(1)))

    with pytest.raises(ShapeError, match=r"dense_2\.kernel"):
        neural.flatten(network, arrays | {"dense_2.kernel": np.ones((3, 8))})
    with pytest.raises(ShapeError, match=r"dense_3\.kernel"):
        neural.flatten(network, arrays | {"dense_3.kernel": np.ones((3, 8))})
    with pytest.raises(NonFiniteInput, match=r"dense_1\.bias"):
        neural.flatten(network, arrays | {"dense_1.bias": np.full(8, np.inf)})


@pytest.mark.parametrize("rows", [1, 3, 10])
def test_predictions_do_not_depend_on_the_batch(network: neural.Network, rows: int) -> None:
    """Whole batches and the rest are bound apart; dropout is off."""
    flat = neural.initialize(network, np.random.default_rng(1), "float64")
    x = np.random.default_rng(2).standard_normal((rows, 4))
    kernel, bias, last = neural.named_arrays(network, flat).values()
    logits = np.maximum(x @ kernel + bias, 0) @ last
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)

    outputs = neural.predict(network, flat, x, loss="categorical_crossentropy", batch_size=3)

    assert outputs.shape == (rows, 3)
    assert np.abs(outputs - expected).max() < 1e-14


def test_no_rows_give_no_predictions(network: neural.Network) -> None:
    """An empty request is not an error of the mathematics."""
    flat = neural.initialize(network, np.random.default_rng(1))

    assert neural.predict(network, flat, np.empty((0, 4)), loss="categorical_crossentropy").shape == (0, 3)


@pytest.mark.parametrize(
    ("loss", "activation"), [("binary_crossentropy", "sigmoid"), ("categorical_crossentropy", "softmax")]
)
def test_a_loss_reads_logits_or_its_own_link(loss: str, activation: str) -> None:
    """`linear` and the loss's own activation at the end are the same network."""
    x = np.random.default_rng(2).standard_normal((6, 4)) * 50  # far into saturation
    networks = [
        neural.Network(layers=(neural.Dense(units=3, activation=name),), input_shape=(4,))
        for name in ("linear", activation)
    ]
    flat = neural.initialize(networks[0], np.random.default_rng(1), "float64")

    plain, linked = (neural.predict(network, flat, x, loss=loss) for network in networks)

    assert plain.tobytes() == linked.tobytes()
    assert np.isfinite(plain).all()
    assert ((plain >= 0) & (plain <= 1)).all()
