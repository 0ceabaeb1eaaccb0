"""JSON as it is sent: compact, in the order in which it was made, and never a number that is not finite."""

import json

from store.clock import written

dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=written).encode
"""Return a value as JSON; raises ValueError for a number that is not finite: a fault of ours, never an answer."""
