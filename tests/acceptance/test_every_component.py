"""Everything that the service says it can train, it trains: one short job for each entry of its capabilities."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule import Client, Job, load
from neural import vocabulary
from tests.acceptance.conftest import running_service

pytestmark = [pytest.mark.xdist_group("every-component"), pytest.mark.timeout(900)]

ROWS, WORDS = 48, 8
IDS = [f"w{place}" for place in range(WORDS)]  # eight columns of small whole numbers
HEAD = {"type": "dense", "units": "auto"}
IMAGE, SEQUENCE = {"type": "reshape", "target_shape": [4, 2, 1]}, {"type": "reshape", "target_shape": [4, 2]}
FLAT = {"type": "flatten"}
SMALL = {"type": "dense", "units": 4, "activation": "tanh", "name": "small"}
Body = dict[str, Any]
Layers = list[dict[str, Any]]


def over_images(layer: str, **parameters: Any) -> Layers:
    """Fold a row into an image for a layer."""
    return [IMAGE, {"type": layer, **parameters}, FLAT]


def over_time(layer: str, **parameters: Any) -> Layers:
    """Fold a row into a sequence for a layer."""
    return [SEQUENCE, {"type": layer, **parameters}, FLAT]


LAYERS: dict[str, Layers] = {  # what stands before the output layer; only what has to be given is given
    "dense": [SMALL],
    "activation": [{"type": "activation", "function": "tanh"}],
    "dropout": [{"type": "dropout", "rate": 0.2}],
    "gaussian_dropout": [{"type": "gaussian_dropout", "rate": 0.2}],
    "alpha_dropout": [{"type": "alpha_dropout", "rate": 0.2}],
    "gaussian_noise": [{"type": "gaussian_noise", "stddev": 0.1}],
    "spatial_dropout1d": over_time("spatial_dropout1d", rate=0.2),
    "spatial_dropout2d": over_images("spatial_dropout2d", rate=0.2),
    "rescaling": [{"type": "rescaling", "scale": 0.5}],
    "normalization": [{"type": "normalization", "mean": [3.0], "variance": [4.0]}],
    "masking": over_time("masking"),
    "permute": over_time("permute", dims=[2, 1]),
    "repeat_vector": [{"type": "repeat_vector", "n": 2}, FLAT],
    "cropping1d": over_time("cropping1d"),
    "cropping2d": over_images("cropping2d", cropping=[1, 1, 0, 0]),
    "zero_padding1d": over_time("zero_padding1d"),
    "zero_padding2d": over_images("zero_padding2d"),
    "up_sampling1d": over_time("up_sampling1d"),
    "conv1d_transpose": over_time("conv1d_transpose", filters=2),
    "conv2d_transpose": over_images("conv2d_transpose", filters=2, strides=2),
    "up_sampling2d": over_images("up_sampling2d"),
    "flatten": [IMAGE, FLAT],
    "reshape": [SEQUENCE, FLAT],
    "slice": [{"type": "slice", "stop": 4}],
    "add": [SMALL, {**SMALL, "name": "other"}, {"type": "add", "inputs": ["small", "other"]}],
    "multiply": [SMALL, {**SMALL, "name": "other"}, {"type": "multiply", "inputs": ["small", "other"]}],
    **{
        name: [SMALL, {**SMALL, "name": "other", "inputs": ["input"]}, {"type": name, "inputs": ["small", "other"]}]
        for name in ("subtract", "average", "maximum", "minimum", "dot")
    },
    "concatenate": [SMALL, {"type": "concatenate", "inputs": ["small", "input"]}],
    "conv1d": over_time("conv1d", filters=2),
    "conv2d": over_images("conv2d", filters=2, kernel_size=2),
    "depthwise_conv1d": over_time("depthwise_conv1d", kernel_size=2),
    "separable_conv1d": over_time("separable_conv1d", filters=2, time_distributed=False),
    "depthwise_conv2d": over_images("depthwise_conv2d", kernel_size=2),
    "separable_conv2d": over_images("separable_conv2d", filters=2, kernel_size=2),
    "max_pooling1d": over_time("max_pooling1d"),
    "max_pooling2d": over_images("max_pooling2d"),
    "average_pooling1d": over_time("average_pooling1d"),
    "average_pooling2d": over_images("average_pooling2d"),
    **{
        f"adaptive_{kind}_pooling1d": over_time(f"adaptive_{kind}_pooling1d", output_size=2)
        for kind in ("average", "max")
    },
    **{
        f"adaptive_{kind}_pooling2d": over_images(f"adaptive_{kind}_pooling2d", output_size=[2, 1])
        for kind in ("average", "max")
    },
    "global_max_pooling1d": over_time("global_max_pooling1d"),
    "global_max_pooling2d": over_images("global_max_pooling2d"),
    "global_average_pooling1d": over_time("global_average_pooling1d"),
    "global_average_pooling2d": over_images("global_average_pooling2d"),
    "batch_normalization": [{"type": "batch_normalization"}],
    "group_normalization": [{"type": "group_normalization", "groups": 2}],
    "layer_normalization": [{"type": "layer_normalization"}],
    "prelu": [{"type": "prelu"}],
    "simple_rnn": over_time("simple_rnn", units=2),
    "lstm": over_time("lstm", units=2, bidirectional=True),
    "gru": over_time("gru", units=2, return_sequences=True),
    "embedding": [{"type": "embedding", "input_dim": 5, "output_dim": 2}, FLAT],
    "positional_embedding": over_time("positional_embedding"),
    "multi_head_attention": over_time("multi_head_attention", num_heads=2, key_dim=2),
}
TARGETS = {"classes": "kind", "shares": "kind", "labels": "yes", "values": "amount"}  # the column that a loss can learn
SCHEDULES: dict[str, Body] = {}


def job(**changes: Any) -> Body:
    """Two epochs on a small network."""
    training = {"epochs": 2, "batch_size": 8, "seed": 1, **changes.pop("training", {})}
    features = {"include": IDS, "scaling": "none", "encoding": "ordinal"}
    return {"target": "kind", "network": {"hidden": [4]}, "features": features, "training": training, **changes}


def bodies() -> dict[str, Body]:
    """Make a job for every component of the vocabulary."""
    made = {
        f"layer {name}": job(network={"layers": [*LAYERS.get(name, [{"type": name}]), HEAD]})
        for name in vocabulary.LAYERS
    }
    made |= {f"activation {name}": job(network={"hidden": [4], "activation": name}) for name in vocabulary.ACTIVATIONS}
    made |= {
        f"loss {name}": job(target=TARGETS[str(entry.targets)], training={"loss": name})
        for name, entry in vocabulary.LOSSES.items()
    }
    for kind in ("optimizer", "averaging"):
        made |= {f"{kind} {name}": job(training={kind: name}) for name in vocabulary.TABLES[kind]}
    made |= {
        f"schedule {name}": job(training={"schedule": {"name": name, **SCHEDULES.get(name, {})}})
        for name in vocabulary.SCHEDULES
    }
    made |= {f"initializer {name}": job(network={"hidden": [4], "init": name}) for name in vocabulary.INITIALIZERS}
    for kind in ("regularizer", "constraint"):
        made |= {
            f"{kind} {name}": job(network={"layers": [{**SMALL, f"kernel_{kind}": name}, HEAD]})
            for name in vocabulary.TABLES[kind]
        }
    for name, entry in vocabulary.METRICS.items():
        target = "amount" if "regression" in entry.tasks else "kind"
        made[f"metric {name}"] = job(target=target, tracking={"metrics": [name]})
    return made


WAYS = {  # what else steers a training; each reaches the mathematics only if the job names it
    "augmentation": job(
        network={"layers": [{"type": "conv2d", "filters": 2, "kernel_size": 2}, FLAT, HEAD]},
        features={"include": IDS, "scaling": "none", "reshape": [4, 2, 1]},
        training={"augmentation": {"flip_horizontal": True, "shift": 1, "crop": 0.2, "noise": 0.1}},
    ),
    "sample_weight": job(training={"sample_weight": "amount"}),
    "class_weight": job(training={"class_weight": "balanced"}),
    "layer_health": job(tracking={"layer_health": 2}),
    "frozen": job(network={"hidden": [4, 4]}, training={"frozen": ["dense_1"]}),
    "learning_rate_factors": job(training={"learning_rate_factors": {"dense_1": 0.5}}),
    "gradient_accumulation": job(training={"gradient_accumulation_steps": 2}),
    "limits": job(training={"clip_norm": 1, "clip_value": 1, "clip_parameter_norm": 1, "max_norm": 1}),
    "penalties": job(training={"l1": 0.01, "l2": 0.01}),
    "warm-up": job(training={"schedule": {"name": "cosine", "warmup_steps": 3}}),
    "gradient_check": job(training={"gradient_check": True}),
}
BODIES = bodies()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Speak to a service of our own."""
    with running_service(tmp_path_factory.mktemp("every")) as service, Client(service.url, api_key="") as client:
        yield client


