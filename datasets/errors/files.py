"""Errors of whole files: what their bytes are, how many there are, and whether they hold a table."""

from datasets.errors.dataset_error import DatasetError

A_TABLE = "A table needs a header line and, below it, rows with one cell for each name."


class UnreadableFile(DatasetError):
    """The bytes are not a table."""

    code = "data.unreadable"
    title = "The bytes are not a table"
    explanation = A_TABLE
    fix = "See the message."
    example = "The bytes are not a table."


class EmptyFile(UnreadableFile):
    """The file holds no bytes, or nothing but blank lines."""

    code = "data.empty"
    title = "The file is empty"
    explanation = A_TABLE
    fix = "Send a file with rows."
    example = "The file is empty."
    usual_hint = "Was the upload complete?"


class NoRows(UnreadableFile):
    """There is a header and nothing below it."""

    code = "data.no_rows"
    title = "There are no rows"
    explanation = A_TABLE
    fix = "Add rows below the header."
    example = "There is a header and no row below it."
    usual_hint = "Was the upload complete, or does a filter leave no rows?"


class BinaryFile(UnreadableFile):
    """CSV is text; these bytes are not."""

    code = "data.binary"
    title = "The file is not text"
    fix = "Export the table as CSV in UTF-8."
    example = "The file is not text."


class FormatUnsupported(UnreadableFile):
    """The first bytes of the file tell what it is, and this is not read here."""

    code = "data.format_unsupported"
    title = "The file has a format that is not read"
    fix = "Send CSV, JSON Lines, Parquet, Arrow IPC, NPY, NPZ or a zip of images in class folders."
    example = "The file is an HDF5 file."


class BadEncoding(UnreadableFile):
    """The bytes are not text in the encoding that they announce."""

    code = "data.bad_encoding"
    title = "The text cannot be decoded"
    fix = "Save the file as UTF-8."
    example = "Line 7 is not UTF-8."


class FileTooLarge(UnreadableFile):
    """The file has more bytes than the limit."""

    code = "data.too_large"
    title = "The file is too large"
    fix = "Send a sample; `GET /v1/limits` tells the limits."
    example = "The file has more than 2147483648 bytes."
    usual_hint = "Leave rows or columns out."


class SizeMismatch(UnreadableFile):
    """The header announces another size than there are bytes; nothing was allocated for it."""

    code = "data.size_mismatch"
    title = "The file is not as large as it says"
    fix = "Was the upload complete? Save the file again."
    example = "The header announces 34359738368 bytes; 800 are there."
    usual_hint = "Was the upload complete?"


class Malformed(UnreadableFile):
    """The file cannot be read, for a reason that has no name of its own."""

    code = "data.malformed"
    title = "The file cannot be read"
    explanation = A_TABLE
    fix = "See the message."
    example = "The file cannot be read as CSV."
    usual_hint = "Was the upload complete? If it was, save the file again."


class BadOverride(DatasetError):
    """What was said about how to read the file cannot be done, or does not fit the file."""

    code = "data.bad_override"
    title = "The file cannot be read in the way that was asked for"
    fix = "Change or leave out the option that the message names; `preview=true` shows what would be read."
    example = "`header` is line 9; the file has 4 lines."
    usual_hint = "Leave the option out, and look at `dialect` in the answer for what was found."
