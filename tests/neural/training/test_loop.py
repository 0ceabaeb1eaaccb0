"""The loop: what it yields, when it stops, and that the same arguments give the same bytes."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.errors import Diverged, LinkMismatch, NonFiniteInput, ParameterOutOfRange, ShapeError, UnknownComponent
from neural.training.best import Best
from neural.training.session import DENORMAL_SWEEP_STEPS, Session

Make = Callable[..., neural.TrainingPlan]


def test_training_learns(classifier: neural.Network, classes: neural.Examples, make_plan: Make) -> None:
    """Rows that a linear map tells apart are told apart after some epochs."""
    plan = make_plan(epochs=60, metrics=("accuracy",))

    *_, last = neural.train(classifier, plan, classes, classes)

    assert last.values["val_accuracy"] > 0.95
    assert last.values["val_loss"] < 0.2


def test_the_loop_yields_batches_then_the_epoch(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """The worker counts on the order, on global steps and on the last report carrying the result."""
    reports = list(neural.train(classifier, make_plan(epochs=2), classes, None))

    kinds = [type(report).__name__ for report in reports]
    epochs = [report for report in reports if isinstance(report, neural.EpochReport)]
    assert kinds == ["BatchReport", "BatchReport", "EpochReport"] * 2  # whole batches, the smaller last one, the epoch
    assert [report.step for report in reports] == [12, 13, 13, 25, 26, 26]
    assert {report.steps for report in reports} == {26}
    assert [report.rows_seen for report in epochs] == [101, 202]
    assert epochs[0].result is None
    assert epochs[1].result is not None
    assert epochs[1].result.stop_reason == "completed"
    assert epochs[1].result.epochs_run == 2


def test_the_result_is_also_the_generators_value(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """`yield from` hands it to who wraps the loop."""
    loop = neural.train(classifier, make_plan(epochs=1), classes, None)
    results = []

    def drive() -> Iterator[neural.Report]:
        results.append((yield from loop))

    *_, last = drive()

    assert results[0].weights.tobytes() == last.result.weights.tobytes()
    assert results[0].stop_reason == "completed"


def test_the_epochs_loss_is_the_mean_over_all_rows(classes: neural.Examples, make_plan: Make) -> None:
    """The smaller last batch counts by its rows; with a vanishing rate the loss is that of the first weights."""
    network = neural.Network(layers=(neural.Dense(units=3, activation="softmax"),), input_shape=(4,))
    sgd = vocabulary.create("optimizer", "sgd", learning_rate=1e-300)
    plan = make_plan(epochs=1, optimizer=sgd, dtype="float64", metrics=("accuracy", "auc", "f1"))
    weights = neural.initialize(network, np.random.default_rng(0), "float64")

    *_, last = neural.train(network, plan, classes, classes, weights=weights)

    whole = neural.evaluate(network, weights, classes, loss=plan.loss, metrics=plan.metrics)
    for name, value in whole.items():
        assert last.values[name] == pytest.approx(value, abs=1e-14)
        assert last.values[f"val_{name}"] == pytest.approx(value, abs=1e-14)


def test_the_same_seed_gives_the_same_bytes(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """Reproducing a result means its bytes, not its digits."""
    runs = [list(neural.train(classifier, make_plan(seed=seed), classes, classes)) for seed in (5, 5, 6)]

    first, again, other = (run[-1].weights().tobytes() for run in runs)
    assert first == again
    assert first != other
    assert runs[0][-1].values == runs[1][-1].values


@pytest.mark.parametrize("group_size", [1, 3, 500])
def test_the_group_size_changes_no_byte(
    group_size: int, classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """How often the loop reports must not decide what it learns."""
    plan = make_plan(metrics=("accuracy", "auc"))
    *_, usual = neural.train(classifier, plan, classes, classes)

    *_, grouped = neural.train(classifier, plan, classes, classes, group_size=group_size)

    assert grouped.weights().tobytes() == usual.weights().tobytes()
    assert grouped.values == usual.values


def test_inputs_are_left_alone(classifier: neural.Network, classes: neural.Examples, make_plan: Make) -> None:
    """Purity at the surface: neither rows nor given weights change."""
    weights = neural.initialize(classifier, np.random.default_rng(1))
    before = (classes.x.tobytes(), classes.y.tobytes(), weights.tobytes())

    list(neural.train(classifier, make_plan(), classes, classes, weights=weights))

    assert (classes.x.tobytes(), classes.y.tobytes(), weights.tobytes()) == before


def test_early_stopping_ends_with_the_best_weights(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """Validation labels that contradict the training make the validation loss rise from some epoch on."""
    against = neural.Examples(classes.x, (classes.y + 1) % 3)
    stopping = neural.EarlyStopping(metric="val_loss", patience=4)

    reports = list(neural.train(classifier, make_plan(epochs=100, early_stopping=stopping), classes, against))

    epochs = [report for report in reports if isinstance(report, neural.EpochReport)]
    result = epochs[-1].result
    assert result is not None
    assert result.stop_reason == epochs[-1].stopped == "early_stopped"
    losses = [report.values["val_loss"] for report in epochs]
    assert result.best_epoch == int(np.argmin(losses)) + 1
    assert result.epochs_run == len(epochs) == result.best_epoch + 4
    assert [report.epoch for report in epochs if report.is_best][-1] == result.best_epoch
    scores = neural.evaluate(classifier, result.weights, against, loss="categorical_crossentropy")
    assert scores["loss"] == pytest.approx(min(losses), rel=1e-6)


def test_min_delta_ignores_small_improvements(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """With a delta larger than any loss only the first epoch counts as an improvement."""
    stopping = neural.EarlyStopping(metric="loss", patience=2, min_delta=100.0)

    *_, last = neural.train(classifier, make_plan(epochs=50, early_stopping=stopping), classes, None)

    assert (last.result.best_epoch, last.result.epochs_run) == (1, 3)


def test_a_metric_may_decide_the_other_way(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """An accuracy is better when it is larger."""
    stopping = neural.EarlyStopping(metric="val_accuracy", direction="max", patience=50)
    plan = make_plan(epochs=20, metrics=("accuracy",), early_stopping=stopping)

    epochs = [r for r in neural.train(classifier, plan, classes, classes) if isinstance(r, neural.EpochReport)]

    accuracies = [report.values["val_accuracy"] for report in epochs]
    assert epochs[-1].result.best_epoch == int(np.argmax(accuracies)) + 1


@pytest.mark.parametrize("group_size", [1, None])
def test_divergence_names_epoch_step_and_layer(
    group_size: int | None, classes: neural.Examples, make_plan: Make
) -> None:
    """The step is the first whose loss is not finite, however many steps are run before anyone looks."""
    layers = (neural.Dense(units=8), neural.Dense(units=8), neural.Dense(units=1))
    network = neural.Network(layers=layers, input_shape=(4,))
    plan = make_plan(
        loss=vocabulary.create("loss", "mean_squared_error"),
        optimizer=vocabulary.create("optimizer", "sgd", learning_rate=0.5, momentum=0.9),
        epochs=50,
    )
    far = neural.Examples(classes.x * 10, classes.x[:, :1])

    with pytest.raises(Diverged) as diverged:
        list(neural.train(network, plan, far, far, group_size=group_size))

    assert diverged.value.epoch == 1
    assert (diverged.value.step, diverged.value.layer) == (3, "dense_3")
    assert np.isfinite(diverged.value.best_weights).all()
    assert "`dense_3`" in str(diverged.value)


@pytest.mark.parametrize("group_size", [1, 3, None])
def test_divergence_is_found_far_behind_the_kept_point(group_size: int | None, make_plan: Make) -> None:
    """Points to go back to are rare: the very batch must be found although many groups are run again."""
    generator = np.random.default_rng(5)
    x = generator.standard_normal((800, 4)).astype(np.float32)
    order = neural.streams(3).shuffling.permutation(800)
    x[order[-5]] = 3e38
    plan = make_plan(epochs=1, batch_size=2, seed=3, dtype="float32")
    overflowing = neural.Dense(units=8, initializer="ones")
    network = neural.Network(layers=(overflowing, neural.Dense(units=3)), input_shape=(4,))
    examples = neural.Examples(x, generator.integers(0, 3, 800))

    with pytest.raises(Diverged) as diverged:
        list(neural.train(network, plan, examples, None, group_size=group_size))

    assert (diverged.value.step, diverged.value.layer) == (398, "dense_1")


def test_the_best_weights_survive_a_divergence(classes: neural.Examples, make_plan: Make) -> None:
    """What was learned before the numbers went wrong is still worth something."""
    network = neural.Network(layers=(neural.Dense(units=1),), input_shape=(4,))
    growing = vocabulary.create("optimizer", "sgd", learning_rate=0.9)
    plan = make_plan(loss=vocabulary.create("loss", "mean_squared_error"), optimizer=growing, epochs=400)
    examples = neural.Examples(classes.x, classes.x[:, :1])
    seen = []

    with pytest.raises(Diverged) as diverged:
        seen.extend(neural.train(network, plan, examples, None))

    assert diverged.value.best_epoch >= 1
    best = [r for r in seen if isinstance(r, neural.EpochReport) and r.is_best][-1]
    assert best.epoch == diverged.value.best_epoch


def test_class_ids_outside_of_the_outputs_are_refused(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """The message names the value and what would be right."""
    with pytest.raises(ParameterOutOfRange, match="class id from 0 to 2"):
        next(neural.train(classifier, make_plan(), neural.Examples(classes.x, classes.y + 1), None))


def test_non_finite_rows_are_refused_with_their_position(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """One NaN would spoil every weight."""
    x = classes.x.copy()
    x[17, 2] = np.nan

    with pytest.raises(NonFiniteInput) as refused:
        next(neural.train(classifier, make_plan(), neural.Examples(x, classes.y), None))

    assert refused.value.position == (17, 2)


@pytest.mark.parametrize(
    ("x", "y"), [((101, 5), (101,)), ((101, 4), (100,)), ((0, 4), (0,)), ((101,), (101,)), ((101, 4), (101, 3))]
)
def test_rows_of_the_wrong_shape_are_refused(
    x: tuple[int, ...], y: tuple[int, ...], classifier: neural.Network, make_plan: Make
) -> None:
    """Broadcasting would turn a wrong shape into a wrong result."""
    with pytest.raises(ShapeError):
        next(neural.train(classifier, make_plan(), neural.Examples(np.ones(x), np.zeros(y, int)), None))


def test_an_output_that_does_not_fit_the_loss_is_refused(classes: neural.Examples, make_plan: Make) -> None:
    """A cross-entropy after relu trains, badly; its author meant something else."""
    network = neural.Network(layers=(neural.Dense(units=3, activation="relu"),), input_shape=(4,))

    with pytest.raises(LinkMismatch, match="softmax"):
        next(neural.train(network, make_plan(), classes, None))


def test_watching_a_value_that_is_not_reported_is_refused(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """Without validation there is no val_loss to wait for."""
    with pytest.raises(UnknownComponent, match="val_loss"):
        next(neural.train(classifier, make_plan(early_stopping=neural.EarlyStopping()), classes, None))


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"seed": -1},
        {"dtype": "float16"},
        {"clip_norm": 0.0},
        {"clip_value": -1.0},
        {"l2": -0.1},
        {"class_weight": (1.0, -1.0, 1.0)},
        {"epochs": 1.5},
    ],
)
def test_a_plan_out_of_range_is_refused(changes: dict, make_plan: Make) -> None:
    """At the moment of planning, not in the middle of training."""
    with pytest.raises(ParameterOutOfRange, match=next(iter(changes))):
        make_plan(**changes)


def test_class_weights_of_the_wrong_number_are_refused(
    classifier: neural.Network, classes: neural.Examples, make_plan: Make
) -> None:
    """One for a class."""
    with pytest.raises(ShapeError, match="class_weight"):
        next(neural.train(classifier, make_plan(class_weight=(1.0, 2.0)), classes, None))


NAN = float("nan")  # what a metric is where it is not defined


UNDEFINED = {  # values, stopped in, best: where Keras would keep the first epoch
    "never defined": ([NAN] * 100, 100, 100),
    "first defined in the third": ([NAN, NAN, 5, 6, 7], 5, 3),
}


@pytest.mark.parametrize("case", UNDEFINED)
def test_until_the_watched_value_is_defined_the_last_epoch_is_the_best(case: str, make_plan: Make) -> None:
    """The first would be kept by nothing but its place; and nobody waits for what cannot come."""
    values, stopped, best = UNDEFINED[case]

    ours, ended = judged(make_plan, values, patience=2)

    assert (ended, ours.epoch, ours.weights[0]) == (stopped, best, best)
    assert ours.undefined == ("val_loss" if case == "never defined" else None)


def judged(make_plan: Make, values: list[float], **rule: object) -> tuple[Best, int]:
    """Judge epochs of these validation losses, with the epoch's number as weights; also says which was the last."""
    plan = make_plan(epochs=100, early_stopping=neural.EarlyStopping(**rule))  # type: ignore[arg-type]
    best = Best(plan, plan.watched(with_validation=True), np.zeros(1, np.float32))
    for epoch, value in enumerate(values, 1):
        best.judge(epoch, value, np.full(1, epoch, np.float32))
        if best.stop_reason:
            return best, epoch
    return best, 100


