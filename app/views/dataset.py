"""The dataset object as clients see it."""

from typing import Any

from datasets import Column, suggest_target, target_candidates
from store.database.tables import Dataset

View = dict[str, Any]
MOST_CANDIDATES = 20


def present(dataset: Dataset) -> View:
    """Show a dataset with its columns, and what could be learned from it."""
    columns = [Column.from_json(column) for column in dataset.columns]
    target = suggest_target(columns)
    candidates = target_candidates(columns)[:MOST_CANDIDATES]
    return {
        **present_briefly(dataset),
        "dialect": dataset.dialect,
        "columns": dataset.columns,
        "warnings": [{"column": None, "position": None, **warning} for warning in dataset.warnings],
        "suggested_job": None if target is None else {"dataset_id": dataset.id, "target": target},
        "target_candidates": [{"name": name, "reason": reason} for name, reason in candidates],
    }


def present_briefly(dataset: Dataset) -> View:
    """Show a dataset as it appears in lists, where thousands of columns would be too much."""
    here = f"/v1/datasets/{dataset.id}"
    return {
        "id": dataset.id,
        "object": "dataset",
        "name": dataset.name,
        "format": dataset.format,
        "row_count": dataset.row_count,
        "column_count": len(dataset.columns),
        "size_bytes": dataset.size_bytes,
        "digest": dataset.digest,
        "created_at": dataset.created_at,
        "updated_at": dataset.updated_at,
        "urls": {"self": here, "rows": f"{here}/rows", "content": f"{here}/content"},
    }
