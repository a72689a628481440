"""The inbox: cases ordered by worth, who stands in for whom, and indexes for lists and figures."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_cases_inbox", "cases", ["status", "waiting_for", "due_at", "id"]),
    ("ix_cases_inbox_worth", "cases", ["status", "waiting_for", "worth", "id"]),
    ("ix_decisions_of_kind", "decisions", ["kind", "decided_at"]),
    ("ix_decisions_of_cause", "decisions", ["kind", "cause", "decided_at"]),
    ("ix_outcomes_of_cause", "outcomes", ["kind", "cause", "settled_at"]),
    ("ix_outcomes_settled_at", "outcomes", ["settled_at", "settlement", "kind"]),
)


def upgrade() -> None:
    """Make the table, the column and the indexes; what is there already gets its worth."""
    op.create_table(
        "substitutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutes")),
    )
    op.create_index("ix_substitutes_person", "substitutes", ["person", "ends_on"])
    op.create_index("ix_substitutes_deputy", "substitutes", ["deputy", "ends_on"])
    op.add_column(
        "cases", sa.Column("worth", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    _value_cases()
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop them."""
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
    op.drop_column("cases", "worth")
    op.drop_table("substitutes")


def _value_cases() -> None:
    cases = sa.table("cases", sa.column("id"), sa.column("value"), sa.column("worth"))
    connection = op.get_bind()
    valued = sa.select(cases.c.id, cases.c.value).where(cases.c.value.is_not(None))
    for name, value in connection.execute(valued).all():
        worth = min(int(abs(Decimal(value)) * 100), 2**62)
        connection.execute(sa.update(cases).where(cases.c.id == name).values(worth=worth))
