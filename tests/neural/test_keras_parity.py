"""Weights after 1, 10 and 100 steps are those of Keras 3, for every optimizer, loss and limit on the gradient."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.training.averaging import ExponentialAverage

keras = pytest.importorskip("keras", reason="Keras is a reference; its h5py has no wheel for Python 3.15")

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own

CHECKPOINTS = (1, 10, 100)
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
ROWS, INPUTS = 12, 5

OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("sgd", {"learning_rate": 0.05}),
    "sgd with momentum": ("sgd", {"learning_rate": 0.02, "momentum": 0.9}),
    "sgd with nesterov": ("sgd", {"learning_rate": 0.02, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("rmsprop", {}),
    "rmsprop with momentum": ("rmsprop", {"momentum": 0.5}),
    "rmsprop centered": ("rmsprop", {"centered": True, "epsilon": 1e-5}),
    "adam": ("adam", {}),
    "adam with other constants": ("adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4}),
    "amsgrad": ("adam", {"amsgrad": True, "beta_2": 0.9}),
    "adagrad": ("adagrad", {"learning_rate": 0.05}),
    "adadelta": ("adadelta", {"learning_rate": 0.5}),
    "adamax": ("adamax", {"learning_rate": 0.01}),
    "nadam": ("nadam", {"learning_rate": 0.01}),
    "lion": ("lion", {}),
    "ftrl": ("ftrl", {"learning_rate": 0.5, "l1_regularization_strength": 0.001}),
    "lamb": ("lamb", {"learning_rate": 0.01}),
    "adafactor": ("adafactor", {"learning_rate": 0.05}),
    "adamw": ("adamw", {}),
    "adamw with more decay": ("adamw", {"weight_decay": 0.1}),
}

LOSSES: dict[str, tuple[str, dict[str, Any]]] = {
    "mean_squared_error": ("MeanSquaredError", {}),
    "mean_absolute_error": ("MeanAbsoluteError", {}),
    "huber": ("Huber", {}),
    "huber with delta": ("Huber", {"delta": 0.4}),
    "log_cosh": ("LogCosh", {}),
    "mean_squared_logarithmic_error": ("MeanSquaredLogarithmicError", {}),
    "cosine_similarity": ("CosineSimilarity", {}),
    "mean_absolute_percentage_error": ("MeanAbsolutePercentageError", {}),
    "binary_crossentropy smoothed": ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}),
    "binary_focal_crossentropy": ("BinaryFocalCrossentropy", {"from_logits": True}),
    "binary_focal_crossentropy gamma": ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 1.5}),
    "binary_focal_crossentropy balanced": (
        "BinaryFocalCrossentropy",
        {"from_logits": True, "apply_class_balancing": True, "alpha": 0.3},
    ),
    "hinge": ("Hinge", {}),
    "squared_hinge": ("SquaredHinge", {}),
    "categorical_hinge": ("CategoricalHinge", {}),
    "binary_crossentropy": ("BinaryCrossentropy", {"from_logits": True}),
    "categorical_crossentropy": ("SparseCategoricalCrossentropy", {"from_logits": True}),
    "categorical_crossentropy smoothed": ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}),
    "categorical_focal_crossentropy": ("CategoricalFocalCrossentropy", {"from_logits": True}),
    "categorical_focal_crossentropy gamma": (
        "CategoricalFocalCrossentropy",
        {"from_logits": True, "gamma": 1.5, "alpha": 0.7},
    ),
    "categorical_generalized_crossentropy": ("", {}),
    "poisson": ("", {}),  # those without a name are FROM_LOGITS
    "kl_divergence": ("", {}),
    "quantile": ("", {"q": 0.8}),
}
FROM_LOGITS: dict[str, Any] = {  # where Keras has no form for logits, or adds 1e-7 to an argument: its own operations
    "poisson": lambda t, z: keras.ops.mean(keras.ops.exp(z) - t * z, axis=-1),
    "kl_divergence": lambda t, z: keras.losses.kl_divergence(t, keras.ops.softmax(z)),
    "categorical_generalized_crossentropy": lambda t, z: keras.losses.categorical_generalized_cross_entropy(
        t[..., 0] if keras.ops.ndim(t) > 1 else t, keras.ops.softmax(z), 0.5
    ),
    "quantile": lambda t, z: keras.ops.mean(keras.ops.maximum(0.8 * (t - z), -0.2 * (t - z)), axis=-1),
}
ONE_HOT = {  # Keras has no form of them for class ids
    "categorical_hinge", "categorical_crossentropy smoothed", "categorical_focal_crossentropy",
    "categorical_focal_crossentropy gamma",
}  # fmt: skip


LIMITS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # ours, Keras'
    "clip_norm": ({"clip_norm": 0.05}, {"global_clipnorm": 0.05}),
    "clip_value": ({"clip_value": 0.01}, {"clipvalue": 0.01}),
    "clip_parameter_norm": ({"clip_parameter_norm": 0.02}, {"clipnorm": 0.02}),
    "weight_decay": ({"weight_decay": 0.1}, {"weight_decay": 0.1}),
    "max_norm": ({"max_norm": 0.6}, {"constraint": 0.6}),
    "l1 and l2": ({"l1": 0.01, "l2": 0.02}, {"regularizer": (0.01, 0.02)}),
    "class_weight": ({"class_weight": (0.5, 2.0, 1.5)}, {"class_weight": {0: 0.5, 1: 2.0, 2: 1.5}}),
}

SCHEDULES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {  # ours, Keras' class with its settings
    "constant": ({}, "PiecewiseConstantDecay", {"boundaries": [1000], "values": [0.1, 0.0]}),
    "step": (
        {"decay_steps": 20, "factor": 0.7},
        "ExponentialDecay",
        {"decay_steps": 20, "decay_rate": 0.7, "staircase": True},
    ),
    "piecewise": (
        {"boundaries": [4, 50], "factors": [1.0, 0.5, 0.2]},
        "PiecewiseConstantDecay",
        {"boundaries": [4, 50], "values": [0.1, 0.05, 0.02]},
    ),
    "exponential": ({"decay_steps": 20, "decay_rate": 0.5}, "ExponentialDecay", {"decay_steps": 20, "decay_rate": 0.5}),
    "inverse_time": ({"decay_steps": 7}, "InverseTimeDecay", {"decay_steps": 7, "decay_rate": 1.0}),
    "polynomial": ({"decay_steps": 60, "power": 2.0}, "PolynomialDecay", {"decay_steps": 60, "power": 2.0}),
    "cosine": ({"decay_steps": 70, "alpha": 0.1}, "CosineDecay", {"decay_steps": 70, "alpha": 0.1}),
    "cosine after a warm-up": (
        {"decay_steps": 70, "warmup_steps": 12},
        "CosineDecay",
        {"initial_learning_rate": 0.0, "warmup_target": 0.1, "decay_steps": 70, "warmup_steps": 12},
    ),
    "cosine_restarts": (  # after waves of 10, 20 and 40 compiled Keras is a step late: it rounds log 8 / log 2 down
        {"first_decay_steps": 15, "m_mul": 0.8, "alpha": 0.05},
        "CosineDecayRestarts",
        {"first_decay_steps": 15, "t_mul": 2.0, "m_mul": 0.8, "alpha": 0.05},
    ),
    "one_cycle": ({}, "OneCycle", {"steps": CHECKPOINTS[-1]}),  # PyTorch's, written below for Keras
    "reduce_on_plateau": ({"patience": 1, "factor": 0.5, "min_delta": 0.02}, "", {}),  # a callback in Keras
}


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """PyTorch's OneCycleLR with its defaults, from the formula of its documentation."""

    def __init__(self, initial_learning_rate: float, steps: int) -> None:
        """Rise in the first 30 % of the steps from a twenty-fifth, then fall to a ten-thousandth of that."""
        peak, start = 0.3 * steps - 1, initial_learning_rate / 25
        step = np.arange(steps)
        up = start + (initial_learning_rate - start) * (1 - np.cos(np.pi * step / peak)) / 2
        share = (step - peak) / (steps - 1 - peak)
        down = start / 1e4 + (initial_learning_rate - start / 1e4) * (1 + np.cos(np.pi * share)) / 2
        self.rates = np.where(step <= peak, up, down)

    def __call__(self, step: Any) -> Any:
        """Look the rate of a step up."""
        return keras.ops.take(keras.ops.convert_to_tensor(self.rates, keras.config.floatx()), step)


