import json
from datetime import timedelta, timezone
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from agent.records import migrations
from agent.records.canonical import canonical
from agent.records.columns import storable
from agent.records.database import Database, NestedWrite
from agent.records.guards import Unguarded
from agent.records.migrations import HEAD, VERSION_TABLE, Newer, upgrade
from agent.records.outbox import Notice, due, put
from agent.records.tables import CaseRow, GateRow, metadata_of_records
from tools.sandbox.clock import OPENING as T0

DBOS_TABLES = {
    "notifications",
    "queues",
    "streams",
    "operation_outputs",
    "application_versions",
    "dbos_migrations",
    "checkpoints",
    "writes",
}


def test_the_migrations_lead_to_exactly_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {"target_metadata": metadata_of_records, "version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata_of_records) == []


def test_upgrading_twice_is_upgrading_once(database: Database) -> None:
    upgrade(database.engine)
    with database.engine.connect() as connection:
        assert migrations.version(connection) == HEAD


def test_the_latest_version_is_the_one_among_the_files() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_heads() == [HEAD]


def test_two_that_upgrade_at_once_make_one_history(empty: Database) -> None:
    others = [Thread(target=upgrade, args=(empty.engine,)) for _ in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    with empty.engine.connect() as connection:
        assert migrations.version(connection) == HEAD


def test_tables_of_others_in_the_same_database_are_left_alone(empty: Database) -> None:
    with empty.write() as session:
        session.execute(text("CREATE TABLE workflow_status (workflow_uuid TEXT)"))
    upgrade(empty.engine)
    with empty.engine.connect() as connection:
        assert inspect(connection).has_table("workflow_status")


def test_no_table_bears_the_name_of_another_library_s() -> None:
    ours = set(metadata_of_records.tables)
    assert ours & DBOS_TABLES == set()
    assert [name for name in ours if name.startswith("workflow_")] == []


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.write() as session:
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(Newer, match="9999"):
        upgrade(database.engine)


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_audit_refuses_to_be_changed(database: Database, change: str) -> None:
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO audit (sequence, at, who, what, details, previous, hash) "
                "VALUES (1, '', '', '', '{}', '', '')"
            )
        )
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(change))


def test_postgresql_refuses_to_empty_the_audit(empty_postgresql: str) -> None:
    database = Database(empty_postgresql)
    upgrade(database.engine)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text("TRUNCATE audit"))
    database.dispose()


def test_a_start_without_guards_is_refused(database: Database) -> None:
    on = "" if database.dialect == "sqlite" else " ON audit"
    with database.write() as session:
        session.execute(text(f"DROP TRIGGER audit_no_update{on}"))
    with pytest.raises(Unguarded, match="audit_no_update"):
        upgrade(database.engine)


def test_a_trigger_that_is_switched_off_guards_nothing(empty_postgresql: str) -> None:
    database = Database(empty_postgresql)
    upgrade(database.engine)
    with database.write() as session:
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER audit_no_update"))
    with pytest.raises(Unguarded):
        upgrade(database.engine)
    database.dispose()


def test_sqlite_is_set_to_survive_a_power_failure(tmp_path: Path) -> None:
    database = Database.of_home(tmp_path / "new" / "home")
    with database.read() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 30_000,
        "foreign_keys": 1,
    }
    database.dispose()


def test_what_is_held_while_a_database_is_closed_is_closed_when_it_is_let_go_of(
    database: Database,
) -> None:
    with database.read() as session:
        held: Any = session.connection().connection.driver_connection
        database.dispose()
        session.execute(text("SELECT 1"))
    with pytest.raises(Exception, match="closed"):
        held.execute("SELECT 1")
    with database.read() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_a_write_inside_a_write_is_refused_at_once(database: Database) -> None:
    with database.write(), pytest.raises(NestedWrite), database.write():
        pass


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    def halfway() -> None:
        with database.write() as session:
            session.add(GateRow(object="1010/order/1"))
            session.flush()
            raise ConnectionError("halfway")

    with pytest.raises(ConnectionError):
        halfway()
    with database.read() as session:
        assert session.get(GateRow, "1010/order/1") is None


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    writing, finish = Event(), Event()

    def write() -> None:
        with database.write() as session:
            session.add(GateRow(object="1010/order/1"))
            session.flush()
            writing.set()
            finish.wait(10)

    writer = Thread(target=write)
    writer.start()
    writing.wait(10)
    with database.read() as session:
        assert session.get(GateRow, "1010/order/1") is None
    finish.set()
    writer.join()


