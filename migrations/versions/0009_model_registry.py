"""Models as things of their own: versions under a name, aliases, tags, and what they came from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEW = ("version", "description", "tags", "origin")
NUMBER = """
UPDATE models SET version = (
    SELECT count(*) FROM models AS other
    WHERE other.project_id = models.project_id AND other.name = models.name AND other.id <= models.id
) WHERE name IS NOT NULL
"""
NAMES = """
INSERT INTO model_names (project_id, name, last_version)
SELECT project_id, name, count(*) FROM models WHERE name IS NOT NULL GROUP BY project_id, name
"""


def upgrade() -> None:
    """Go forward: models that there are get their numbers by age."""
    op.create_table(
        "model_names",
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_model_names_project_id_projects")),
        sa.PrimaryKeyConstraint("project_id", "name", name=op.f("pk_model_names")),
    )
    op.create_table(
        "model_aliases",
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_model_aliases_project_id_projects")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_model_aliases_model_id_models")),
        sa.PrimaryKeyConstraint("project_id", "name", "alias", name=op.f("pk_model_aliases")),
    )
    op.create_index(op.f("ix_model_aliases_model_id"), "model_aliases", ["model_id"])
    op.add_column("models", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column("models", sa.Column("description", sa.String(), nullable=True))
    op.add_column("models", sa.Column("tags", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
    op.add_column("models", sa.Column("origin", sa.JSON(none_as_null=True), nullable=True))
    op.create_index("ix_models_name", "models", ["project_id", "name", "version"])
    op.execute(NUMBER)
    op.execute(NAMES)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_models_name", "models")
    for column in reversed(NEW):
        op.drop_column("models", column)
    op.drop_table("model_aliases")
    op.drop_table("model_names")
