"""Errors of arrays, of vectors in columns, and of the types of their values."""

from datasets.errors.files import UnreadableFile


class UnsupportedType(UnreadableFile):
    """A column or an array holds values of a type that is not learned from."""

    code = "data.unsupported_type"
    title = "Values have a type that is not learned from"
    explanation = "Numbers, text, true and false, dates, and lists of numbers of one length are read."
    fix = "Convert the column to one of these types, or leave it out."
    example = "Column `c` holds complex128."


class PickleForbidden(UnreadableFile):
    """Reading Python objects can run anything, so they are never read."""

    code = "data.pickle_forbidden"
    title = "The array holds Python objects"
    fix = "Save numbers: `array.astype(float)`."
    example = "`x` has the dtype object."


class RaggedVector(UnreadableFile):
    """The vectors of a column, or the arrays of a file, do not have one length."""

    code = "data.ragged_vector"
    title = "Vectors do not have one length"
    explanation = "All vectors of a column need one length; only lists of whole numbers from 0 are filled up with 0."
    fix = "Cut or fill them up."
    example = "`x` has 3 numbers in data row 1 and 4 in data row 2."
    usual_hint = "Give every row a list of as many numbers."