@pytest.fixture(scope="module")
def jobs(client: Client) -> dict[str, Job]:
    """Submit all jobs at once; the tests wait for theirs."""
    generator = np.random.default_rng(7)
    rows = generator.integers(0, 5, (ROWS, WORDS))
    answers = zip(rows.sum(axis=1) % 3, rows[:, 0] > 2, rows[:, :3].sum(axis=1) + generator.random(ROWS), strict=True)
    lines = [
        {
            **dict(zip(IDS, row.tolist(), strict=True)),
            "kind": f"k{kind}",
            "yes": ["no", "yes"][int(yes)],
            "amount": amount,
        }
        for row, (kind, yes, amount) in zip(rows, answers, strict=True)
    ]
    dataset = client.datasets.upload("\n".join(map(json.dumps, lines)).encode(), name="words.jsonl")
    return {name: client.jobs.create(dataset_id=dataset.id, **body) for name, body in (BODIES | WAYS).items()}


@pytest.mark.parametrize("component", [*BODIES, *WAYS])
def test_it_trains_through_the_service(jobs: dict[str, Job], component: str) -> None:
    """What is listed and cannot be trained would be found out by users."""
    finished = jobs[component].wait(timeout=800)

    assert finished.status == "succeeded"
    assert finished.raw["progress"]["epoch"] == 2
    assert finished.raw["latest"]["loss"] is not None


