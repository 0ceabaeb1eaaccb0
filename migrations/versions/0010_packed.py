"""Documents that come with every job, packed; the tags of jobs, where they can be looked up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from store.database import packing

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PACKED = {
    "jobs": ("given", "resolved", "provenance", "summary", "readings"),
    "models": ("spec", "preprocessing", "origin"),
    "metrics": ("values",),
    "checkpoints": ("facts",),
    "evaluations": ("report",),
}
KEYS = {"metrics": ("job_id", "epoch")}
STATUSES = "status IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')"
CHECKS = {"jobs": [sa.CheckConstraint(STATUSES, name="ck_jobs_status")]}
"""What SQLAlchemy does not find in a table of SQLite, and would leave out of its new form."""
JSON, BYTES = sa.JSON(none_as_null=True), sa.LargeBinary()


def upgrade() -> None:
    """Go forward; what older rows hold stays text, as bytes."""
    for table, columns in PACKED.items():
        with op.batch_alter_table(table, table_args=CHECKS.get(table, ())) as batch:
            for column in columns:
                using = f"convert_to(\"{column}\"::text, 'UTF8')"
                batch.alter_column(column, type_=BYTES, existing_type=JSON, postgresql_using=using)
    op.add_column("blob_chunks", sa.Column("is_packed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "job_tags",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_tags_job_id_jobs"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_job_tags_project_id_projects")),
        sa.PrimaryKeyConstraint("job_id", "tag", name=op.f("pk_job_tags")),
    )
    op.create_index("ix_job_tags_project_id_tag_job_id", "job_tags", ["project_id", "tag", "job_id"])
    _gather_tags()


def downgrade() -> None:
    """Go back: everything is unpacked first."""
    op.drop_table("job_tags")
    _unpack("blob_chunks", "data", ("digest", "seq"), sa.text("is_packed"))
    with op.batch_alter_table("blob_chunks") as batch:
        batch.drop_column("is_packed")
    for table, columns in PACKED.items():
        for column in columns:
            _unpack(table, column, KEYS.get(table, ("id",)), sa.true())
        with op.batch_alter_table(table, table_args=CHECKS.get(table, ())) as batch:
            for column in columns:
                using = f"convert_from(\"{column}\", 'UTF8')::json"
                batch.alter_column(column, type_=JSON, existing_type=BYTES, postgresql_using=using)
        if op.get_bind().dialect.name == "sqlite":
            for column in columns:
                as_text = sa.cast(sa.column(column, BYTES), sa.Text())
                op.execute(sa.update(sa.table(table, sa.column(column, sa.Text()))).values({column: as_text}))


def _gather_tags() -> None:
    """Write a row for each tag of each job."""
    each = sa.func.json_each if op.get_bind().dialect.name == "sqlite" else sa.func.json_array_elements_text
    jobs = sa.table("jobs", sa.column("id"), sa.column("project_id"), sa.column("tags"))
    tag = each(jobs.c.tags).table_valued("value")
    tags = sa.table("job_tags", sa.column("job_id"), sa.column("tag"), sa.column("project_id"))
    found = sa.select(jobs.c.id, tag.c.value, jobs.c.project_id).select_from(jobs.join(tag, sa.true())).distinct()
    op.execute(sa.insert(tags).from_select(["job_id", "tag", "project_id"], found))


def _unpack(table: str, column: str, key: tuple[str, ...], which: sa.ColumnElement[bool]) -> None:
    """Write a column unpacked, row by row."""
    connection = op.get_bind()
    rows = sa.table(table, *(sa.column(name) for name in key), sa.column(column, sa.LargeBinary()))
    for row in connection.execute(sa.select(*(rows.c[name] for name in key)).where(which)).all():
        one = sa.and_(*(rows.c[name] == value for name, value in zip(key, row, strict=True)))
        packed = connection.scalar(sa.select(rows.c[column]).where(one))
        if packed is not None:
            connection.execute(sa.update(rows).where(one).values({column: packing.unpack(bytes(packed))}))