OPTIMIZER_CLASSES = {
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adamax": "Adamax",
    "nadam": "Nadam",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "ftrl": "Ftrl",
    "lamb": "Lamb",
    "adafactor": "Adafactor",
    "lion": "Lion",
}


@pytest.fixture
def real_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Keras compute in float64 where it was told to.

    On JAX its rule of types turns float64 into float32 inside tanh, sqrt and others; on TensorFlow it does not.
    """
    table = importlib.import_module("keras.src.backend.common.dtypes").BIT64_TO_BIT32_DTYPE
    monkeypatch.setitem(table, "float64", "float64")
    random = importlib.import_module("keras.src.initializers.random_initializers")
    for drawn in (random.VarianceScaling, random.Orthogonal):  # every weight is set to ours; drawing takes compiling
        monkeypatch.setattr(drawn, "__call__", lambda _, shape, dtype=None: np.zeros(shape, dtype))


EVERY_DTYPE = pytest.mark.parametrize(  # float64 shows the rule; float32 rounds the same one
    "dtype", ["float64", pytest.param("float32", marks=pytest.mark.long)], indirect=True
)


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest, real_float64: None) -> Iterator[str]:
    """Both types, set in Keras for the time of a test."""
    for setting in (keras.config.set_floatx, keras.config.set_dtype_policy):
        setting(request.param)
    yield request.param
    for setting in (keras.config.set_floatx, keras.config.set_dtype_policy):
        setting("float32")


@pytest.fixture
def network() -> neural.Network:
    """Two hidden layers, three outputs, all smooth, so that only the update rule is compared."""
    layers = (
        neural.Dense(units=6, activation="tanh"),
        neural.Dense(units=4, activation="gelu"),
        neural.Dense(units=3),
    )
    return neural.Network(layers=layers, input_shape=(INPUTS,))


def rows(loss: str, count: int = ROWS) -> neural.Examples:
    """Draw rows whose targets suit a loss."""
    generator = np.random.default_rng(4)
    x = generator.standard_normal((count, INPUTS))
    kind = vocabulary.LOSSES[loss].targets
    if kind == "classes":
        return neural.Examples(x, generator.integers(0, 3, count))
    if loss == "mean_absolute_percentage_error":
        return neural.Examples(x, generator.uniform(300, 600, (count, 3)))
    if kind == "labels":
        return neural.Examples(x, generator.integers(0, 2, (count, 3)).astype(float))
    if kind == "shares":
        return neural.Examples(x, generator.dirichlet(np.full(3, 2.0), count))
    if loss == "poisson":
        return neural.Examples(x, generator.poisson(2.0, (count, 3)).astype(float))
    return neural.Examples(x, generator.standard_normal((count, 3)))


def twin(
    network: neural.Network,
    flat: np.ndarray,
    *,
    regularizer: tuple[float, float] | None = None,
    constraint: float | None = None,
) -> Any:
    """Build the same network in Keras, with the same weights."""
    model = keras.Sequential([keras.Input(network.input_shape)])
    for layer in network.layers:
        described = keras.regularizers.L1L2(*regularizer) if regularizer else None
        limit = keras.constraints.MaxNorm(constraint) if constraint else None
        dense = keras.layers.Dense(layer.units, layer.activation, kernel_regularizer=described, kernel_constraint=limit)
        model.add(dense)
    model.set_weights([flat[p.start : p.stop].reshape(p.shape) for p in network.parameters])
    return model


def linear() -> neural.Network:
    """One layer, whose gradient anybody can write down: what is compared is the loss, or the rule of the update."""
    return neural.Network(layers=(neural.Dense(units=3),), input_shape=(INPUTS,))


def descended(
    loss: Callable[[Any], Any], apply: Callable[[list[Any]], Sequence[Any]], x: np.ndarray, weights: np.ndarray
) -> dict[int, np.ndarray]:
    """Train the linear layer: Keras gives the gradient by the logits or applies the step, and no model is compiled."""
    x = x.astype(weights.dtype)
    W, b, result = weights[: x.shape[1] * 3].reshape(-1, 3), weights[x.shape[1] * 3 :], {}
    for step in range(1, CHECKPOINTS[-1] + 1):
        dz = np.asarray(loss(x @ W + b))
        W, b = map(np.asarray, apply([W, b, x.T @ dz, dz.sum(axis=0)]))
        if step in CHECKPOINTS:
            result[step] = np.concatenate([W.ravel(), b])
    return result


def stepping(optimizer: Any, weights: np.ndarray) -> Callable[[list[Any]], Sequence[Any]]:
    """Let a Keras optimizer apply gradients to the kernel and the bias."""
    import jax  # noqa: PLC0415  # only with the reference framework

    shapes = (weights[: INPUTS * 3].reshape(-1, 3), weights[INPUTS * 3 :])
    optimizer.build([keras.Variable(part) for part in shapes])
    compiled = jax.jit(optimizer.stateless_apply)
    kept = [variable.value for variable in optimizer.variables]

    def apply(both: list[Any]) -> Sequence[Any]:
        nonlocal kept
        values, kept = compiled(kept, both[2:], both[:2])
        return list(values)

    return apply


def crossentropy(examples: neural.Examples) -> Callable[[np.ndarray], np.ndarray]:
    """The gradient of the mean cross-entropy of classes by the logits: softmax minus target."""

    def gradient(z: np.ndarray) -> np.ndarray:
        shares = np.exp(z - z.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return (shares - np.eye(3, dtype=z.dtype)[examples.y]) / z.dtype.type(len(z))

    return gradient


def flat_weights(model: Any) -> np.ndarray:
    """Lay a Keras model's weights out as one vector."""
    return np.concatenate([np.asarray(weight).ravel() for weight in model.get_weights()])