@pytest.mark.parametrize("name", vocabulary.LAYERS)
def test_a_trained_layer_answers_the_same_here_and_there(
    client: Client, jobs: dict[str, Job], name: str, tmp_path: Path
) -> None:
    """The downloaded file predicts what the service predicts."""
    finished = jobs[f"layer {name}"].wait(timeout=800)
    rows = [{word: float((place + row) % 5) for place, word in enumerate(IDS)} for row in range(3)]

    there = client.models.get(finished.model_id).predict(rows)
    here = load(client.models.download(str(finished.model_id), tmp_path / "model.safetensors")).predict(rows)

    for mine, theirs in zip(here, there, strict=True):
        assert mine["probabilities"] == pytest.approx(theirs["probabilities"], abs=1e-5)


def test_layers_health_is_in_the_history(client: Client, jobs: dict[str, Job]) -> None:
    """A unit that is dead after one epoch is worth knowing before the hundredth."""
    history = client.jobs.metrics(jobs["layer_health"].wait(timeout=800).id)

    assert {
        "health/dense_1/gradient_norm",
        "health/dense_1/update_ratio",
        "health/dense_1/dead",
        "health/dense_2/gradient_norm",
    } <= set(history)
    assert all(value > 0 for value in history["health/dense_1/gradient_norm"])


def test_a_weight_for_each_row_changes_what_is_learnt(client: Client, jobs: dict[str, Job]) -> None:
    """The same job but for the weights starts with another loss."""
    losses = [
        client.jobs.metrics(jobs[name].wait(timeout=800).id)["loss"][0] for name in ("sample_weight", "optimizer adam")
    ]

    assert losses[0] != pytest.approx(losses[1], rel=1e-3)


def test_capabilities_list_nothing_else(client: Client) -> None:
    """Each entry that the service tells has its job above."""
    told = client.transport.ask("GET", "/v1/capabilities").json()
    kinds = {f"{kind}s": kind for kind in vocabulary.TABLES} | {"losses": "loss"}
    listed = {f"{kinds[part]} {entry['name']}" for part, kept in told.items() if part in kinds for entry in kept}

    assert listed == set(BODIES)
