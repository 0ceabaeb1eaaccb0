"""What every table shares: names for its constraints and the types of its columns."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase

from store.database.column_types import Document, UtcTime, one_of
from store.states import CheckpointKind, JobStatus, Phase, StopReason

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own way of saying this
        str: String(),
        datetime: UtcTime(),
        dict[str, Any]: Document,
        list[Any]: Document,
        JobStatus: one_of(JobStatus, checked_as="status"),
        Phase: one_of(Phase),
        StopReason: one_of(StopReason),
        CheckpointKind: one_of(CheckpointKind),
    }


def waiting_index(name: str, *columns: str) -> Index:
    """Make an index of the jobs that may be claimed, which stays small however many have finished."""
    waiting = text("status = 'queued' AND rest_s = 0")
    return Index(name, *columns, postgresql_where=waiting, sqlite_where=waiting)