JUDGEMENTS: dict[str, tuple[list[float], dict[str, object], int, int]] = {  # values, rule, stopped in, best
    "patience": ([5, 4, 4.5, 4.2, 3, 1], {"patience": 2}, 4, 2),
    "smallest change": ([5, 4.9, 4.8, 4.7], {"patience": 2, "min_delta": 0.5}, 3, 1),
    "most is best": ([1, 2, 1.5, 1.2], {"patience": 2, "direction": "max"}, 4, 2),
    "first epochs do not count": ([1, 2, 9, 8, 9, 9], {"patience": 2, "start_from_epoch": 2}, 6, 4),
    "a baseline must be beaten": ([5, 4, 3, 2], {"patience": 3, "baseline": 2.5}, 100, 4),
    "a baseline that is not beaten in time": ([5, 5, 5, 2], {"patience": 3, "baseline": 2.5}, 3, 1),
    "not defined in between": ([5, NAN, 4, NAN, NAN, NAN], {"patience": 2}, 5, 3),
}


@pytest.mark.parametrize("case", JUDGEMENTS)
def test_early_stopping_follows_the_rules_of_keras(case: str, make_plan: Make) -> None:
    """Counted from 0 or 1, before or after the increment: every off-by-one shows in the epoch that stops."""
    keras = pytest.importorskip("keras", reason="Keras is a reference; its h5py has no wheel for Python 3.15")
    values, rule, stopped, best = JUDGEMENTS[case]
    names = {"direction": "mode", "metric": "monitor"}
    settings = {names.get(name, name): value for name, value in rule.items()} | {"restore_best_weights": True}
    theirs = keras.callbacks.EarlyStopping(**({"mode": "min"} | settings))
    theirs.set_model(SimpleNamespace(get_weights=list, stop_training=False))
    theirs.on_train_begin()
    for epoch, value in enumerate(values):
        theirs.on_epoch_end(epoch, {"val_loss": value})
        if theirs.model.stop_training:
            break

    ours, ended = judged(make_plan, values, **rule)

    assert (ended, ours.epoch) == (stopped, best)
    assert ended == (theirs.stopped_epoch + 1 if theirs.model.stop_training else 100)
    assert ours.epoch == theirs.best_epoch + 1
    assert (ours.weights == best).all()


