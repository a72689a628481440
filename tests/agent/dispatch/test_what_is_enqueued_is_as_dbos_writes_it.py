"""Written as sets, DBOS's rows are the very rows that it writes one by one."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, cast

from dbos import DBOSClient, EnqueueOptions
from dbos._serialization import DBOSPortableJSONSerializer
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from agent.dispatch.enqueue import DurableEnqueuer
from agent.dispatch.sets import Sets
from agent.records.database import Database

OWN = {"created_at", "updated_at", "creator_xid", "delay_until_epoch_ms", "retention_timestamp"}
"""What no two rows have in common, whoever writes them."""

Way = Callable[[Session], AbstractContextManager[Connection]]


@contextmanager
def one_by_one(session: Session) -> Generator[Connection]:
    yield session.connection()


def rows_of(database: Database, way: Way) -> Sequence[Any]:
    DurableEnqueuer(database).close()  # which makes DBOS's tables
    serializer = DBOSPortableJSONSerializer()
    client = DBOSClient(system_database_url=database.url, serializer=serializer, lazy=True)

    def start(connection: Connection, name: str, *given: str | None, **more: Any) -> None:
        named = {"workflow_name": "turn", "queue_name": "cases", "workflow_id": name}
        queued = cast(EnqueueOptions, {**named, "app_version": "1", "priority": 2, **more})
        client.enqueue_in_transaction(connection, queued, *given)

    with database.write() as session:
        with way(session) as connection:
            start(connection, "s-1", "c-1", None)
            start(connection, "s-1", "c-2", None)
            start(connection, "d-1", "größer", "d-1")
        with way(session) as connection:
            start(connection, "s-1", "c-3", None)
            start(connection, "d-2", "c-1", "d-2", attributes={"plant": "1010"})
            start(connection, "s-1~1", "c-1", None, delay_seconds=60.0)
    client.destroy()
    found = list[Any]()
    with database.read() as session:
        for table in ("workflow_status", "workflow_input"):
            rows = session.execute(text(f"SELECT * FROM {table} ORDER BY workflow_uuid"))
            found += [{k: v for k, v in row.items() if k not in OWN} for row in rows.mappings()]
    database.dispose()
    return found


def test_sets_leave_the_same_rows(tmp_path: Path) -> None:
    ours = rows_of(Database.of_home(tmp_path / "ours"), Sets().written)
    theirs = rows_of(Database.of_home(tmp_path / "theirs"), one_by_one)
    assert len(ours) == 8
    assert ours == theirs
