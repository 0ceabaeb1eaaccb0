"""A doubt about the only column of a file: another sign stands in all of its rows, and would cut them into a table."""

import re
from collections import Counter
from collections.abc import Sequence

from datasets.columns.cells import is_number
from datasets.columns.column import DataWarning
from datasets.errors import FilePosition, shorten
from datasets.reading.csv.layout.choose_way import DELIMITERS, Trial
from datasets.reading.overrides import Overrides

SIGNS = ("::", ":", "^", "~", "\u00a6", "&")
"""Delimiters that are too rare, or too usual inside of cells, to be taken without being told."""
FEW = 3
"""Rows that have to agree before a sign is doubted."""
RUN_OF_BLANKS = re.compile(r" {2,}|\t+")
OBJECT = re.compile(r"\{.*\}", re.DOTALL)
MOMENT = re.compile(r"[\d\s:.,/TZ+-]+([AP]\.?M\.?)?|\S+://.*", re.IGNORECASE)
"""A time of day, with or without a date, or an address: its colons are its own."""


def doubt_delimiter(trial: Trial, overrides: Overrides) -> tuple[DataWarning, ...]:
    """Warn of a table that is read as one column of text, and say what to send instead."""
    cells = [record.cells[0] for record in trial.records]
    if overrides.delimiter is not None or len(cells) < FEW or any(len(record.cells) > 1 for record in trial.records):
        return ()
    line = trial.records[0].line
    for sign in SIGNS:
        if _cuts(cells, sign) and not (sign == ":" and all(map(MOMENT.fullmatch, cells))):
            return (_doubt(cells[0], sign, line),)
    if trial.way.quote and any(_cuts(cells, sign) for sign in DELIMITERS):
        return (_in_quotes(cells[0], trial.way.quote, line),)
    return _about_blanks(trial) or _about_objects(cells, line)


def _about_blanks(trial: Trial) -> tuple[DataWarning, ...]:
    """Doubt texts that runs of blanks cut into columns, most of them of numbers, or that two blanks cut evenly."""
    rows = [(record.line, record.cells[0].split()) for record in trial.records]
    width = Counter(len(words) for _, words in rows).most_common(1)[0][0]
    usual = [words for _, words in rows if len(words) == width]
    numbers = sum(sum(map(is_number, words)) for words in usual[1:])
    if width > 1 and len(usual) >= max(FEW, 0.8 * len(rows) - 1) and 2 * numbers >= width * (len(usual) - 1):
        first = next(line for line, words in rows if len(words) == width)
        shown = shorten(" ".join(usual[0]))
        message = (
            f"Each line is read as one text, though blanks cut most of them into {width} cells (`{shown}` on "
            f"line {first}): send `delimiter=space` and `header={first}` if they stand between cells."
        )
        patch = {"delimiter": "space", "header": first}
        position = FilePosition(line=first)
        return (DataWarning(code="data.delimiter_doubted", message=message, position=position, patch=patch),)
    cut = {len(RUN_OF_BLANKS.split(record.cells[0].strip())) for record in trial.records}
    if len(cut) == 1 and cut != {1}:
        message = (
            f"Each line is read as one text, though runs of blanks cut all of them into {cut.pop()} parts "
            f"(`{shorten(trial.records[0].cells[0])}`): put a delimiter there if they are cells."
        )
        return (DataWarning(code="data.delimiter_doubted", message=message),)
    return ()


def _about_objects(cells: Sequence[str], line: int) -> tuple[DataWarning, ...]:
    """Doubt texts that are objects of JSON below a line that is none."""
    if not all(OBJECT.fullmatch(cell.strip()) for cell in cells[1:]):
        return ()
    message = f"Each line is read as one text, though all below line {line} are objects of JSON: remove line {line}."
    return (DataWarning(code="data.delimiter_doubted", message=message, position=FilePosition(line=line)),)


def _cuts(cells: Sequence[str], sign: str) -> bool:
    """Whether the sign stands in every cell, and equally often."""
    return len({cell.count(sign) for cell in cells}) == 1 and sign in cells[0]


def _doubt(first: str, sign: str, line: int) -> DataWarning:
    more = ", which leaves empty columns between the others" if len(sign) > 1 else ""
    return DataWarning(
        code="data.delimiter_doubted",
        message=f"Each line is read as one text, though `{sign}` cuts all of them into {first.count(sign) + 1} cells "
        f"(`{shorten(first)}`): send `delimiter={sign[0]}` if it stands between cells{more}.",
        position=FilePosition(line=line),
        patch={"delimiter": sign[0]},
    )


def _in_quotes(first: str, quote: str, line: int) -> DataWarning:
    return DataWarning(
        code="data.delimiter_doubted",
        message=f"Each line is read as one text, since whole lines stand in quotes ({quote}{shorten(first)}{quote}): "
        "remove the quotes around them and send the file again if they are rows of several cells.",
        position=FilePosition(line=line),
    )
