"""What was told of a case since its facts were read, and who proposed what came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("cases", sa.Column("unheard", sa.Integer(), nullable=True))
    op.add_column("inbox", sa.Column("proposed_by", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("inbox", "proposed_by")
    op.drop_column("cases", "unheard")
