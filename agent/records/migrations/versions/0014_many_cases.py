"""What is looked for among very many cases is found without going through them all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ASKED = sa.text("what = 'model asked'")
GIVEN_UP = sa.text("given_up_at IS NOT NULL")


def upgrade() -> None:
    """Add the indexes; two hold only the rows they are for."""
    op.create_index("ix_turns_ended_at", "turns", ["ended_at"])
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index(
        "ix_outbox_given_up",
        "outbox",
        ["id"],
        sqlite_where=GIVEN_UP,
        postgresql_where=GIVEN_UP,
    )
    op.create_index(
        "ix_audit_asked",
        "audit",
        ["sequence"],
        sqlite_where=ASKED,
        postgresql_where=ASKED,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_audit_asked", "audit")
    op.drop_index("ix_outbox_given_up", "outbox")
    op.drop_index("ix_outbox_case_id", "outbox")
    op.drop_index("ix_turns_ended_at", "turns")
