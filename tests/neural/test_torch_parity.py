"""Outputs at once and weights after 1, 10 and 100 steps are those of PyTorch, where it is installed.

It is not in the lock: its ordinary build brings gigabytes of CUDA. `pip install torch==2.13.0` lets these tests run.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import neural
from neural import layers as own
from neural import vocabulary

torch = pytest.importorskip("torch", reason="PyTorch is installed by hand: its ordinary build brings gigabytes of CUDA")
functional = torch.nn.functional

CHECKPOINTS = (1, 10, 100)
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
ROWS = 6
IMAGE, SEQUENCE, VECTOR = (7, 6, 2), (9, 4), (5,)
UNITS = 4
SINGLE = {"nadam"}  # PyTorch keeps the product of its momenta in float32, also for float64
TINY = 1e-30  # PyTorch adds ε elsewhere than Keras, which this project follows: with next to none they agree

Tensors = Mapping[str, Any]
Forward = Callable[[Tensors, Any], Any]  # parameters by name and rows, to what the layer gives
Case = tuple[tuple[int, ...], list[Any], Forward]


def channels_first(x: Any) -> Any:
    """(rows, *places, channels) → (rows, channels, *places)."""
    return x.movedim(-1, 1)


def channels_last(x: Any) -> Any:
    """The way back."""
    return x.movedim(1, -1)


def convolved(function: Any, **options: Any) -> Forward:
    """A convolution of PyTorch on this project's kernels (*window, inputs, outputs)."""

    def forward(own: Tensors, x: Any) -> Any:
        kernel = own["kernel"].movedim((-1, -2), (0, 1))
        return channels_last(function(channels_first(x), kernel, own["bias"], **options))

    return forward


