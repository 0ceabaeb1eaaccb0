"""What is asked of a kept home: jobs to finish, to pause and to leave, rows to predict, bodies to refuse."""

import json
from typing import Any

import numpy as np

from tests.acceptance.homes.tables import Row, shape

Body = dict[str, Any]
UNKNOWN = "01hzzzzzzzzzzzzzzzzzzzzzzz"

FINISHED: dict[str, Body] = {
    "grades": {
        "dataset_id": "orders",
        "target": "grade",
        "features": {"exclude": ["order", "gift"], "scaling": {"amount": "robust", "default": "standard"}},
        "split": {"test_share": 0.1},
        "network": {"hidden": [12, 8], "activation": "gelu", "dropout": 0.1, "batch_norm": True},
        "training": {
            "epochs": 30,
            "batch_size": 16,
            "optimizer": "adamw",
            "averaging": "ema",
            "class_weight": "balanced",
            "early_stopping": None,
        },
        "tracking": {"layer_health": True},
        "tags": ["kept"],
        "metadata": {"ticket": 7},
    },
    "prices": {
        "dataset_id": "houses",
        "target": ["price", "rent"],
        "split": {"group_by": "district"},
        "network": {"hidden": [10], "activation": {"name": "leaky_relu", "negative_slope": 0.1}},
        "training": {
            "epochs": 40,
            "loss": {"name": "huber", "delta": 1.5},
            "schedule": {"name": "reduce_on_plateau", "patience": 3},
            "sample_weight": "surveyed",
            "l2": 0.001,
            "early_stopping": {"patience": 8},
        },
    },
    "phrases": {
        "dataset_id": "phrases",
        "target": "german",
        "task": "translation",
        "network": {
            "layers": [
                {"type": "embedding", "input_dim": 16, "output_dim": 12, "mask_zero": True},
                {"type": "gru", "units": 24, "return_sequences": True},
                {"type": "dense", "units": "auto"},
            ]
        },
        "training": {"epochs": 25, "batch_size": 8, "learning_rate": 0.02},
    },
    "waves": {
        "dataset_id": "waves",
        "target": "y",
        "task": "multiclass",
        "network": {
            "layers": [
                {"type": "conv1d", "filters": 4, "padding": "same", "activation": "tanh", "name": "first"},
                {"type": "positional_embedding"},
                {"type": "multi_head_attention", "num_heads": 2, "key_dim": 2, "name": "gathered"},
                {"type": "add", "inputs": ["first", "gathered"]},
                {"type": "layer_normalization"},
                {"type": "lstm", "units": 4, "bidirectional": True},
                {"type": "dense", "units": "auto"},
            ]
        },
        "training": {"epochs": 12, "batch_size": 8, "learning_rate": 0.01, "optimizer": "nadam", "dtype": "float64"},
    },
    "shapes": {
        "dataset_id": "shapes",
        "target": "label",
        "network": {
            "layers": [
                {"type": "conv2d", "filters": 4, "padding": "same", "activation": "relu"},
                {"type": "max_pooling2d"},
                {"type": "separable_conv2d", "filters": 6, "activation": "relu"},
                {"type": "flatten"},
                {"type": "dense", "units": "auto"},
            ]
        },
        "training": {
            "epochs": 12,
            "batch_size": 8,
            "learning_rate": 0.01,
            "averaging": {"name": "swa", "start_epoch": 6},
            "augmentation": {"flip_horizontal": True, "shift": 1, "noise": 0.05},
        },
    },
    "diverged": {
        "dataset_id": "houses",
        "target": "price",
        "features": {"target_scaling": "none", "scaling": "none"},
        "training": {"epochs": 20, "optimizer": "sgd", "learning_rate": 100, "early_stopping": None},
    },
}

# All that a state has to hold: moments, shuffled batches, masks, half an accumulated step, an average, the best epoch.
PAUSED: Body = {
    "dataset_id": "spirals",
    "target": "arm",
    "network": {"hidden": [16, 16], "activation": "tanh", "dropout": 0.05, "batch_norm": True},
    "split": {"validation_share": 0.25, "test_share": 0.1},
    "training": {
        "epochs": 200,
        "batch_size": 8,
        "optimizer": {"name": "adam", "amsgrad": True},
        "learning_rate": 0.02,
        "schedule": {"name": "cosine", "warmup_steps": 40},
        "averaging": {"name": "ema", "momentum": 0.98},
        "early_stopping": {"patience": 60},
        "gradient_accumulation_steps": 2,
        "clip_norm": 1.0,
        "max_norm": 4,
        "l1": 0.00001,
    },
    "tracking": {"every": 10, "metrics": ["accuracy", "auc", "f1"]},
}
PAUSED_AFTER_EPOCHS = 25

QUEUED: Body = {
    "dataset_id": "orders",
    "target": ["gift", "express"],
    "features": {"exclude": ["order", "grade"], "encoding": {"country": "ordinal"}},
    "network": {"hidden": [8]},
    "training": {"epochs": 25, "batch_size": 8, "optimizer": {"name": "rmsprop", "momentum": 0.5}},
    "priority": 3,
}
CONTINUED_EPOCHS = 15