def test_decimals_and_times_come_back_as_they_went_in(database: Database) -> None:
    value = Decimal("99999999999999999.999000000000000000001")
    local = T0.astimezone(timezone(timedelta(hours=5)))
    with database.write() as session:
        session.add(_case(value=value, opened_at=local))
    with database.read() as session:
        row = session.get_one(CaseRow, "c-1")
        assert str(row.value) == str(value)
        assert row.opened_at == T0
        assert row.opened_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="no time zone"), database.write() as session:
        session.add(_case(opened_at=T0.replace(tzinfo=None)))


def test_text_no_database_can_store_is_made_storable(database: Database) -> None:
    with database.write() as session:
        session.add(_case(why="a\x00b\ud800c", signal={"text": "a\x00b\ud800c"}))
    with database.read() as session:
        row = session.get_one(CaseRow, "c-1")
        assert row.why == storable("a\x00b\ud800c") == "a\ufffdb\ufffdc"
        assert row.signal == {"text": "a\x00b\ud800c"}


def test_notices_are_sent_in_order_when_they_are_due(database: Database) -> None:
    with database.write() as session:
        put(session, Notice("asked", "c-1"), T0, T0 + timedelta(hours=1))
        put(session, Notice("dead", "c-2"), T0)
    with database.read() as session:
        assert [notice.topic for notice in due(session, T0)] == ["dead"]
        later = due(session, T0 + timedelta(hours=2))
        assert [notice.topic for notice in later] == ["dead", "asked"]


def test_the_address_of_postgresql_may_name_no_driver() -> None:
    assert Database("postgresql://ada:secret@db/concord").url == (
        "postgresql+psycopg://ada:secret@db/concord"
    )


@pytest.mark.parametrize(
    ("number", "spelt"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-6, "0.000001"),
        (1.5e-7, "1.5e-7"),
        (1e21, "1e+21"),
        (123456789012345680000.0, "123456789012345680000"),
        (5e-324, "5e-324"),
        (333333333.33333329, "333333333.3333333"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_numbers_have_one_spelling(number: float, spelt: str) -> None:
    assert canonical(number) == spelt


def test_fields_stand_in_the_order_of_their_utf_16() -> None:
    names = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}
    assert [canonical(names)[i] for i in (1, 2)] == ['"', "\\"]
    assert list(canonical(names).replace(",", "").translate({34: None})) == list(
        "{\\r:21:4\x80:6\xf6:7\u20ac:1\U0001f600:5\ufb33:3}"
    )


@pytest.mark.parametrize(
    "value",
    [
        {"b": [1, None, True, 10**30], "a": {"z": {}, "y": []}},
        {"quoted": '"\\/\b\f\n\r\t\x1f\x7f\u2028', "größer": "ß€"},
        {"\ufb33": 1, "\U0001f600": 2},
        "\ud800",
    ],
)
def test_a_value_is_spelt_the_same_beside_whatever_else(value: Any) -> None:
    """A fraction is what Python's own encoder spells otherwise: beside one it is not asked."""
    assert canonical([value, 0.5]) == f"[{canonical(value)},0.5]"
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize("value", [Decimal(1), float("nan"), {1: 2}, b"x", object()])
def test_what_is_no_json_has_no_spelling(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def _case(**fields: Any) -> CaseRow:
    given: dict[str, Any] = {
        "id": "c-1",
        "plant": "1010",
        "object": "1010/order/1",
        "status": "open",
        "criticality": "normal",
        "urgency": 2,
        "signal": {},
        "opened_at": T0,
        "changed_at": T0,
    }
    return CaseRow(**{**given, **fields})