def depthwise(own: Tensors, x: Any) -> Any:
    """A kernel (height, width, channels, multiplier) is one group for each channel."""
    height, width, channels, multiplier = own["kernel"].shape
    kernel = own["kernel"].permute(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return channels_last(functional.conv2d(channels_first(x), kernel, own["bias"], groups=channels))


def pooled(function: Any, *arguments: Any) -> Forward:
    """A convolution, so that there is something to learn, then pooling."""

    def forward(own: Tensors, x: Any) -> Any:
        return channels_last(function(channels_first(convolved(functional.conv2d)(own, x)), *arguments))

    return forward


def recurrent(kind: str, order: tuple[int, ...], *, sequences: bool = False) -> Forward:
    """A recurrent layer of PyTorch, whose gates come in an order of their own."""

    def reordered(array: Any) -> Any:
        blocks = array.reshape(*array.shape[:-1], len(order), UNITS)
        return blocks[..., list(order), :].flatten(-2)

    def forward(own: Tensors, x: Any) -> Any:
        bias = own["bias"] if own["bias"].ndim == 2 else torch.stack([own["bias"], torch.zeros_like(own["bias"])])
        module = getattr(torch.nn, kind)(x.shape[-1], UNITS, batch_first=True, dtype=x.dtype)
        weights = {
            "weight_ih_l0": reordered(own["kernel"]).T,
            "weight_hh_l0": reordered(own["recurrent_kernel"]).T,
            "bias_ih_l0": reordered(bias[0]),
            "bias_hh_l0": reordered(bias[1]),
        }
        states = torch.func.functional_call(module, weights, (x,))[0]
        return states if sequences else states[:, -1]

    return forward


def attention(*, causal: bool) -> Forward:
    """PyTorch's attention; the features of all heads are as many as the inputs."""

    def forward(own: Tensors, x: Any) -> Any:
        time, width = x.shape[1:]
        names = ("query", "key", "value")
        module = torch.nn.MultiheadAttention(width, 2, batch_first=True, dtype=x.dtype)
        weights = {
            "in_proj_weight": torch.cat([own[f"{name}_kernel"].reshape(width, width).T for name in names]),
            "in_proj_bias": torch.cat([own[f"{name}_bias"].flatten() for name in names]),
            "out_proj.weight": own["output_kernel"].reshape(width, width).T,
            "out_proj.bias": own["output_bias"],
        }
        mask = torch.ones(time, time, dtype=torch.bool).triu(1) if causal else None
        return torch.func.functional_call(module, weights, (x, x, x), {"attn_mask": mask, "need_weights": False})[0]

    return forward


def normalized(own: Tensors, x: Any) -> Any:
    """Batch normalization over all but the features; running means are PyTorch's own affair."""
    y = functional.batch_norm(channels_first(x), None, None, own["gamma"], own["beta"], training=True, eps=1e-3)
    return channels_last(y)


CASES: dict[str, Case] = {
    "dense": (VECTOR, [own.Dense(units=4)], lambda own, x: x @ own["kernel"] + own["bias"]),
    **{
        f"dense {name}": (
            VECTOR,
            [own.Dense(units=4, activation=name)],
            lambda own, x, function=function: function(x @ own["kernel"] + own["bias"]),
        )
        for name, function in {
            "relu": functional.relu,
            "leaky_relu": lambda z: functional.leaky_relu(z, 0.2),
            "elu": functional.elu,
            "selu": functional.selu,
            "gelu": functional.gelu,
            "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
            "silu": functional.silu,
            "mish": functional.mish,
            "softplus": functional.softplus,
            "softsign": functional.softsign,
            "hard_sigmoid": lambda z: (z / 6 + 0.5).clamp(0, 1),  # `hardsigmoid` has a sixth of float32 on its way back
            "sigmoid": torch.sigmoid,
            "tanh": torch.tanh,
            "softmax": lambda z: z.softmax(-1),
            "log_softmax": lambda z: z.log_softmax(-1),
        }.items()
    },
    "conv2d": (IMAGE, [own.Conv2D(filters=3)], convolved(functional.conv2d)),
    "conv2d strides": (IMAGE, [own.Conv2D(filters=3, strides=2)], convolved(functional.conv2d, stride=2)),
    "conv2d same": (IMAGE, [own.Conv2D(filters=3, padding="same")], convolved(functional.conv2d, padding="same")),
    "conv2d dilation": (IMAGE, [own.Conv2D(filters=3, dilation=2)], convolved(functional.conv2d, dilation=2)),
    "conv1d": (SEQUENCE, [own.Conv1D(filters=3)], convolved(functional.conv1d)),
    "conv1d dilation": (SEQUENCE, [own.Conv1D(filters=3, dilation=3)], convolved(functional.conv1d, dilation=3)),
    "depthwise_conv2d": (IMAGE, [own.DepthwiseConv2D(depth_multiplier=2)], depthwise),
    "max_pooling2d": (IMAGE, [own.Conv2D(filters=3), own.MaxPooling2D()], pooled(functional.max_pool2d, 2)),
    "max_pooling2d overlapping": (
        IMAGE,
        [own.Conv2D(filters=3), own.MaxPooling2D(pool_size=3, strides=1)],
        pooled(functional.max_pool2d, 3, 1),
    ),
    "average_pooling2d": (IMAGE, [own.Conv2D(filters=3), own.AveragePooling2D()], pooled(functional.avg_pool2d, 2)),
    "lstm": (SEQUENCE, [own.LSTM(units=UNITS)], recurrent("LSTM", (0, 1, 2, 3))),
    "lstm sequences": (
        SEQUENCE,
        [own.LSTM(units=UNITS, return_sequences=True)],
        recurrent("LSTM", (0, 1, 2, 3), sequences=True),
    ),
    "gru": (SEQUENCE, [own.GRU(units=UNITS)], recurrent("GRU", (1, 0, 2))),
    "simple_rnn": (SEQUENCE, [own.SimpleRNN(units=UNITS)], recurrent("RNN", (0,))),
    "attention": (SEQUENCE, [own.MultiHeadAttention(num_heads=2, key_dim=2)], attention(causal=False)),
    "attention causal": (
        SEQUENCE,
        [own.MultiHeadAttention(num_heads=2, key_dim=2, causal=True)],
        attention(causal=True),
    ),
    "layer_normalization": (
        SEQUENCE,
        [own.LayerNormalization()],
        lambda own, x: functional.layer_norm(x, x.shape[-1:], own["gamma"], own["beta"], 1e-3),
    ),
    "batch_normalization of vectors": (VECTOR, [own.BatchNormalization()], normalized),
    "batch_normalization of images": (IMAGE, [own.BatchNormalization()], normalized),
    "embedding": ((6,), [own.Embedding(input_dim=5, output_dim=3)], lambda own, x: own["embeddings"][x.long()]),
}

LOSSES: dict[str, tuple[str, dict[str, Any], Callable[[Any, Any], Any]]] = {
    "mean_squared_error": ("mean_squared_error", {}, functional.mse_loss),
    "mean_absolute_error": ("mean_absolute_error", {}, functional.l1_loss),
    "huber": ("huber", {}, functional.huber_loss),
    "huber delta": ("huber", {"delta": 0.4}, lambda z, t: functional.huber_loss(z, t, delta=0.4)),
    "binary_crossentropy": ("binary_crossentropy", {}, functional.binary_cross_entropy_with_logits),
    "categorical_crossentropy": ("categorical_crossentropy", {}, functional.cross_entropy),
    "categorical_crossentropy smoothed": (
        "categorical_crossentropy",
        {"label_smoothing": 0.1},
        lambda z, t: functional.cross_entropy(z, t, label_smoothing=0.1),
    ),
    "poisson": ("poisson", {}, functional.poisson_nll_loss),
    "kl_divergence": (
        "kl_divergence",
        {},
        lambda z, t: functional.kl_div(z.log_softmax(-1), t, reduction="batchmean"),
    ),
}

OPTIMIZERS: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {  # ours, PyTorch's
    "sgd": ("sgd", {}, "SGD", {}),
    "sgd momentum": ("sgd", {"momentum": 0.9}, "SGD", {"momentum": 0.9}),
    "sgd nesterov": (
        "sgd",
        {"momentum": 0.9, "nesterov": True},
        "SGD",
        {"momentum": 0.9, "nesterov": True},
    ),
    "rmsprop": ("rmsprop", {"epsilon": TINY}, "RMSprop", {"alpha": 0.9, "eps": TINY}),
    "adagrad": ("adagrad", {"epsilon": TINY}, "Adagrad", {"initial_accumulator_value": 0.1, "eps": TINY}),
    "adadelta": ("adadelta", {"epsilon": 1e-7}, "Adadelta", {"rho": 0.95, "eps": 1e-7}),
    "adam": ("adam", {"epsilon": TINY}, "Adam", {"eps": TINY}),
    "amsgrad": ("adam", {"amsgrad": True, "epsilon": TINY}, "Adam", {"amsgrad": True, "eps": TINY}),
    "adamw": ("adamw", {"weight_decay": 0.1, "epsilon": TINY}, "AdamW", {"weight_decay": 0.1, "eps": TINY}),
    "adamax": ("adamax", {"epsilon": TINY}, "Adamax", {"eps": TINY}),
    "nadam": ("nadam", {"epsilon": TINY}, "NAdam", {"momentum_decay": 1.0, "eps": TINY}),
}


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> str:
    """Both types."""
    return str(request.param)


def network_of(case: str) -> neural.Network:
    """The layers of a case, made a vector, and three classes."""
    shape, layers, _ = CASES[case]
    return neural.Network(layers=(*layers, own.Flatten(), own.Dense(units=3, name="classes")), input_shape=shape)


def rows_of(case: str, dtype: str) -> neural.Examples:
    """Draw a batch for a case."""
    generator = np.random.default_rng(21)
    shape = (ROWS, *CASES[case][0])
    x = generator.integers(0, 5, shape).astype(float) if case == "embedding" else generator.standard_normal(shape)
    return neural.Examples(x.astype(dtype), generator.integers(0, 3, ROWS))


def leaves(network: neural.Network, weights: np.ndarray) -> dict[str, Any]:
    """What is trained of our arrays, as tensors that gather gradients, in the order of the flat vector."""
    arrays = {name: array for name, array in neural.named_arrays(network, weights).items() if ".moving_" not in name}
    return {name: torch.from_numpy(np.array(array)).requires_grad_() for name, array in arrays.items()}


def logits_of(case: str, tensors: Tensors, x: Any) -> Any:
    """PyTorch's outputs on our arrays."""
    inner = {name.split(".")[1]: tensor for name, tensor in tensors.items() if not name.startswith("classes.")}
    return CASES[case][2](inner, x).flatten(1) @ tensors["classes.kernel"] + tensors["classes.bias"]


def flat(tensors: Tensors) -> np.ndarray:
    """Lay the tensors out as one vector."""
    return np.concatenate([tensor.detach().numpy().ravel() for tensor in tensors.values()])


def theirs(tensors: Tensors, loss: Callable[[], Any], optimizer: Any, scheduler: Any = None) -> dict[int, np.ndarray]:
    """Train on one batch; return the weights after each checkpoint."""
    result = {}
    for step in range(1, CHECKPOINTS[-1] + 1):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
        if scheduler is not None and step < CHECKPOINTS[-1]:
            scheduler.step()
        if step in CHECKPOINTS:
            result[step] = flat(tensors)
    return result


def ours(network: neural.Network, examples: neural.Examples, weights: np.ndarray, **plan: Any) -> dict[int, np.ndarray]:
    """Train with one batch an epoch; return what is trained after each checkpoint."""
    ordinary = {"loss": vocabulary.create("loss", "categorical_crossentropy"), "optimizer": sgd()}
    planned = neural.TrainingPlan(
        **(ordinary | plan), epochs=CHECKPOINTS[-1], batch_size=ROWS, seed=3, dtype=str(weights.dtype)
    )
    reports = neural.train(network, planned, examples, None, weights=weights)
    count = network.trainable_count
    return {report.step: report.weights()[:count] for report in reports if report.step in CHECKPOINTS}


def sgd() -> Any:
    """The plainest rule."""
    return vocabulary.create("optimizer", "sgd", learning_rate=0.05)


def check(mine: Mapping[int, np.ndarray], other: Mapping[int, np.ndarray], dtype: str) -> None:
    """Hold the weights against each other."""
    for step in CHECKPOINTS:
        assert np.abs(mine[step] - other[step]).max() <= TOLERANCE[dtype], f"step {step}"


@pytest.mark.parametrize("case", CASES)
def test_every_layer_gives_and_learns_what_it_does_in_pytorch(case: str, dtype: str) -> None:
    """Forward at once, then the weights of steps that any wrong gradient would lead elsewhere."""
    network, examples = network_of(case), rows_of(case, dtype)
    weights = neural.initialize(network, np.random.default_rng(1), dtype)
    tensors = leaves(network, weights)
    x, y = torch.from_numpy(examples.x), torch.from_numpy(examples.y)

    if not case.startswith("batch_normalization"):  # which has other statistics at inference
        outputs = neural.predict(network, weights, examples.x, loss="mean_squared_error")
        assert np.abs(outputs - logits_of(case, tensors, x).detach().numpy()).max() <= TOLERANCE[dtype]
    optimizer = torch.optim.SGD(tensors.values(), 0.05)
    other = theirs(tensors, lambda: functional.cross_entropy(logits_of(case, tensors, x), y), optimizer)

    check(ours(network, examples, weights), other, dtype)


@pytest.mark.parametrize("case", LOSSES)
def test_every_loss_pulls_as_in_pytorch(case: str, dtype: str) -> None:
    """Means over rows and outputs are where losses differ."""
    key, settings, function = LOSSES[case]
    network = network_of("dense tanh")
    weights = neural.initialize(network, np.random.default_rng(2), dtype)
    tensors = leaves(network, weights)
    examples = neural.Examples(rows_of("dense tanh", dtype).x, targets(key, dtype))
    x, y = torch.from_numpy(examples.x), torch.from_numpy(examples.y)
    optimizer = torch.optim.SGD(tensors.values(), 0.05)

    other = theirs(tensors, lambda: function(logits_of("dense tanh", tensors, x), y), optimizer)

    check(ours(network, examples, weights, loss=vocabulary.create("loss", key, **settings)), other, dtype)


def targets(loss: str, dtype: str) -> np.ndarray:
    """Draw targets that suit a loss."""
    generator = np.random.default_rng(4)
    kind = vocabulary.LOSSES[loss].targets
    if kind == "classes":
        return generator.integers(0, 3, ROWS)
    if kind == "shares":
        return generator.dirichlet(np.full(3, 2.0), ROWS).astype(dtype)
    if loss == "poisson":
        return generator.poisson(2.0, (ROWS, 3)).astype(dtype)
    drawn = generator.integers(0, 2, (ROWS, 3)) if kind == "labels" else generator.standard_normal((ROWS, 3))
    return drawn.astype(dtype)


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_every_optimizer_steps_as_in_pytorch(case: str, dtype: str) -> None:
    """With one learning rate, and an ε that is too small to tell where it stands."""
    key, settings, name, options = OPTIMIZERS[case]
    network, examples = network_of("dense tanh"), rows_of("dense tanh", dtype)
    weights = neural.initialize(network, np.random.default_rng(5), dtype)
    tensors = leaves(network, weights)
    x, y = torch.from_numpy(examples.x), torch.from_numpy(examples.y)
    optimizer = getattr(torch.optim, name)(tensors.values(), lr=0.01, **options)

    other = theirs(tensors, lambda: functional.cross_entropy(logits_of("dense tanh", tensors, x), y), optimizer)

    mine = vocabulary.create("optimizer", key, learning_rate=0.01, **settings)
    tolerance = "float32" if case in SINGLE else dtype
    check(ours(network, examples, weights, optimizer=mine), other, tolerance)


SCHEDULES: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "one_cycle": (
        {},
        lambda sgd: torch.optim.lr_scheduler.OneCycleLR(sgd, 0.05, total_steps=100, cycle_momentum=False),
    ),
    "cosine": ({"decay_steps": 120}, lambda sgd: torch.optim.lr_scheduler.CosineAnnealingLR(sgd, 120)),
    "cosine_restarts": (
        {"first_decay_steps": 15},
        lambda sgd: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(sgd, 15, T_mult=2),
    ),
    "step": ({"decay_steps": 20, "factor": 0.7}, lambda sgd: torch.optim.lr_scheduler.StepLR(sgd, 20, gamma=0.7)),
}


@pytest.mark.parametrize("case", SCHEDULES)
def test_schedules_lead_to_the_weights_of_pytorch(case: str, dtype: str) -> None:
    """The one-cycle schedule is PyTorch's own."""
    options, scheduler = SCHEDULES[case]
    network, examples = network_of("dense tanh"), rows_of("dense tanh", dtype)
    weights = neural.initialize(network, np.random.default_rng(6), dtype)
    tensors = leaves(network, weights)
    x, y = torch.from_numpy(examples.x), torch.from_numpy(examples.y)
    optimizer = torch.optim.SGD(tensors.values(), 0.05)

    def loss() -> Any:
        return functional.cross_entropy(logits_of("dense tanh", tensors, x), y)

    other = theirs(tensors, loss, optimizer, scheduler(optimizer))

    check(ours(network, examples, weights, schedule=vocabulary.create("schedule", case, **options)), other, dtype)
