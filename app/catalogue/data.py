"""Errors of tables: what files and rows can have wrong with them, as their classes in `datasets.errors` tell it."""

from http import HTTPStatus as S

from app.catalogue.entries import Entry
from datasets.errors import DatasetError, FileTooLarge, FormatUnsupported, all_errors

STATUSES: dict[type[DatasetError], S] = {
    FileTooLarge: S.REQUEST_ENTITY_TOO_LARGE,
    FormatUnsupported: S.UNSUPPORTED_MEDIA_TYPE,
}
"""Those that are not answered 422."""

DATA = tuple(
    Entry(
        error.code,
        STATUSES.get(error, S.UNPROCESSABLE_ENTITY),
        error.title,
        error.explanation,
        error.fix,
        error.example,
    )
    for error in all_errors()
)
