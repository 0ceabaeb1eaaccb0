"""Examples of what is known of a model, for the document."""

from typing import Any

from app.routes.examples.jobs import DATASET_ID, JOB_ID, MODEL, MODEL_ID

Example = dict[str, Any]

MODEL_SPEC: Example = {
    "object": "spec",
    "model_id": MODEL_ID,
    "given": {"dataset_id": DATASET_ID, "target": "species"},
    "resolved": {"dataset_id": DATASET_ID, "target": "species", "task": "multiclass"},
    "provenance": {"/task": {"source": "inferred", "reason": "`species` has three different texts"}},
}
MODEL_CARD: Example = {
    "object": "model_card",
    "model": {name: MODEL[name] for name in ("id", "name", "version", "aliases", "description", "tags", "task")},
    "data": {"id": DATASET_ID, "name": "iris", "digest": "sha256:5ecb…", "rows": 150, "columns": 5},
    "split": {"digest": "sha256:9f86…", "training": 120, "validation": 30, "test": 0},
    "spec": {"digest": "sha256:1b4f…"},
    "seed": 1729,
    "trained_by": JOB_ID,
    "parents": [],
    "environment": {"numpy": "2.3.1", "blas": "scipy-openblas 0.3.29"},
    "metrics": {"val_accuracy": 0.967},
    "evaluation": {"id": "eval_01jd8x4m7r9v2c5k3e6n8q0sbt", "metrics": {"accuracy": 0.967}},
    "limits": ["It knows rows like those of its dataset: of others its answers mean nothing."],
}
