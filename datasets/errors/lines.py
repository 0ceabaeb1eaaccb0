"""Errors of the lines of a text file: CSV and JSON Lines."""

from datasets.errors.files import UnreadableFile


class NulByte(UnreadableFile):
    """A NUL byte stands in otherwise readable text."""

    code = "data.nul_byte"
    title = "There is a NUL byte"
    fix = "Remove it; if the file is UTF-16, save it as UTF-8."
    example = "There is a NUL byte at line 3, data row 2, column 1 `age`."


class RaggedRow(UnreadableFile):
    """A row has more or fewer cells than the first one."""

    code = "data.ragged_row"
    title = "A row is shorter or longer than the first"
    explanation = "Every row must have as many cells as the first one."
    fix = "Fill it up with empty cells; put cells that contain the delimiter in quotes."
    example = "Line 4 (data row 3) has 5 cells; the first row has 4."


class UnclosedQuote(UnreadableFile):
    """A cell begins with a quote and the file ends before the closing one."""

    code = "data.unclosed_quote"
    title = "A quote is never closed"
    fix = "Close it; a quote inside of a quoted cell is written twice."
    example = "The quote at line 4, column 2 is never closed."


class TextAfterQuote(UnreadableFile):
    """A quoted cell is followed by more text instead of the delimiter, so nobody can tell where cells end."""

    code = "data.text_after_quote"
    title = "Text stands behind a closing quote"
    fix = "Write a quote inside of a quoted cell twice, or send `quote=` (nothing) where quotes are plain characters."
    example = "Text stands behind a closing quote on line 2."


class CellTooLong(UnreadableFile):
    """A cell has more characters than the limit."""

    code = "data.cell_too_long"
    title = "A cell is too long"
    fix = "Is a quote left open before it?"
    example = "The cell at line 2, column 1 has 1000001 characters; the limit is 1000000."


class LineTooLong(UnreadableFile):
    """A row has more characters than the limit."""

    code = "data.line_too_long"
    title = "A row is too long"
    fix = "Is the delimiter, or a line break, missing?"
    example = "Line 1 has more than 2000000 characters."
    usual_hint = "Is this really a table with one row per line?"


class TooManyColumns(UnreadableFile):
    """The first row has more cells than the limit."""

    code = "data.too_many_columns"
    title = "There are too many columns"
    fix = "Leave columns out."
    example = "There are 20000 columns; the limit is 10000."
    usual_hint = "If rows and columns are swapped, transpose the table."


class TooManyRows(UnreadableFile):
    """The file has more rows than the limit."""

    code = "data.too_many_rows"
    title = "There are too many rows"
    fix = "Send a sample."
    example = "There are more than 100000000 rows."
    usual_hint = "Leave rows out."


class BadJson(UnreadableFile):
    """A line of JSON Lines is no JSON object, or holds what no table can hold."""

    code = "data.bad_json"
    title = "A line is no JSON object"
    explanation = (
        "JSON Lines has one object on each line: names with text, numbers, true, false, null or lists of numbers."
    )
    fix = "Write each row as one object on one line."
    example = "Line 3 is not JSON: a comma is missing at character 12."
    usual_hint = "Write each object on a line of its own, as `json.dumps` writes it."
