"""Compiled kernels give the bits that NumPy's calls give, and do what they do without Python."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

import neural
from neural import vocabulary
from neural.engine import backend
from neural.engine.arrays import Calls, scalar
from neural.engine.chains import Chain
from neural.errors import BackendMissing, UnknownComponent
from neural.layers.shared.base import Layer
from neural.training.averaging import ExponentialAverage
from neural.training.batch_steps import BatchSteps
from neural.training.session import Session

compiled_backend = pytest.importorskip(
    "neural.engine.compiled", reason="compiled kernels need numba, which is a group of its own"
)

DENSE = (neural.Dense(units=7, activation="relu"), neural.Dense(units=3))
IMAGE, SEQUENCE, IDS = (9, 8, 2), (6, 5), (6,)


def layer(name: str, **parameters: object) -> Layer:
    """Describe a layer by its name."""
    return vocabulary.create("layer", name, **parameters)


NETWORKS = {
    "dense": (DENSE, (5,)),
    "dropout": ((DENSE[0], layer("dropout", rate=0.3), layer("batch_normalization"), DENSE[1]), (5,)),
    "images": (
        (
            layer("conv2d", filters=4, kernel_size=3, activation="relu", padding="same"),
            layer("max_pooling2d", pool_size=2),
            layer("conv2d", filters=3, kernel_size=2, strides=2, activation="elu"),
            layer("average_pooling2d", pool_size=2, padding="same"),
            layer("flatten"),
            DENSE[1],
        ),
        IMAGE,
    ),
    "lstm": ((layer("lstm", units=4, bidirectional=True), DENSE[1]), SEQUENCE),
    "gru": ((layer("gru", units=4, return_sequences=True), layer("global_max_pooling1d"), DENSE[1]), SEQUENCE),
    "attention": (
        (
            layer("multi_head_attention", num_heads=2, key_dim=3, causal=True),
            layer("layer_normalization"),
            layer("global_average_pooling1d"),
            DENSE[1],
        ),
        SEQUENCE,
    ),
    "masked": (
        (layer("embedding", input_dim=9, output_dim=4, mask_zero=True), layer("simple_rnn", units=3), DENSE[1]),
        IDS,
    ),
}
CONSTANTS = {"sgd": (0.1,), "momentum": (0.1, 0.9), "rmsprop": (0.1, 0.9, 1e-7), "adam": (0.01, 0.9, 0.999, 1e-7)}
ARRAYS = {"sgd": 2, "momentum": 3, "rmsprop": 3, "adam": 4}


@pytest.fixture(autouse=True)
def numpy_afterwards() -> Iterator[None]:
    """The choice belongs to the process: other tests measure NumPy."""
    yield
    backend.choose("numpy")


def examples(shape: tuple[int, ...]) -> neural.Examples:
    """Draw rows of three classes; the last batch is smaller than the others."""
    generator = np.random.default_rng(3)
    x = generator.integers(0, 9, (41, *shape)) if shape == IDS else generator.standard_normal((41, *shape))
    return neural.Examples(x, generator.integers(0, 3, 41))


def plan(optimizer: str = "adam", loss: str = "categorical_crossentropy", **changes: object) -> neural.TrainingPlan:
    """Plan two epochs; what the plan does not know are parameters of the optimizer."""
    settings = {key: changes.pop(key) for key in [*changes] if key in neural.TrainingPlan.__dataclass_fields__}
    described = vocabulary.create("optimizer", optimizer, **changes)
    return neural.TrainingPlan(
        loss=vocabulary.create("loss", loss), optimizer=described, epochs=2, batch_size=8, seed=5, **settings
    )


def trained(name: str, network: neural.Network, of: neural.TrainingPlan) -> dict[str, bytes]:
    """Train with kernels; give all bytes of the state that is left, and the scores."""
    backend.choose(name)
    rows = examples(network.input_shape)
    *_, last = neural.train(network, of, rows, rows)
    arrays = last.state().to_arrays()
    return {key: array.tobytes() for key, array in arrays.items()} | {"values": repr(last.values).encode()}


def both(network: neural.Network, of: neural.TrainingPlan) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Train with NumPy, then with numba."""
    return trained("numpy", network, of), trained("numba", network, of)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", NETWORKS)
