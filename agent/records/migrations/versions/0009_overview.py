"""The overview: an outcome knows its plant and whose decision it was, and indexes for figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_cases_of_kind", "cases", ["status", "kind", "opened_at", "plant"]),
    ("ix_cases_due_at", "cases", ["status", "due_at", "plant"]),
    ("ix_decisions_latest", "decisions", ["state", "decided_at"]),
    ("ix_outcomes_days", "outcomes", ["settled_at", "plant", "alone"]),
)
COLUMNS = (
    sa.Column("plant", sa.String(), nullable=False, server_default=sa.text("''")),
    sa.Column("alone", sa.Boolean(), nullable=False, server_default=sa.false()),
)


def upgrade() -> None:
    """Add the columns, filled from cases and decisions, and the indexes."""
    for column in COLUMNS:
        op.add_column("outcomes", column)
    op.execute(
        "UPDATE outcomes SET plant = (SELECT plant FROM cases WHERE cases.id = outcomes.case_id)"
    )
    op.execute(
        "UPDATE outcomes SET alone = true WHERE decision IN"
        " (SELECT id FROM decisions WHERE role = 'agent')"
    )
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop them."""
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
    for column in reversed(COLUMNS):
        op.drop_column("outcomes", column.name)
