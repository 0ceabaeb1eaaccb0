"""A job's estimate, beside what the job took."""

from typing import Any

from specs.estimates import Judgement, judge

View = dict[str, Any]


def judged(estimate: View | None, actual: View | None) -> Judgement | None:
    """Hold a job's quote against what it took; None where one of them is not there."""
    if not estimate or not actual:
        return None
    return judge(
        estimate, epochs=actual["epochs"], duration_s=actual["duration_s"], memory_bytes=actual["memory_bytes"]
    )
