"""What jobs were quoted and what they took, and what work costs on each worker."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED = (("jobs", "estimate"), ("jobs", "actual"), ("workers", "calibration"))


def upgrade() -> None:
    """Go forward; older jobs have no quote."""
    for table, column in ADDED:
        op.add_column(table, sa.Column(column, sa.JSON(none_as_null=True), nullable=True))
    where = sa.text("actual IS NOT NULL")
    op.create_index("ix_jobs_measured", "jobs", ["id"], postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_jobs_measured", "jobs")
    for table, column in reversed(ADDED):
        op.drop_column(table, column)