REPEATED: Body = {"dataset_id": "orders", "target": "grade", "name": "cancelled", "training": {"epochs": 5, "seed": 9}}


def rows() -> dict[str, list[Row]]:
    """Rows for the model of each job: seen, unseen, with gaps and with categories that were never met."""
    order = {"placed": "2024-11-30", "amount": 99.5, "quantity": 4, "country": "DE", "gift": "no", "express": "no",
             "note": "fragile", "order": "B-1", "grade": "low"}  # fmt: skip
    house = {"area": 75.5, "rooms": 3, "built": "1987-03-02", "district": "north", "garden": True, "surveyed": 1.0}
    generator = np.random.default_rng(7)
    images = [shape(kind, generator)[:, :, None].tolist() for kind in ("bar", "cross", "bar")]
    times = np.linspace(0, 5, 8)
    orders = [order, {**order, "amount": None, "country": "XX"}, {**order, "placed": None, "quantity": 9}]
    return {
        "grades": orders,
        "prices": [house, {**house, "rooms": None, "district": "elsewhere"}, {**house, "area": 210, "built": None}],
        "phrases": [{"english": "one two"}, {"english": "three"}, {"english": "six nine one"}],
        "waves": [{"x": np.stack([np.sin(k * times), np.cos(k * times)], -1).round(3).tolist()} for k in (0.5, 1, 2)],
        "shapes": [{"image": image} for image in images],
        "paused": [{"east": 0.5, "north": 0.5}, {"east": -1.25, "north": 2}, {"east": None, "north": -0.1}],
        "queued": orders,
        "continued": [house],
    }


def refused(datasets: dict[str, str], jobs: dict[str, str], models: dict[str, str]) -> dict[str, Body]:
    """Requests with something wrong in them, by what that is; ids are those of the home."""

    def job(**more: Any) -> Body:
        return request({"dataset_id": datasets["orders"], "target": "grade", **more})

    def training(**more: Any) -> Body:
        return job(training=more)

    def table(text: str) -> Body:
        return {"method": "POST", "path": "/v1/datasets?name=bad.csv", "type": "text/csv", "body": text}

    return {
        "an unknown field": job(epochz=3),
        "a misspelt field": training(learning_rat=0.1),
        "a misspelt optimizer": training(optimizer="adm"),
        "a misspelt parameter": training(optimizer={"name": "adam", "epsylon": 0.001}),
        "a misspelt layer": job(network={"layers": [{"type": "dens", "units": 3}, {"type": "dense", "units": "auto"}]}),
        "a misspelt target": job(target="grad"),
        "no epochs": training(epochs=0),
        "epochs in words": training(epochs="many"),
        "half an epoch": training(epochs=1.5),
        "a share above all": job(split={"test_share": 1.5}),
        "shares that leave nothing": job(split={"test_share": 0.6, "validation_share": 0.6}),
        "layers beside hidden": job(network={"hidden": [3], "layers": [{"type": "dense", "units": "auto"}]}),
        "the target among the features": job(features={"include": ["amount", "grade"]}),
        "an unknown column to leave out": job(features={"exclude": ["amout"]}),
        "a loss for another task": training(loss="mean_squared_error", epochs=-1),
        "three faults at once": job(training={"epochs": 0, "batch_size": "x"}, network={"hidden": [0]}),
        "shapes that do not fit": job(network={"layers": [{"type": "conv2d", "filters": 2}]}),
        "classes as numbers to predict": job(task="regression"),
        "a body that is a list": request([]),
        "no dataset": request({"target": "grade"}),
        "an unknown dataset": request({"dataset_id": f"ds_{UNKNOWN}", "target": "y"}),
        "a job for a dataset": request({"dataset_id": jobs["grades"], "target": "y"}),
        "a model of another table to start from": training(init_from=models["prices"]),
        "malformed JSON": {"method": "POST", "path": "/v1/jobs", "type": "application/json", "body": '{"target": '},
        "a finished job to resume": {"method": "POST", "path": f"/v1/jobs/{jobs['grades']}/resume"},
        "a page too large": {"method": "GET", "path": "/v1/jobs?limit=1000"},
        "an unknown format of weights": {"method": "GET", "path": f"/v1/models/{models['grades']}/weights?format=onnx"},
        "a row without a column": request({"rows": [{"amount": 3}]}, path=f"/v1/models/{models['grades']}/predict"),
        "a word for a number": request(
            {"rows": [{**rows()["grades"][0], "amount": "much"}]}, path=f"/v1/models/{models['grades']}/predict"
        ),
        "a ragged table": table("a,b\n1,2\n3,4,5\n6,7\n"),
        "a column twice": table("a,a\n1,2\n3,4\n"),
        "a header alone": table("a,b\n"),
    }


def request(body: object, *, path: str = "/v1/jobs") -> Body:
    """Write down a request with a JSON body."""
    return {"method": "POST", "path": path, "type": "application/json", "body": json.dumps(body)}
