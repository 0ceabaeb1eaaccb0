"""Errors of cells that do not hold what their column is to be read as."""

from datasets.errors.dataset_error import DatasetError


class NonFinite(DatasetError):
    """A number is infinite, or too large for a float; nothing can be learned from it."""

    code = "data.non_finite"
    title = "A number is infinite"
    fix = "Leave the cell empty if the value is not known."
    example = "`inf` at line 3, data row 2, column 1 `age` is not a finite number."
    usual_hint = "Write null, or leave the cell empty, if the value is missing."


class NotNumeric(DatasetError):
    """Numbers are needed and a value is none."""

    code = "data.not_numeric"
    title = "A value is not a number"
    fix = "Correct it, leave it empty, or treat the column as a category."
    example = "`n.n.` in column `income` is not a number."


class NotBoolean(DatasetError):
    """A column that is to be yes/no has more or fewer than two values."""

    code = "data.not_boolean"
    title = "The column is not yes/no"
    explanation = "A column that is to be yes/no must have exactly two values."
    fix = "Treat it as a category."
    example = "`colour` has 5 values; a yes/no column has two."


class NotDate(DatasetError):  # never raised: a job body asks for dates, and its fault carries this code
    """A column that is to be read as dates must hold dates in ISO 8601."""

    code = "data.not_date"
    title = "The column holds no dates"
    fix = "Write dates like 2024-05-31, or treat the column as a category."
    example = "`colour` does not hold dates like 2024-05-31."
