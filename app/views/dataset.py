"""The dataset object as clients see it."""

from collections.abc import Sequence
from typing import Any

from datasets import Column, Overrides, Table, suggest_target, target_candidates
from store.database.tables import Dataset

View = dict[str, Any]
MOST_CANDIDATES = 20


def present(dataset: Dataset) -> View:
    """Show a dataset with its columns, and what could be learned from it."""
    columns = [Column.from_json(column) for column in dataset.columns]
    target = suggest_target(columns)
    return {
        **present_briefly(dataset),
        "overrides": dataset.overrides or {},
        "dialect": dataset.dialect,
        "columns": dataset.columns,
        "warnings": [_warning(warning) for warning in dataset.warnings],
        "suggested_job": None if target is None else {"dataset_id": dataset.id, "target": target},
        "target_candidates": _candidates(columns),
    }


def present_preview(table: Table, overrides: Overrides, *, size: int, digest: str, rows: list[View]) -> View:
    """Show what was read, as `present` will once it is stored."""
    return {
        "object": "dataset_preview",
        "format": table.format,
        "row_count": table.row_count,
        "column_count": len(table.columns),
        "size_bytes": size,
        "digest": digest,
        "overrides": overrides.to_json(),
        "dialect": table.dialect.to_json() if table.dialect else None,
        "columns": [column.to_json() for column in table.columns],
        "warnings": [_warning(warning.to_json()) for warning in table.warnings],
        "target_candidates": _candidates(table.columns),
        "rows": rows,
    }


def _warning(warning: View) -> View:
    return {"column": None, "position": None, "patch": None, **warning}


def _candidates(columns: Sequence[Column]) -> list[View]:
    return [{"name": name, "reason": reason} for name, reason in target_candidates(columns)[:MOST_CANDIDATES]]


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