def ours(
    network: neural.Network, plan: neural.TrainingPlan, examples: neural.Examples, weights: np.ndarray
) -> dict[int, np.ndarray]:
    """Train with one batch an epoch; return the weights after each checkpoint."""
    reports = neural.train(network, plan, examples, None, weights=weights)
    return {report.step: report.weights() for report in reports if report.step in CHECKPOINTS}


def theirs(model: Any, examples: neural.Examples, **settings: Any) -> dict[int, np.ndarray]:
    """Train the twin on the same batch; return the weights after each checkpoint."""
    result = {}
    for step in range(1, CHECKPOINTS[-1] + 1):
        model.train_on_batch(examples.x, examples.y, **settings)
        if step in CHECKPOINTS:
            result[step] = flat_weights(model)
    return result


def plan_for(dtype: str, loss: Any, optimizer: Any, **changes: Any) -> neural.TrainingPlan:
    """Plan one batch an epoch."""
    return neural.TrainingPlan(
        loss=loss, optimizer=optimizer, epochs=100, batch_size=ROWS, seed=3, dtype=dtype, **changes
    )


def compare(what: str, dtype: str, mine: dict[int, np.ndarray], other: dict[int, np.ndarray], parity: list) -> None:
    """Enter the deviations into the table, and hold them against the tolerance."""
    for step in CHECKPOINTS:
        deviation = float(np.abs(mine[step] - other[step]).max())
        parity.append((what, dtype, str(step), deviation))
        assert deviation <= TOLERANCE[dtype], f"{what}, step {step}"


