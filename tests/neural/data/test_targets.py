"""Time steps without a target count neither in the loss, nor in the gradient, nor in a metric."""

import numpy as np
import pytest

import neural
from neural.layers import Dense, Embedding, SimpleRNN
from neural.losses import CategoricalCrossentropy

ROWS, TIME, WORDS = 12, 5, 7
LOSS = CategoricalCrossentropy()


def network(*, mask_zero: bool) -> neural.Network:
    """A recurrent network that says a word at each step."""
    layers = (
        Embedding(input_dim=WORDS, output_dim=4, mask_zero=mask_zero),
        SimpleRNN(units=6, return_sequences=True),
        Dense(units=WORDS),
    )
    return neural.Network(layers=layers, input_shape=(TIME,))


def examples(*, padding: bool) -> neural.Examples:
    """Random words; about half of the steps have no target, and rows end with padding if wanted."""
    generator = np.random.default_rng(3)
    x = generator.integers(1, WORDS, (ROWS, TIME))
    y = np.where(generator.random((ROWS, TIME)) < 0.5, generator.integers(0, WORDS, (ROWS, TIME)), -1)
    y[:, 0] = 1
    if padding:
        x[::2, 3:] = 0
    return neural.Examples(x, y)


def plan(**more: object) -> neural.TrainingPlan:
    """One epoch in batches that do not fill up."""
    return neural.TrainingPlan(
        loss=LOSS, optimizer=neural.optimizers.SGD(learning_rate=0.1), epochs=1, batch_size=5, seed=2, **more
    )


@pytest.mark.parametrize("mask_zero", [False, True], ids=["no mask", "mask"])
def test_loss_and_accuracy_are_those_of_the_steps_that_count(*, mask_zero: bool) -> None:
    """By hand: the mean over the steps with a target, less those that are padding."""
    net, data = network(mask_zero=mask_zero), examples(padding=mask_zero)
    flat = neural.initialize(net, np.random.default_rng(1), "float64")
    counts = (data.y >= 0) & ((data.x > 0) | (not mask_zero))

    scores = neural.evaluate(net, flat, data, loss=LOSS, metrics=("accuracy",))

    shares = neural.predict(net, flat, data.x, loss=LOSS)
    right = shares.argmax(-1) == data.y
    of_target = np.take_along_axis(shares, np.maximum(data.y, 0)[..., None], -1)[..., 0]
    assert scores["loss"] == pytest.approx(-np.log(of_target[counts]).mean(), rel=1e-12)
    assert scores["accuracy"] == pytest.approx(right[counts].mean(), rel=1e-12)


@pytest.mark.parametrize("mask_zero", [False, True], ids=["no mask", "mask"])
def test_the_gradient_is_that_of_the_steps_that_count(*, mask_zero: bool) -> None:
    """Held against differences of the loss, which a step without a target must not move."""
    net, data = network(mask_zero=mask_zero), examples(padding=mask_zero)
    flat = neural.initialize(net, np.random.default_rng(1), "float64")

    certificate = neural.check_gradients(
        net, flat, data.x.astype(float), data.y, LOSS, generator=np.random.default_rng(5)
    )

    assert certificate.max_relative_error < 1e-6


def test_where_every_step_counts_the_bytes_are_the_same() -> None:
    """The way of plain sequences costs nothing and changes nothing: a step that says nothing is not -1."""
    net, data = network(mask_zero=False), examples(padding=False)
    full = neural.Examples(data.x, np.maximum(data.y, 0))
    ignoring = neural.Examples(
        np.vstack([full.x, full.x[:1]]), np.vstack([full.y, np.full((1, TIME), -1, full.y.dtype)])
    )
    flat = neural.initialize(net, np.random.default_rng(1), "float64")

    plain = neural.evaluate(net, flat, full, loss=LOSS, metrics=("accuracy",))
    with_a_silent_row = neural.evaluate(net, flat, ignoring, loss=LOSS, metrics=("accuracy",))

    assert with_a_silent_row["loss"] == pytest.approx(plain["loss"], rel=1e-14)
    assert with_a_silent_row["accuracy"] == plain["accuracy"]


def test_training_tells_the_same_loss_as_evaluation() -> None:
    """At a learning rate of nearly nothing the running mean of an epoch is the loss of its weights."""
    net, data = network(mask_zero=True), examples(padding=True)
    still = neural.TrainingPlan(
        loss=LOSS,
        optimizer=neural.optimizers.SGD(learning_rate=1e-12),
        epochs=1,
        batch_size=ROWS,
        seed=2,
        dtype="float64",
        metrics=("accuracy",),
    )

    reports = [r for r in neural.train(net, still, data, None) if isinstance(r, neural.EpochReport)]

    scores = neural.evaluate(net, reports[-1].weights(), data, loss=LOSS, metrics=("accuracy",))
    assert reports[-1].values["loss"] == pytest.approx(scores["loss"], rel=1e-9)
    assert reports[-1].values["accuracy"] == scores["accuracy"]


@pytest.mark.parametrize("wrong", [-2, WORDS])
def test_other_ids_outside_of_the_vocabulary_are_refused(wrong: int) -> None:
    """-1 alone has a meaning."""
    data = examples(padding=False)
    data.y[2, 3] = wrong

    with pytest.raises(neural.errors.ParameterOutOfRange, match="-1 for a step that does not count"):
        next(iter(neural.train(network(mask_zero=False), plan(), data, None)))
