"""What the plants' systems hold of the audit, and what they would not take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_copies",
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("copied_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_since", MOMENT, nullable=True),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_audit_copies")),
    )
    op.create_table(
        "audit_copies_refused",
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refused_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("target", "sequence", name=op.f("pk_audit_copies_refused")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("audit_copies_refused")
    op.drop_table("audit_copies")