def test_every_kind_of_network_ends_with_the_same_bytes(kind: str, dtype: str) -> None:
    """Weights, optimizer, generators, losses: a job may move between workers of both kinds."""
    layers, shape = NETWORKS[kind]

    pure, compiled = both(neural.Network(layers=layers, input_shape=shape), plan(dtype=dtype))

    assert compiled == pure


@pytest.mark.parametrize("optimizer", vocabulary.OPTIMIZERS)
def test_every_optimizer_ends_with_the_same_bytes(optimizer: str) -> None:
    """Those with a kernel of their own and those without."""
    pure, compiled = both(neural.Network(layers=DENSE, input_shape=(5,)), plan(optimizer))

    assert compiled == pure


@pytest.mark.parametrize(
    ("optimizer", "parameters"),
    [
        ("sgd", {"momentum": 0.9}),
        ("sgd", {"momentum": 0.9, "nesterov": True}),
        ("rmsprop", {"momentum": 0.5, "centered": True}),
        ("adam", {"amsgrad": True}),
    ],
)
def test_every_form_of_an_optimizer_ends_with_the_same_bytes(optimizer: str, parameters: dict) -> None:
    """A kernel must not stand in for a form that it does not know."""
    pure, compiled = both(neural.Network(layers=DENSE, input_shape=(5,)), plan(optimizer, **parameters))

    assert compiled == pure


def test_what_surrounds_an_update_ends_with_the_same_bytes() -> None:
    """Penalties, limits, sums of gradients, slowed layers, schedules, averages, looks at health."""
    changes = {
        "l1": 0.01,
        "l2": 0.01,
        "weight_decay": 0.1,
        "clip_value": 0.5,
        "clip_norm": 1.0,
        "max_norm": 2.0,
        "gradient_accumulation_steps": 2,
        "learning_rate_factors": {"dense_1": 0.5},
        "schedule": vocabulary.create("schedule", "cosine"),
        "averaging": ExponentialAverage(),
        "class_weight": (1.0, 2.0, 3.0),
        "health_every": 2,
    }

    pure, compiled = both(neural.Network(layers=DENSE, input_shape=(5,)), plan(**changes))

    assert compiled == pure


@pytest.mark.parametrize("activation", vocabulary.ACTIVATIONS)
def test_every_activation_ends_with_the_same_bytes(activation: str) -> None:
    """Their functions are NumPy's own loops: no other library's exp or tanh."""
    layers = (neural.Dense(units=7, activation=activation), neural.Dense(units=3))

    pure, compiled = both(neural.Network(layers=layers, input_shape=(5,)), plan())

    assert compiled == pure


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CONSTANTS)
def test_a_kernel_gives_the_bits_of_its_calls(name: str, dtype: str, size: int) -> None:
    """One pass instead of up to ten, with the operations in the same order."""
    arrays = [np.random.default_rng(k).random(size).astype(dtype) for k in range(ARRAYS[name])]
    copies = [array.copy() for array in arrays]
    constants = tuple(scalar(value, np.dtype(dtype)) for value in CONSTANTS[name])

    for call in calls_of(name, arrays, constants):
        call()
    (compiled,) = compiled_backend.Translator()([Chain(name, tuple(copies), constants, [])])
    compiled()

    assert isinstance(compiled, compiled_backend.CompiledCalls)
    assert [array.tobytes() for array in copies] == [array.tobytes() for array in arrays]


