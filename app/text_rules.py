"""The characters that no text may hold, wherever it is sent."""

import re

FORBIDDEN = re.compile("[\\x00\\ud800-\\udfff\\u202a-\\u202e\\u2066-\\u2069]")
"""What is no text (NUL, halves of surrogates), and what makes text look like another (writing directions)."""


def has_forbidden_text(text: str) -> bool:
    """Tell whether a text holds characters that are not stored."""
    return FORBIDDEN.search(text) is not None
