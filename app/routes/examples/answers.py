"""Examples of answers about datasets, for the document."""

from typing import Any

DATASET_ID = "ds_01jd8q0v2m4x6z8b0c2e4g6j8k"
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}
DATASET_BRIEF: dict[str, Any] = {
    "id": DATASET_ID,
    "object": "dataset",
    "name": "iris",
    "format": "csv",
    "row_count": 150,
    "column_count": 2,
    "size_bytes": 4600,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "created_at": "2026-11-23T18:29:20.000Z",
    "updated_at": "2026-11-23T18:29:20.000Z",
    "urls": {
        "self": f"/v1/datasets/{DATASET_ID}",
        "rows": f"/v1/datasets/{DATASET_ID}/rows",
        "content": f"/v1/datasets/{DATASET_ID}/content",
    },
}
_NUMBER = {"min": 4.3, "max": 7.9, "mean": 5.8433, "std": 0.8253, "whole": False}
_TOP = {"top": [{"value": "setosa", "count": 50}, {"value": "versicolor", "count": 50}]}


def _column(name: str, kind: str, distinct: int, statistics: dict[str, Any]) -> dict[str, Any]:
    counted = {"missing": 0, "distinct": distinct, "distinct_exact": True, "numeric": kind == "number"}
    return {"name": name, "kind": kind, **counted, "statistics": statistics}


DATASET: dict[str, Any] = {
    **DATASET_BRIEF,
    "overrides": {},
    "dialect": {
        "delimiter": ",",
        "encoding": "utf-8",
        "has_header": True,
        "header_line": 1,
        "quote": '"',
        "escape": None,
        "comment": None,
        "decimal": ".",
        "sureness": {"delimiter": "certain", "quote": "certain", "header": "certain"},
    },
    "columns": [_column("sepal_length", "number", 35, _NUMBER), _column("species", "category", 3, _TOP)],
    "warnings": [],
    "suggested_job": None,
    "target_candidates": [{"name": "species", "reason": "3 values"}, {"name": "sepal_length", "reason": "a number"}],
}
DATASETS = {"object": "list", "data": [DATASET_BRIEF], "has_more": False, "next_cursor": None}
ROWS = {
    "object": "list",
    "data": [{"sepal_length": 5.1, "species": "setosa"}],
    "offset": 0,
    "row_count": 150,
    "has_more": True,
}