def test_an_early_stopped_training_may_end_with_its_last_weights(
    make_plan: Make, classes: neural.Examples, classifier: neural.Network
) -> None:
    """Not everybody wants the best ones."""
    plan = make_plan(epochs=9, early_stopping=neural.EarlyStopping(patience=1, min_delta=9.0, restore_best=False))

    *_, last = neural.train(classifier, plan, classes, classes)

    assert last.result.weights.tobytes() == last.weights().tobytes()
    assert (last.result.best_epoch, last.result.epochs_run) == (1, 2)


def test_an_end_before_anything_was_watched_has_its_last_weights(
    make_plan: Make, classes: neural.Examples, classifier: neural.Network
) -> None:
    """There must always be something to keep."""
    plan = make_plan(epochs=3, early_stopping=neural.EarlyStopping(start_from_epoch=5))

    *_, last = neural.train(classifier, plan, classes, classes)

    assert last.result.best_epoch == 3
    assert last.result.weights.tobytes() == last.weights().tobytes()


def test_means_of_units_that_rest_leave_no_denormal_numbers(make_plan: Make) -> None:
    """Processors take a hundred times as long for them, and a fifth of the weights may come to that."""
    rows = neural.Examples(np.ones((8, 3), np.float32), np.arange(8) % 2)
    out_of_reach = vocabulary.create("initializer", "constant", value=-9.0)
    layers = (neural.Dense(units=4, activation="relu", bias_initializer=out_of_reach), neural.Dense(units=2))
    network = neural.Network(layers=layers, input_shape=(3,))
    plan = make_plan(epochs=DENORMAL_SWEEP_STEPS + 2)
    first = next(report for report in neural.train(network, plan, rows, None) if isinstance(report, neural.EpochReport))
    state = first.state()
    resting = slice(0, 4 * (3 + 1))
    for name in ("slot/mean", "slot/square"):
        state.arrays[name][resting] = 1e-40

    ends = (r for r in neural.train(network, plan, rows, None, state=state) if isinstance(r, neural.EpochReport))
    around = range(DENORMAL_SWEEP_STEPS - 1, DENORMAL_SWEEP_STEPS + 2)
    left = [report.state().arrays["slot/mean"][resting].any() for report in ends if report.step in around]

    assert left == [True, False, False]


@pytest.mark.parametrize("group_size", [1, 7, None])
def test_neither_groups_nor_a_resume_decide_when_denormal_numbers_are_cleared(
    group_size: int | None, make_plan: Make
) -> None:
    """The same arguments give the same bytes, however batches are grouped and wherever a training was broken off."""
    count = 2 * DENORMAL_SWEEP_STEPS + 20
    rows = neural.Examples(np.ones((count, 3), np.float32), np.arange(count) % 2)
    network = neural.Network(layers=(neural.Dense(units=2),), input_shape=(3,))
    whole, rest = (
        Session(network, make_plan(epochs=1, batch_size=2), rows, None, group_size=group_size) for _ in range(2)
    )
    cleared = []
    optimizer = rest.optimization.optimizer
    optimizer.drop_denormals = lambda: cleared.append(optimizer.step)  # type: ignore[method-assign]
    whole.start_epoch()
    while whole.position.step < DENORMAL_SWEEP_STEPS // 2:
        whole.run_group()

    rest.restore(whole.snapshot())
    while not rest.position.is_at_end:
        rest.run_group()

    assert cleared == [DENORMAL_SWEEP_STEPS]