@EVERY_DTYPE
@pytest.mark.parametrize("case", OPTIMIZERS)
def test_every_optimizer_steps_as_in_keras(case: str, dtype: str, parity: list) -> None:
    """A rule that is almost Adam trains almost as well, and nobody would notice."""
    name, settings = OPTIMIZERS[case]
    network, examples = linear(), rows("categorical_crossentropy")
    weights = neural.initialize(network, np.random.default_rng(1), dtype)
    optimizer = vocabulary.create("optimizer", name, **settings)
    reference = getattr(keras.optimizers, OPTIMIZER_CLASSES[name])(**settings)

    mine = ours(
        network, plan_for(dtype, vocabulary.create("loss", "categorical_crossentropy"), optimizer), examples, weights
    )
    expected = descended(crossentropy(examples), stepping(reference, weights), examples.x, weights)

    compare(case, dtype, mine, expected, parity)


@EVERY_DTYPE
@pytest.mark.parametrize("case", LOSSES)
def test_every_loss_pulls_as_in_keras(case: str, dtype: str, parity: list) -> None:
    """Means over outputs and rows, and the link, are where losses differ between frameworks."""
    import jax  # noqa: PLC0415  # only with the reference framework

    name, settings = LOSSES[case]
    key = case.split(" ", maxsplit=1)[0]
    network, examples = linear(), rows(key)
    weights = neural.initialize(network, np.random.default_rng(2), dtype)
    loss = vocabulary.create("loss", key, **{key: value for key, value in settings.items() if key != "from_logits"})
    reference = getattr(keras.losses, name)(**settings) if name else FROM_LOGITS[case]
    y = np.eye(3)[examples.y] if case in ONE_HOT else examples.y
    y = y.astype(dtype) if y.ndim == 2 else y
    both = jax.jit(jax.value_and_grad(lambda z: keras.ops.mean(reference(y, z))))

    mine = ours(
        network, plan_for(dtype, loss, vocabulary.create("optimizer", "sgd", learning_rate=0.05)), examples, weights
    )
    expected = descended(lambda z: both(z)[1], lambda e: [e[0] - 0.05 * e[2], e[1] - 0.05 * e[3]], examples.x, weights)

    compare(case, dtype, mine, expected, parity)
    x = examples.x.astype(dtype)
    value = both(x @ weights[: INPUTS * 3].reshape(-1, 3) + weights[INPUTS * 3 :])[0]
    told = neural.evaluate(network, weights, examples, loss=loss)["loss"]
    assert told == pytest.approx(float(value), rel=1e-5 if dtype == "float32" else 1e-12)


