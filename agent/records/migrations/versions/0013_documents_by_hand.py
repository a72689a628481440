"""The documents people posted by hand, found by their number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and what finds a number in it."""
    op.add_column("outcomes", sa.Column("document", sa.Text(), nullable=True))
    op.create_index("ix_outcomes_document", "outcomes", ["document"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_outcomes_document", "outcomes")
    op.drop_column("outcomes", "document")
