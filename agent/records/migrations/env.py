"""Run by Alembic: migrates the tables of the records, and sees no others."""

from __future__ import annotations

from alembic import context

from agent.records.all_tables import metadata
from agent.records.migrations import VERSION_TABLE


def ours(name: str | None, kind: str, parents: object) -> bool:
    """Return whether a table is one of the records: DBOS keeps its own beside them."""
    return kind != "table" or name in metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_name=ours,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
