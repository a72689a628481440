"""Notifications: rows of the outbox per route, claims, and when a question is brought up again.

What nobody sent so far is old news, and is not sent now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS = (
    ("outbox", "event", sa.String()),
    ("outbox", "route", sa.String()),
    ("outbox", "claim", sa.String()),
    ("outbox", "claimed_until", MOMENT),
    ("outbox", "given_up_at", MOMENT),
    ("decisions", "look_at", MOMENT),
)
INDEXES = (
    ("ix_decisions_look_at", "decisions", ["state", "look_at"]),
    ("ix_cases_snoozed_until", "cases", ["snoozed_until"]),
)


def upgrade() -> None:
    """Add columns and indexes."""
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    outbox = sa.table("outbox", sa.column("sent_at"), sa.column("written_at"))
    unsent = sa.update(outbox).where(outbox.c.sent_at.is_(None))
    op.get_bind().execute(unsent.values(sent_at=outbox.c.written_at))


def downgrade() -> None:
    """Drop them."""
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
