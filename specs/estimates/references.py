"""Short trainings of many kinds, by which a worker measures itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neural import Network, TrainingPlan
from neural.vocabulary import create

ENDLESS = 1_000_000  # epochs: the clock ends a reference


@dataclass(frozen=True)
class Reference:
    """A network, a plan and how many random rows it is measured on."""

    network: Network
    plan: TrainingPlan
    rows: int
    held_out: int


def references() -> tuple[Reference, ...]:
    """Make them all: small and large, with every unit of work in several proportions."""
    conv = ("conv2d", {"filters": 8, "activation": "relu"})
    attention = ("multi_head_attention", {"num_heads": 2, "key_dim": 16})
    return (
        _mlp(4, [16], 3, batch=16, rows=160),
        _mlp(4, [16], 3, batch=64, rows=2048),
        _mlp(10, [32, 16], 2, batch=16, rows=320, activation="tanh"),
        _mlp(30, [64, 32], 2, batch=32, rows=960, optimizer="rmsprop"),
        _mlp(30, [64] * 6, 2, batch=32, rows=480, activation="gelu"),
        _mlp(100, [256, 128], 10, batch=128, rows=1024, activation="tanh"),
        _mlp(400, [512, 256], 10, batch=32, rows=160),
        _mlp(400, [512, 256], 10, batch=256, rows=512, dtype="float64"),
        _mlp(20, [256, 256, 256], 5, batch=256, rows=1024, optimizer="sgd"),
        _mlp(1500, [128], 5, batch=16, rows=80),
        _mlp(20, [64], 4, batch=64, rows=1024, before=[("dropout", {"rate": 0.2})]),
        _mlp(64, [128], 4, batch=64, rows=512, before=[("batch_normalization", {})]),
        _made((16, 16, 1), [conv, ("max_pooling2d", {}), ("flatten", {})], 10, batch=32, rows=128),
        _made((24, 24, 3), [conv, conv, ("global_average_pooling2d", {})], 10, batch=16, rows=32),
        _made((20, 4), [("lstm", {"units": 16})], 3, batch=32, rows=128),
        _made((10, 8), [("lstm", {"units": 64})], 3, batch=64, rows=128),
        _made((30, 4), [("gru", {"units": 48})], 3, batch=16, rows=48),
        _made((12, 4), [("simple_rnn", {"units": 32})], 3, batch=32, rows=256),
        _made((8, 32), [attention, ("global_average_pooling1d", {})], 3, batch=32, rows=96),
        _made((24, 32), [attention, ("layer_normalization", {}), ("flatten", {})], 3, batch=64, rows=128),
    )


def _mlp(
    inputs: int,
    hidden: Sequence[int],
    outputs: int,
    *,
    activation: str = "relu",
    before: Sequence[tuple[str, dict[str, Any]]] = (),
    **how: Any,
) -> Reference:
    dense = [("dense", {"units": units, "activation": activation}) for units in hidden]
    return _made((inputs,), [*dense, *before], outputs, **how)


def _made(
    shape: tuple[int, ...],
    layers: Sequence[tuple[str, dict[str, Any]]],
    outputs: int,
    *,
    batch: int,
    rows: int,
    optimizer: str = "adam",
    dtype: str = "float32",
) -> Reference:
    described = [create("layer", kind, **parameters) for kind, parameters in layers]
    last = create("layer", "dense", units=outputs, activation="softmax")
    plan = TrainingPlan(
        loss=create("loss", "categorical_crossentropy"),
        optimizer=create("optimizer", optimizer),
        epochs=ENDLESS,
        batch_size=batch,
        seed=0,
        dtype=dtype,
        metrics=("accuracy",),
    )
    return Reference(Network(layers=(*described, last), input_shape=shape), plan, rows, rows // 4)
