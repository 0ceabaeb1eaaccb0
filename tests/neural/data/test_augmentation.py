"""Images are changed as described, each anew in every epoch, and never those that are held out."""

from collections.abc import Callable

import numpy as np
import pytest

import neural
from neural.data.augmentation import Augmentation, change_in_place

Plans = Callable[..., neural.TrainingPlan]
CHANNELS, HEIGHT, WIDTH, BATCH = 2, 5, 7, 400


@pytest.fixture
def images(generator: np.random.Generator) -> np.ndarray:
    """Images whose pixels are all different, as they lie in a batch."""
    return generator.permutation(CHANNELS * HEIGHT * WIDTH * BATCH).astype(float).reshape(CHANNELS, HEIGHT, WIDTH, -1)


def changed(images: np.ndarray, **settings: object) -> np.ndarray:
    """Change a copy."""
    copy = images.copy()
    change_in_place(copy, Augmentation(**settings), np.random.default_rng(3))  # type: ignore[arg-type]
    return copy


@pytest.mark.parametrize(("name", "axis"), [("flip_vertical", 1), ("flip_horizontal", 2)])
def test_every_second_image_is_mirrored(images: np.ndarray, name: str, axis: int) -> None:
    """All channels alike, along the axis of the name, and about half of the images."""
    result = changed(images, **{name: True})

    kept = (result == images).all(axis=(0, 1, 2))
    mirrored = (result == np.flip(images, axis)).all(axis=(0, 1, 2))
    assert (kept ^ mirrored).all()
    assert 150 < mirrored.sum() < 250


def test_a_shift_moves_pixels_and_repeats_the_edge(images: np.ndarray) -> None:
    """Up to two pixels each way: 25 places, each as likely as another."""
    result = changed(images, shift=2)

    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="edge")
    fits = np.array(
        [(padded[:, y : y + HEIGHT, x : x + WIDTH] == result).all(axis=(0, 1, 2)) for y in range(5) for x in range(5)]
    )
    assert (fits.sum(axis=0) == 1).all()
    assert (fits.sum(axis=1) > 2).all()


def test_a_crop_cuts_a_window_of_the_right_size(images: np.ndarray) -> None:
    """What is seen keeps its order and spans no less than the share that is left."""
    ramp = np.broadcast_to(np.arange(100.0)[None, :, None, None], (1, 100, 7, BATCH)).copy()

    seen = changed(ramp, crop=0.4)[0, :, 0]

    spans = seen[-1] - seen[0]
    assert (np.diff(seen, axis=0) >= 0).all()
    assert 58 <= spans.min() < 65
    assert 94 < spans.max() <= 99
    assert seen.min() == 0
    assert seen.max() == 99


def test_noise_has_the_deviation_that_is_asked_for(images: np.ndarray) -> None:
    """And no mean."""
    added = changed(images, noise=0.25) - images

    assert added.std() == pytest.approx(0.25, rel=0.02)
    assert abs(added.mean()) < 0.01


@pytest.fixture
def network() -> neural.Network:
    """The smallest thing that takes images."""
    layers = (neural.layers.Flatten(), neural.Dense(units=2))
    return neural.Network(layers=layers, input_shape=(4, 4, 1))


@pytest.fixture
def rows(generator: np.random.Generator) -> neural.Examples:
    """A few images of two classes."""
    return neural.Examples(generator.standard_normal((21, 4, 4, 1)), generator.integers(0, 2, 21))


def losses(network: neural.Network, plan: neural.TrainingPlan, rows: neural.Examples, **settings: object) -> list:
    """Train from fixed weights; return training and validation loss of each epoch."""
    weights = np.linspace(-1, 1, network.parameter_count)
    reports = neural.train(network, plan, rows, rows, weights=weights, **settings)  # type: ignore[arg-type]
    return [(r.values["loss"], r.values["val_loss"]) for r in reports if isinstance(r, neural.EpochReport)]


def test_only_training_images_change_anew_in_every_epoch(
    network: neural.Network, rows: neural.Examples, make_plan: Plans
) -> None:
    """With a rate of next to nothing, only the images can make losses differ."""
    still = neural.vocabulary.create("optimizer", "sgd", learning_rate=1e-30)
    plan = make_plan(optimizer=still, augmentation=Augmentation(shift=1, flip_horizontal=True), epochs=4)

    told = losses(network, plan, rows)

    assert len({training for training, _ in told}) == 4
    assert len({validation for _, validation in told}) == 1


def test_groups_change_no_image(network: neural.Network, rows: neural.Examples, make_plan: Plans) -> None:
    """How many batches are loaded at once is nobody's business."""
    plan = make_plan(batch_size=2, augmentation=Augmentation(crop=0.5, noise=0.1))

    assert losses(network, plan, rows) == losses(network, plan, rows, group_size=3)


def test_rows_that_are_no_images_are_refused(
    classifier: neural.Network, classes: neural.Examples, make_plan: Plans
) -> None:
    """A table has no left and right."""
    with pytest.raises(neural.errors.ShapeError, match="height, width, channels"):
        next(neural.train(classifier, make_plan(augmentation=Augmentation(shift=1)), classes, None))


def test_an_augmentation_that_does_nothing_is_refused() -> None:
    """Whoever asks for one expects that something happens."""
    with pytest.raises(neural.errors.ParameterOutOfRange, match="a flip, shift, crop or noise"):
        Augmentation()
