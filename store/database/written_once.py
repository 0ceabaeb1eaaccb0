"""A list whose JSON is written once, though both the database and an answer have it."""

import json
from functools import cached_property
from typing import Any

encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class WrittenOnce(list[Any]):
    """A list that nobody changes any more: thousands of columns take longer to write than to read from a file."""

    @cached_property
    def text(self) -> str:
        """The list as JSON; raises ValueError for a number that is not finite."""
        return encode(self)
