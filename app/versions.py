"""Names for versions of what is shown."""

import hashlib
import json
from typing import Any


def weak(value: Any) -> str:
    """Make the `ETag` of an answer out of those parts of it that matter."""
    text = json.dumps(value, sort_keys=True, default=str)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
