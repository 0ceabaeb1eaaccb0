"""What was told about how a table is read; the same bytes told to be read in two ways are two datasets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OLD, NEW = "uq_datasets_project_id_digest", "uq_datasets_bytes"


def upgrade() -> None:
    """Go forward; of older datasets nothing was told."""
    with op.batch_alter_table("datasets") as table:
        table.add_column(sa.Column("read_as", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("overrides", sa.JSON(none_as_null=True), nullable=True))
        table.drop_constraint(op.f(OLD), type_="unique")
        table.create_unique_constraint(NEW, ["project_id", "digest", "read_as"])


def downgrade() -> None:
    """Go back; raises where the same bytes are two datasets."""
    with op.batch_alter_table("datasets") as table:
        table.drop_constraint(NEW, type_="unique")
        table.create_unique_constraint(op.f(OLD), ["project_id", "digest"])
        table.drop_column("overrides")
        table.drop_column("read_as")
