"""Examples of answers about the service itself, for the document."""

from typing import Any

CAPABILITIES: dict[str, Any] = {
    "object": "capabilities",
    "layers": [
        {
            "name": "dropout",
            "summary": "Leaves out inputs at random while training.",
            "parameters": [{"name": "rate", "type": "float", "default": 0.1, "minimum": 0.0}],
        },
    ],
}
LIMITS: dict[str, Any] = {
    "object": "limits",
    "max_upload_bytes": 2147483648,
    "max_body_bytes": 8388608,
    "max_job_memory_bytes": 4294967296,
    "max_parameters": 100000000,
    "max_queued_jobs": 10000,
    "max_columns": 10000,
    "max_rows": 100000000,
    "max_cell_chars": 1000000,
}
QUEUE: dict[str, Any] = {
    "object": "queue",
    "jobs": {"queued": 2, "running": 1, "paused": 0, "succeeded": 40, "failed": 1, "cancelled": 3},
    "max_queued_jobs": 10000,
    "tokens": 1,
}
WORKERS: dict[str, Any] = {
    "object": "list",
    "data": [
        {
            "id": "wrk_01jd8q0v2m4x6z8b0c2e4g6j8k",
            "object": "worker",
            "host": "trainer-1",
            "pid": 4711,
            "is_busy": True,
            "job_id": "job_01jd8q0v2m4x6z8b0c2e4g6j8k",
            "heartbeat_age_s": 0.7,
            "is_calibrated": True,
            "started_at": "2026-11-23T18:29:20.000Z",
        },
    ],
    "has_more": False,
    "next_cursor": None,
}
ACCURACY: dict[str, Any] = {
    "object": "estimates_accuracy",
    "jobs": 60,
    "inside_share": 0.9,
    "wanted_share": 0.9,
    "median_ratio": 1.02,
    "median_width": 3.1,
    "memory_jobs": 60,
    "memory_near_share": 1.0,
    "memory_median_ratio": 0.98,
}
