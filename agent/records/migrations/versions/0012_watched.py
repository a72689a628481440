"""What is watched: how interfaces stand in each process, and what the service refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "interface_health",
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("plant", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("failed_at", moment, nullable=True),
        sa.Column("failing", sa.String(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("left_alone", sa.Boolean(), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("process", "plant", "system", name=op.f("pk_interface_health")),
    )
    op.create_table(
        "api_violations",
        sa.Column("hour", moment, nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("hour", "route", "rule", "who", name=op.f("pk_api_violations")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("api_violations")
    op.drop_table("interface_health")
