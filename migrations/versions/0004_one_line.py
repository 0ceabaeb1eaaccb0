"""One index of the waiting jobs in place of two, of which the planner took the wrong one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WAITING = "status = 'queued' AND rest_s = 0"


def upgrade() -> None:
    """Go forward."""
    op.drop_index("ix_jobs_waiting", "jobs")


def downgrade() -> None:
    """Go back."""
    where = sa.text(WAITING)
    op.create_index("ix_jobs_waiting", "jobs", ["priority", "id"], postgresql_where=where, sqlite_where=where)