@EVERY_DTYPE
@pytest.mark.parametrize("case", LIMITS)
def test_limits_and_weights_act_as_in_keras(case: str, dtype: str, network: neural.Network, parity: list) -> None:
    """Clipping, decay and class weights stand between the gradient and the step."""
    changes, settings = LIMITS[case]
    settings = dict(settings)
    regularizer, class_weight = settings.pop("regularizer", None), settings.pop("class_weight", None)
    constraint = settings.pop("constraint", None)
    examples = rows("categorical_crossentropy")
    weights = neural.initialize(network, np.random.default_rng(3), dtype)
    model = twin(network, weights, regularizer=regularizer, constraint=constraint)
    model.compile(
        optimizer=keras.optimizers.SGD(0.05, **settings),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )

    plan = plan_for(
        dtype,
        vocabulary.create("loss", "categorical_crossentropy"),
        vocabulary.create("optimizer", "sgd", learning_rate=0.05),
        **changes,
    )
    mine = ours(network, plan, examples, weights)

    compare(case, dtype, mine, theirs(model, examples, class_weight=class_weight), parity)


@EVERY_DTYPE
@pytest.mark.parametrize("case", SCHEDULES)
def test_every_schedule_leads_to_the_weights_of_keras(case: str, dtype: str, parity: list) -> None:
    """A rate that belongs to the step before or after it shows in the weights."""
    options, name, settings = SCHEDULES[case]
    key = case.split(" ", maxsplit=1)[0]
    network, examples = linear(), rows("categorical_crossentropy")
    weights = neural.initialize(network, np.random.default_rng(7), dtype)
    first = {} if {"values", "initial_learning_rate"} & set(settings) else {"initial_learning_rate": 0.1}
    found = OneCycle if name == "OneCycle" else getattr(keras.optimizers.schedules, name, None)
    reference = keras.optimizers.SGD(0.1 if found is None else found(**first, **settings))

    sgd = vocabulary.create("optimizer", "sgd", learning_rate=0.1)
    schedule = vocabulary.create("schedule", key, **options)
    plan = plan_for(dtype, vocabulary.create("loss", "categorical_crossentropy"), sgd, schedule=schedule)
    mine = ours(network, plan, examples, weights)

    if name:
        expected = descended(crossentropy(examples), stepping(reference, weights), examples.x, weights)
    else:
        model = twin(network, weights)
        model.compile(optimizer=reference, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        expected = on_a_plateau(model, examples, options)
    compare(f"schedule {case}", dtype, mine, expected, parity)


def on_a_plateau(model: Any, examples: neural.Examples, options: dict[str, Any]) -> dict[int, np.ndarray]:
    """Train the twin with Keras' callback, a batch an epoch; return the weights after each checkpoint."""
    result: dict[int, np.ndarray] = {}
    kept = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, _: result.setdefault(epoch + 1, flat_weights(model))
    )
    falling = keras.callbacks.ReduceLROnPlateau(monitor="loss", **options)
    model.fit(
        examples.x,
        examples.y,
        batch_size=ROWS,
        epochs=CHECKPOINTS[-1],
        shuffle=False,
        callbacks=[kept, falling],
        verbose=0,
    )
    return result


