"""Checkpoints, the environments that numbers were made in, and rest between crashing attempts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

QUEUED = "status = 'queued'"
CLAIMABLE = "status = 'queued' AND rest_s = 0"
WAITING = {"ix_jobs_waiting": ["priority", "id"], "ix_jobs_waiting_of_project": ["project_id", "priority", "id"]}


def upgrade() -> None:
    """Go forward."""
    op.add_column("attempts", sa.Column("environment", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("models", sa.Column("environment", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("jobs", sa.Column("rest_s", sa.Integer(), nullable=False, server_default=sa.text("0")))
    index_the_waiting(CLAIMABLE)
    op.create_table(
        "checkpoints",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("environment", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["blobs.digest"], name=op.f("fk_checkpoints_digest_blobs")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_checkpoints_job_id_jobs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_checkpoints_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoints")),
        sa.UniqueConstraint("job_id", "seq", name=op.f("uq_checkpoints_job_id_seq")),
    )
    op.create_index(op.f("ix_checkpoints_digest"), "checkpoints", ["digest"])
    op.create_index("ix_checkpoints_project_id_id", "checkpoints", ["project_id", "id"])


def downgrade() -> None:
    """Go back; what a checkpoint held is begun anew."""
    op.drop_table("checkpoints")
    index_the_waiting(QUEUED)
    for table, column in (("jobs", "rest_s"), ("models", "environment"), ("attempts", "environment")):
        op.drop_column(table, column)


def index_the_waiting(condition: str) -> None:
    """Make the indexes of the waiting jobs anew."""
    for name, columns in WAITING.items():
        op.drop_index(name, "jobs")
        where = sa.text(condition)
        op.create_index(name, "jobs", columns, postgresql_where=where, sqlite_where=where)
