"""Examples of evaluations and of held-out rows, for the document."""

from typing import Any

from app.routes.examples.jobs import DATASET_ID, JOB_ID, MODEL_ID, PREDICTIONS

Example = dict[str, Any]

EVALUATION_ID = "eval_01jd8x4m7r9v2c5k3e6n8q0sbt"
HERE = f"/v1/models/{MODEL_ID}"
METRICS: Example = {"accuracy": 0.9667, "balanced_accuracy": 0.9667, "log_loss": 0.081, "brier": 0.046}
NAMES = ("setosa", "versicolor", "virginica")

BRIEF: Example = {
    "id": EVALUATION_ID,
    "object": "evaluation",
    "model_id": MODEL_ID,
    "dataset_id": DATASET_ID,
    "rows": "validation",
    "row_count": 30,
    "task": "multiclass",
    "target": "species",
    "metrics": METRICS,
    "warnings": [
        {
            "code": "evaluation.not_better",
            "message": "The network is no better than `logistic_regression`, by accuracy: 0.9667 against 0.9667.",
        }
    ],
    "created_at": "2026-11-23T18:30:20.000Z",
    "urls": {
        "self": f"{HERE}/evaluations/{EVALUATION_ID}",
        "model": HERE,
        "dataset": f"/v1/datasets/{DATASET_ID}",
    },
}

EVALUATION: Example = {
    **BRIEF,
    "seed": 0,
    "drawn_from": 30,
    "intervals": {"level": 0.95, "resamples": 200, "metrics": {"accuracy": {"low": 0.9, "high": 1.0}}},
    "coverage": {"calibration_rows": 30, "levels": [{"level": 0.9, "coverage": 0.9333, "mean_size": 1.0}]},
    "baselines": [
        {"name": "majority_class", "training_rows": 120, "metrics": {"accuracy": 0.3333}},
        {"name": "logistic_regression", "training_rows": 120, "metrics": {"accuracy": 0.9667}},
    ],
    "importance": {
        "by": "accuracy",
        "rows": 30,
        "repeats": 3,
        "columns": [{"column": "petal_length", "importance": 0.31}, {"column": "sepal_width", "importance": 0.01}],
    },
    "classes": [
        {"label": "setosa", "precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 10, "roc_auc": 1.0, "pr_auc": 1.0}
    ],
    "confusion_matrix": {"labels": list(NAMES), "counts": [[10, 0, 0], [0, 9, 1], [0, 0, 10]]},
    "curves": [
        {
            "label": "setosa",
            "roc": {
                "false_positive_rate": [0.0, 0.0, 1.0],
                "true_positive_rate": [0.0, 1.0, 1.0],
                "thresholds": [None, 0.98, 0.0001],
                "area": 1.0,
            },
            "precision_recall": {
                "recall": [0.0, 1.0, 1.0],
                "precision": [1.0, 1.0, 0.3333],
                "thresholds": [None, 0.98, 0.0001],
                "area": 1.0,
            },
        }
    ],
    "calibration": {
        "label": None,
        "predicted": [0.74, 0.98],
        "observed": [0.67, 1.0],
        "counts": [3, 27],
        "error": 0.025,
    },
    "residuals": None,
    "targets": None,
}

STRETCH: Example = {
    "job_id": JOB_ID,
    "part": "validation",
    "dataset_id": DATASET_ID,
    "offset": 0,
    "row_count": 30,
    "has_more": True,
}
ANSWERS: Example = {
    **STRETCH,
    "object": "list",
    "model_id": MODEL_ID,
    "data": [{"row": 52, "truth": "versicolor", "prediction": PREDICTIONS["predictions"][0]}],
}
SPLIT: Example = {
    **STRETCH,
    "object": "split",
    "counts": {"training": 120, "validation": 30, "test": 0, "left_out": 0},
    "data": [4, 9, 52],
}