@EVERY_DTYPE
@pytest.mark.parametrize("class_weight", [None, (0.5, 2.0, 1.5)])
def test_weights_of_rows_act_as_in_keras(
    class_weight: tuple[float, ...] | None, dtype: str, network: neural.Network, parity: list
) -> None:
    """They scale each row's loss, not the number that the sum is divided by; with class weights they multiply."""
    examples = rows("categorical_crossentropy")
    row_weights = np.random.default_rng(12).uniform(0, 3, ROWS)
    both = row_weights if class_weight is None else row_weights * np.array(class_weight)[examples.y]
    weights = neural.initialize(network, np.random.default_rng(9), dtype)
    model = twin(network, weights)
    model.compile(
        optimizer=keras.optimizers.SGD(0.05), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )

    plan = plan_for(
        dtype,
        vocabulary.create("loss", "categorical_crossentropy"),
        vocabulary.create("optimizer", "sgd", learning_rate=0.05),
        class_weight=class_weight,
    )
    mine = ours(network, plan, neural.Examples(examples.x, examples.y, row_weights), weights)

    what = "sample_weight" if class_weight is None else "sample_weight and class_weight"
    compare(what, dtype, mine, theirs(model, examples, sample_weight=both), parity)


@EVERY_DTYPE
@pytest.mark.parametrize("momentum", [0.99, 0.5])
def test_averages_over_steps_are_those_of_keras(
    momentum: float, dtype: str, network: neural.Network, parity: list
) -> None:
    """As `use_ema`, whose averages replace the weights when training ends."""
    examples = rows("categorical_crossentropy")
    weights = neural.initialize(network, np.random.default_rng(8), dtype)
    model = twin(network, weights)
    optimizer = keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=momentum)
    model.compile(optimizer=optimizer, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    expected = {}
    for step in range(1, CHECKPOINTS[-1] + 1):
        model.train_on_batch(examples.x, examples.y)
        if step in CHECKPOINTS:
            expected[step] = np.concatenate(
                [np.asarray(each).ravel() for each in optimizer._model_variables_moving_average]
            )

    sgd = vocabulary.create("optimizer", "sgd", learning_rate=0.05)
    loss = vocabulary.create("loss", "categorical_crossentropy")
    plan = plan_for(dtype, loss, sgd, averaging=ExponentialAverage(momentum=momentum))

    compare(f"ema {momentum}", dtype, ours(network, plan, examples, weights), expected, parity)


@EVERY_DTYPE
def test_epochs_of_shuffled_batches_with_a_smaller_last_one_are_as_in_keras(
    network: neural.Network, dtype: str
) -> None:
    """The smaller batch has a binding of its own, and its mean is over fewer rows."""
    examples = rows("categorical_crossentropy", 27)
    weights = neural.initialize(network, np.random.default_rng(6), dtype)
    plan = neural.TrainingPlan(
        loss=vocabulary.create("loss", "categorical_crossentropy"),
        optimizer=vocabulary.create("optimizer", "adam"),
        epochs=4,
        batch_size=8,
        seed=9,
        dtype=dtype,
    )
    model = twin(network, weights)
    model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    *_, last = neural.train(network, plan, examples, None, weights=weights)
    shuffling = neural.streams(9).shuffling
    for _ in range(4):
        order = shuffling.permutation(27)
        for start in range(0, 27, 8):
            batch = order[start : start + 8]
            model.train_on_batch(examples.x[batch], examples.y[batch])

    assert np.abs(last.weights() - flat_weights(model)).max() <= TOLERANCE[dtype]


@pytest.mark.parametrize("name", vocabulary.ACTIVATIONS)
def test_every_activation_has_keras_values_and_slopes(name: str, real_float64: None) -> None:
    """Defaults such as the slope of leaky relu or the exact gelu differ between frameworks."""
    import jax  # noqa: PLC0415  # only with the reference framework

    z = np.linspace(-6, 6, 49).reshape(7, 7).T  # feature-major: (features, batch)
    network = neural.Network(layers=(neural.Activation(function=name),), input_shape=(7,))
    flat = np.empty(0)
    named = {"gelu_tanh": partial(keras.activations.gelu, approximate=True), "bounded_relu": keras.activations.relu6}
    function = named.get(name) or getattr(keras.activations, name)
    theirs_too = np.asarray(function(z.T))

    outputs = neural.predict(network, flat, z.T, loss="mean_squared_error")
    slopes = np.asarray(jax.grad(lambda x: (function(x) ** 2).sum())(z.T))

    assert (np.abs(outputs - theirs_too) / np.maximum(1, np.abs(theirs_too))).max() <= 1e-14
    assert (np.abs(input_gradient(name, z) - slopes) / np.maximum(1, np.abs(slopes))).max() <= 1e-12


def input_gradient(name: str, z: np.ndarray) -> np.ndarray:
    """Compute the gradient of Σ f(z)² by z with our way back, as (batch, features)."""
    function = vocabulary.create("activation", name)
    scratches: dict[str, np.ndarray] = {}

    def scratch(label: str) -> np.ndarray:
        return scratches.setdefault(label, np.zeros_like(z))

    y = z.copy()
    z = y if function.from_output else z.copy()
    for call in function.forward(z, y, scratch):
        call()
    dy = 2 * y
    for call in function.backward(z, y, dy, scratch):
        call()
    return dy.T


@pytest.mark.parametrize("name", OPTIMIZER_CLASSES)
def test_defaults_are_those_of_keras(name: str) -> None:
    """Whoever compares with Keras should not have to set anything."""
    config = getattr(keras.optimizers, OPTIMIZER_CLASSES[name])().get_config()

    defaults = {info.name: info.default for info in vocabulary.OPTIMIZERS[name].parameters}

    assert defaults == {key: pytest.approx(config[key], rel=1e-6) for key in defaults}
