"""Which prompts are in use, where several nodes share it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "prompt_uses",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_prompt_uses")),
    )
    op.create_table(
        "prompt_changes",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_prompt_changes")),
    )
    op.create_table(
        "prompt_gates",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_prompt_gates")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("prompt_gates", "prompt_changes", "prompt_uses"):
        op.drop_table(table)
