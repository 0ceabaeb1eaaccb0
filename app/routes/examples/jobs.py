"""Examples for the documentation of jobs and models, in one place so that they agree with each other."""

from typing import Any

from app.views.job import PARTS

Example = dict[str, Any]

DATASET_ID, JOB_ID, MODEL_ID = (f"{prefix}_01jd8x4m7r9v2c5k3e6n8q0sbt" for prefix in ("ds", "job", "mdl"))
HERE = f"/v1/jobs/{JOB_ID}"

BODIES: Example = {
    "smallest": {
        "summary": "Everything that can be inferred is",
        "value": {"dataset_id": DATASET_ID, "target": "species"},
    },
    "ordinary": {
        "summary": "A network of two hidden layers",
        "value": {
            "dataset_id": DATASET_ID,
            "target": "species",
            "network": {"hidden": [32, 16], "activation": "relu"},
            "training": {"epochs": 50, "optimizer": {"name": "adam", "learning_rate": 0.001}, "seed": 1729},
            "name": "iris",
            "tags": ["baseline"],
        },
    },
    "several": {
        "summary": "Two columns of numbers, predicted together",
        "value": {"dataset_id": DATASET_ID, "target": ["petal_length", "petal_width"]},
    },
    "layers": {
        "summary": "A network layer by layer, output included",
        "value": {
            "dataset_id": DATASET_ID,
            "target": "species",
            "network": {
                "layers": [
                    {"type": "dense", "units": 32, "activation": "tanh"},
                    {"type": "dropout", "rate": 0.1},
                    {"type": "dense", "units": "auto", "activation": "softmax"},
                ]
            },
        },
    },
}

ASSUMES = (
    "All 100 epochs are run; early stopping may end it sooner, after any number of `epoch_s`. "
    "Waiting in the queue is not counted."
)

CHANGES: Example = {
    "describe": {"summary": "Name and tag a job", "value": {"name": "iris, wider", "tags": ["baseline", "wide"]}},
    "hurry": {"summary": "Let a waiting job start first", "value": {"priority": 10}},
}

JOB: Example = {
    "id": JOB_ID,
    "object": "job",
    "name": "iris",
    "status": "running",
    "phase": "training",
    "done": False,
    "stop_reason": None,
    "progress": {
        "fraction": 0.43,
        "epoch": 43,
        "epochs": 100,
        "step": 344,
        "steps": 800,
        "eta_s": 1.2,
        "samples_per_s": 81000.0,
    },
    "best": {"metric": "val_accuracy", "direction": "max", "value": 0.967, "epoch": 38},
    "latest": {"epoch": 43, "loss": 0.281, "val_loss": 0.305, "val_accuracy": 0.96, "learning_rate": 0.001},
    "dataset_id": DATASET_ID,
    "model_id": None,
    "seed": 1729,
    "attempt": 1,
    "warnings": [],
    "error": None,
    "queue": {"position": None, "waited_s": 0.2},
    "worker_id": "wrk_01jd8x4m7r9v2c5k3e6n8q0sbt",
    "heartbeat_age_s": 0.7,
    "created_at": "2026-11-23T18:29:20.000Z",
    "started_at": "2026-11-23T18:29:20.200Z",
    "finished_at": None,
    "origin": None,
    "estimate": {
        "duration_s": {"low": 0.08, "expected": 0.12, "high": 0.25},
        "memory_bytes": 150994944,
        "assumes": ASSUMES,
        "actual": None,
    },
    "priority": 0,
    "tags": ["baseline"],
    "metadata": {},
    "urls": {
        "self": HERE,
        **{part: f"{HERE}/{part}" for part in PARTS},
        "dataset": f"/v1/datasets/{DATASET_ID}",
        "model": None,
    },
}

ORIGIN: Example = {
    "job_id": "job_01jd8x4m7r9v2c5k3e6n8q0sba",
    "how": "continue",
    "checkpoint_id": "ckpt_01jd8x4m7r9v2c5k3e6n8q0sbt",
    "epoch": 100,
    "step": 800,
}
GOES_ON: Example = {**JOB, "status": "queued", "phase": "waiting", "origin": ORIGIN}

RESOLVED: Example = {"dataset_id": DATASET_ID, "target": "species", "task": "multiclass"}
PROVENANCE: Example = {
    "/target": {"source": "given", "reason": None},
    "/task": {"source": "inferred", "reason": "`species` has 3 different values"},
}
SUMMARY: Example = {
    "layers": [{"name": "dense_1", "type": "dense", "output_shape": [3], "parameters": 15}],
    "parameters": 15,
    "inputs": 4,
    "outputs": 3,
    "flops_per_step": 1152,
    "memory_bytes": 125829120,
}

PLAN: Example = {
    "object": "job_plan",
    "resolved": RESOLVED,
    "provenance": PROVENANCE,
    "summary": SUMMARY,
    "estimate": {
        "epochs": 100,
        "steps": 800,
        "flops": 5472000,
        "memory_bytes": 150994944,
        "duration_s": {"low": 0.08, "expected": 0.12, "high": 0.25},
        "epoch_s": 0.0007,
        "may_stop_early": True,
        "assumes": ASSUMES,
        "basis": {
            "calibrated_workers": 2,
            "similar_jobs": 40,
            "reckoned_s": {"fixed": 0.041, "epoch": 0.0006},
            "spread": {"low": 0.79, "expected": 1.19, "high": 2.5},
        },
    },
    "warnings": [],
}

