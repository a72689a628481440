"""What models were sent and answered, beside the audit, which keeps only hashes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "model_texts",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_model_texts")),
    )
    op.create_index("ix_model_texts_case_id", "model_texts", ["case_id"], unique=False)
    op.create_index("ix_model_texts_forget_at", "model_texts", ["forget_at"], unique=False)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("model_texts")
