"""Tables that are drawn with lines of dashes and bars, as Markdown, psql and other programs show them."""

import re
from itertools import islice

RULE = re.compile(r"[\s|+:,;\u2500-\u257f=-]*(-{3,}|={3,}|[\u2500\u2501\u2550]{3,})[\s|+:,;\u2500-\u257f=-]*")
"""A line that only draws: three dashes at least, and what stands between and beside them."""
FRAMED_RULE = re.compile(r"[|+\u2502](\s*:?-+:?\s*[|+])+")
BARS = str.maketrans({"\u2502": "|", "\u2503": "|", "\u2551": "|"})
FIRST = 3
"""Lines of which one has to be a rule: above the names or below them."""
LOOKED_AT = 200
FRAMED, RULED = "framed", "ruled"


def find_drawing(text: str) -> str:
    """Return FRAMED where bars stand around every line, RULED where there are only rules; nothing for other texts."""
    lines = list(islice((line.strip() for line in text.splitlines() if line.strip()), LOOKED_AT))
    rules = [number for number, line in enumerate(lines) if is_rule(line)]
    if not rules or rules[0] >= FIRST or len(lines) <= len(rules) + 1:
        return ""
    below = rules[0] + 1 if rules[0] else 1
    rows = [line.translate(BARS) for number, line in enumerate(lines) if number not in rules]
    if below >= len(lines):
        return ""
    return FRAMED if _has_bars(rows[0]) and _has_bars(rows[1]) else RULED


def is_rule(line: str) -> bool:
    """Whether a line holds no cells but draws."""
    line = line.strip()
    return RULE.fullmatch(line) is not None or FRAMED_RULE.fullmatch(line) is not None


def without_drawing(line: str, drawing: str) -> str:
    """Return a line without what draws it; a rule becomes a blank line."""
    if is_rule(line):
        return "\n"
    if drawing == FRAMED:
        bare = line.strip().translate(BARS)
        return (bare[1:-1] if _has_bars(bare) else bare) + "\n"
    return line


def _has_bars(line: str) -> bool:
    return len(line) > 1 and line.startswith("|") and line.endswith("|")