def calls_of(name: str, arrays: list[np.ndarray], constants: tuple[np.ndarray, ...]) -> Calls:
    """Take the calls that an optimizer makes of its own chain, on arrays and constants of ours."""
    w, g, *slots = arrays
    rate, *more = constants
    t = np.empty_like(w)
    if name == "sgd":
        return [partial(np.multiply, g, rate, t), partial(np.subtract, w, t, w)]
    if name == "momentum":
        (v,) = slots
        return [
            partial(np.multiply, g, rate, t),
            partial(np.multiply, v, more[0], v),
            partial(np.subtract, v, t, v),
            partial(np.add, w, v, w),
        ]
    *m, v = slots
    beta, epsilon = more[-2:]
    mean = [] if not m else [partial(np.multiply, m[0], more[0], m[0]), partial(np.add, m[0], g, m[0])]
    squares = [partial(np.multiply, v, beta, v), partial(np.multiply, g, g, t), partial(np.add, v, t, v)]
    roots = (
        [partial(np.sqrt, v, t), partial(np.add, t, epsilon, t)]
        if m
        else [partial(np.add, v, epsilon, t), partial(np.sqrt, t, t)]
    )
    step = [
        partial(np.divide, m[0] if m else g, t, t),
        partial(np.multiply, t, rate, t),
        partial(np.subtract, w, t, w),
    ]
    return [*mean, *squares, *roots, *step]


def batch_steps_of(optimizer: str) -> BatchSteps:
    """Bind a dense network with compiled kernels, its first batches loaded."""
    backend.choose("numba")
    session = Session(
        neural.Network(layers=DENSE, input_shape=(5,)), plan(optimizer, dtype="float32"), examples((5,)), None
    )
    batch_steps = session._batch_steps[0]
    batch_steps.load(np.arange(40))
    return batch_steps


def test_a_whole_step_is_one_call() -> None:
    """That is where the speed of small networks comes from."""
    batch_steps = batch_steps_of("sgd")

    assert [type(call) for call in batch_steps.steps[0]] == [compiled_backend.CompiledCalls]


def test_a_replay_leaves_its_instructions_as_they_were() -> None:
    """Inner loops are handed the addresses themselves, and some move them: the second step would go astray."""
    batch_steps = batch_steps_of("sgd")
    (step,) = batch_steps.steps[0]
    before = step.held[1].copy()

    batch_steps.run(0, 1)

    assert np.array_equal(step.held[1], before)


def test_a_matrix_product_of_a_stack_can_be_replayed_again_and_again() -> None:
    """NumPy's loop moves the addresses that it was given when it goes through a stack by itself."""
    a, b, out = (np.random.default_rng(k).random((3, 4, 4)) for k in range(3))
    (compiled,) = compiled_backend.Translator()([partial(np.matmul, a, b, out)])

    for _ in range(3):
        out.fill(0)
        compiled()

        assert np.array_equal(out, a @ b)


@pytest.mark.parametrize(
    "call",
    [
        partial(np.add, np.arange(9.0)[:-1], 1.0, np.empty(8)),
        partial(np.copyto, np.zeros(4), np.ones(4), where=np.array([True, False, True, False])),
        partial(np.equal, np.ones(4), np.ones(4), np.empty(4), casting="unsafe"),
        partial(np.negative, np.ones((300, 3))[:, ::2], np.ones((300, 2))),
        print,
    ],
    ids=["a number", "a mask", "a cast", "too many pieces", "any function"],
)
def test_what_is_not_understood_stays_a_call(call: object) -> None:
    """A guess would be a wrong number; the call itself is always right."""
    translated = compiled_backend.Translator()([call])

    assert translated == [call]


def test_operands_that_overlap_in_part_stay_a_call() -> None:
    """NumPy works on a copy there; an inner loop would read what it has just written."""
    numbers = np.arange(9.0)
    call = partial(np.add, numbers[:-1], numbers[:-1], numbers[1:])

    assert compiled_backend.Translator()([call]) == [call]


def test_unknown_kernels_are_refused() -> None:
    """A misspelt setting must not train with something else."""
    with pytest.raises(UnknownComponent, match=r"`cuda`.*numpy, numba"):
        backend.choose("cuda")


def test_missing_kernels_are_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba is not installed everywhere."""
    monkeypatch.setattr("neural.engine.backend.find_spec", lambda _: None)

    with pytest.raises(BackendMissing, match="numba"):
        backend.choose("numba")

    assert backend.chosen() == "numpy"