SPEC: Example = {
    "object": "job_spec",
    "job_id": JOB_ID,
    "given": {"dataset_id": DATASET_ID, "target": "species"},
    "resolved": RESOLVED,
    "provenance": PROVENANCE,
    "summary": SUMMARY,
    "warnings": [],
}

METRICS: Example = {
    "epoch": [1, 2, 3],
    "step": [8, 16, 24],
    "loss": [1.09, 0.98, 0.91],
    "val_loss": [1.05, 0.97, None],
    "nonfinite": [{"name": "val_loss", "index": 2}],
}

MODEL: Example = {
    "id": MODEL_ID,
    "object": "model",
    "name": "iris",
    "version": 3,
    "aliases": ["production"],
    "description": "Three kinds of iris by their leaves.",
    "tags": ["baseline"],
    "job_id": JOB_ID,
    "dataset_id": DATASET_ID,
    "parents": [],
    "task": "multiclass",
    "target": "species",
    "classes": ["setosa", "versicolor", "virginica"],
    "features": ["sepal_length", "sepal_width", "petal_length", "petal_width"],
    "parameters": 739,
    "metrics": {"val_loss": 0.08, "val_accuracy": 0.967},
    "weights": {
        "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "size_bytes": 4096,
    },
    "created_at": "2026-11-23T18:29:22.000Z",
    "urls": {
        "self": f"/v1/models/{MODEL_ID}",
        "weights": f"/v1/models/{MODEL_ID}/weights",
        "predict": f"/v1/models/{MODEL_ID}/predict",
        "evaluations": f"/v1/models/{MODEL_ID}/evaluations",
        "spec": f"/v1/models/{MODEL_ID}/spec",
        "card": f"/v1/models/{MODEL_ID}/card",
        "job": HERE,
        "dataset": f"/v1/datasets/{DATASET_ID}",
    },
}

ROWS: Example = {
    "rows": [{"sepal_length": 6.1, "sepal_width": 2.9, "petal_length": 4.7, "petal_width": 1.4}],
}

PREDICTIONS: Example = {
    "object": "predictions",
    "model_id": MODEL_ID,
    "predictions": [
        {"label": "versicolor", "probabilities": {"setosa": 0.01, "versicolor": 0.96, "virginica": 0.03}},
    ],
}

EVENT: Example = {
    "object": "event",
    "job_id": JOB_ID,
    "seq": 1,
    "type": "job.queued",
    "message": "Queued.",
    "data": None,
    "created_at": "2026-11-23T18:29:20.000Z",
}

ATTEMPT: Example = {
    "object": "attempt",
    "job_id": JOB_ID,
    "number": 1,
    "worker_id": "wrk_01jd8x4m7r9v2c5k3e6n8q0sbt",
    "outcome": "succeeded",
    "cause": None,
    "environment": {"numpy": "2.3.5", "threads": 1},
    "started_at": "2026-11-23T18:29:20.200Z",
    "finished_at": "2026-11-23T18:29:22.000Z",
}


CHECKPOINT_ID = "ckpt_01jd8x4m7r9v2c5k3e6n8q0sbt"
CHECKPOINT: Example = {
    "id": CHECKPOINT_ID,
    "object": "checkpoint",
    "job_id": JOB_ID,
    "kind": "best",
    "pinned": False,
    "epoch": 43,
    "step": 344,
    "best": {"metric": "val_accuracy", "direction": "max", "value": 0.967, "epoch": 43},
    "latest": {"epoch": 43, "loss": 0.281, "val_loss": 0.305},
    "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size_bytes": 18342,
    "environment": {"numpy": "2.3.5", "threads": 1},
    "created_at": "2026-11-23T18:29:35.000Z",
    "urls": {
        "self": f"{HERE}/checkpoints/{CHECKPOINT_ID}",
        "content": f"{HERE}/checkpoints/{CHECKPOINT_ID}/content",
        "weights": f"{HERE}/checkpoints/{CHECKPOINT_ID}/weights",
        "predict": f"{HERE}/checkpoints/{CHECKPOINT_ID}/predict",
        "job": HERE,
    },
}

CHECKPOINT_PREDICTIONS: Example = {
    "object": "predictions",
    "checkpoint_id": CHECKPOINT_ID,
    "predictions": PREDICTIONS["predictions"],
}

STREAM = (
    'retry: 1000\n\nid: 1\nevent: job.queued\ndata: {"object": "event", "seq": 1, "type": "job.queued"}\n\n'
    'event: progress\ndata: {"phase": "training", "progress": {"fraction": 0.43}}\n\n'
    'event: end\ndata: {"status": "succeeded"}\n\n'
)


def list_of(item: Example) -> Example:
    """Make the example of a list."""
    return {"object": "list", "data": [item], "has_more": False, "next_cursor": None}
