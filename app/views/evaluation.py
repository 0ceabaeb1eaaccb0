"""Evaluations as answers: whole, and in a few numbers for lists."""

from typing import Any

from store.clock import in_utc
from store.database.tables import Evaluation

View = dict[str, Any]
BY_TASK = ("classes", "confusion_matrix", "curves", "calibration", "residuals", "targets")


def present(evaluation: Evaluation) -> View:
    """Show an evaluation; what its task does not have is null."""
    report = evaluation.report
    of_all = ("drawn_from", "intervals", "coverage", "baselines", "importance")
    parts = {name: report.get(name) for name in (*of_all, *BY_TASK)}
    return {**present_briefly(evaluation), "seed": evaluation.seed, **parts}


def present_briefly(evaluation: Evaluation) -> View:
    """Show which rows it was on, and how good the model was on them."""
    here = f"/v1/models/{evaluation.model_id}"
    dataset = evaluation.dataset_id
    return {
        "id": evaluation.id,
        "object": "evaluation",
        "model_id": evaluation.model_id,
        "dataset_id": dataset,
        "rows": evaluation.part or "all",
        "row_count": evaluation.row_count,
        "task": evaluation.report["task"],
        "target": evaluation.report["target"],
        "metrics": evaluation.report["metrics"],
        "warnings": evaluation.report["warnings"],
        "created_at": in_utc(evaluation.created_at),
        "urls": {
            "self": f"{here}/evaluations/{evaluation.id}",
            "model": here,
            "dataset": f"/v1/datasets/{dataset}" if dataset else None,
        },
    }
