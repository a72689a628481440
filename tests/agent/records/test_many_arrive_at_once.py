"""Signals taken in together leave the very rows that they leave one after the other."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from agent.case.conflict import Conflict, Criticality, Signal
from agent.case.ruling import Settlement
from agent.records.arrivals import Arrived, Received, receive_all
from agent.records.audit import AuditTrail
from agent.records.cases import end_turn
from agent.records.database import FILE, Database
from agent.records.gates import Collected, Turn
from agent.records.outcomes import Outcome, settle
from agent.records.postings import NewPosting, intend, send
from agent.records.states import How
from tools.sandbox.clock import OPENING

TABLES = ("inbox", "cases", "turns", "gates", "dead_letters", "outbox", "audit")

keys = st.dictionaries(st.sampled_from(["order", "material"]), st.sampled_from("12"), max_size=2)


@st.composite
def conflicts(draw: st.DrawFn) -> Conflict:
    """Draw a conflict about one of few objects, so that some meet at a gate."""
    plant = draw(st.sampled_from(["1010", "1020"]))
    about = draw(st.sampled_from(["1", "2", " 3", "4" * 201]))
    kind = draw(st.sampled_from(["materials/stock_deficit", "production/order_status"]))
    named, criticality = draw(keys), draw(st.sampled_from(Criticality))
    return Conflict(kind, plant, f"{plant}/order/{about}", named, criticality)


@st.composite
def arrivals(draw: st.DrawFn) -> Arrived:
    """Draw a signal: understood or not, of a few names so that some come twice."""
    source = draw(st.sampled_from(["/dm/1010", "/dm/\x00", "/dm/\ufffd"]))
    name = draw(st.sampled_from(["a", "b", "c", "d", "e", "\ud800", "l" * 201]))
    body = {"id": name, "about": draw(st.integers(0, 2))}
    conflict = draw(st.none() | conflicts())
    plant = conflict.plant if conflict else "1010"
    signal = Signal(name, source, "concord.test", OPENING, plant, {})
    return Arrived(
        source,
        name,
        body,
        draw(st.sampled_from([signal, signal, signal, None])),
        conflict,
        draw(st.sampled_from([None, None, None, "It names nothing."])),
        correlation=draw(st.sampled_from([None, "r1", "r2"])),
    )


groups = st.lists(st.lists(arrivals(), min_size=1, max_size=8), min_size=1, max_size=3)


def left_by(
    tables: Path, groups: Sequence[Sequence[Arrived]], together: bool
) -> tuple[list[Received], Any, Any]:
    """Take groups in, and leave the case of the first turn after each to a person.

    Return the answers, turns and rows.
    """
    with TemporaryDirectory() as folder:
        shutil.copy(tables, Path(folder) / FILE)
        database, started = Database.of_home(Path(folder)), Collected()
        received = list[Received]()
        for number, group in enumerate(groups):
            at = OPENING + timedelta(minutes=number)
            for part in [group] if together else [[one] for one in group]:
                with database.write() as session:
                    received += receive_all(session, part, started, at)
            if number < len(started.turns):
                with database.write() as session:
                    _leave_to_a_person(session, started.turns[number], number % 2 == 0, at)
                    end_turn(session, started.turns[number].id, started, at)
        with database.read() as session:
            rows = {
                table: session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()
                for table in TABLES
            }
        assert AuditTrail(database).verify() == []
        database.dispose()
        return received, started.turns, rows


def _leave_to_a_person(session: Session, turn: Turn, in_doubt: bool, at: datetime) -> None:
    """End a case without a correction, with or without a posting nobody knows about."""
    settle(session, Outcome(turn.case, Settlement.UNSETTLED, None, None), at)
    if in_doubt:
        key = f"k-{turn.id}"
        intend(session, NewPosting(key, turn.case, "k", 0, "erp", key, True, {}, None), at)
        send(session, key, at)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(groups=groups)
def test_together_is_one_after_the_other(
    file_with_tables: Path, groups: list[list[Arrived]]
) -> None:
    together = left_by(file_with_tables, groups, together=True)
    assert together == left_by(file_with_tables, groups, together=False)


def test_all_that_can_become_of_a_signal_happens_in_one_group(file_with_tables: Path) -> None:
    about = Conflict("materials/stock_deficit", "1010", "1010/order/1", {"order": "1"})
    more = Conflict("production/order_status", "1010", "1010/order/1", {"order": "1"})

    def arrived(name: str, conflict: Conflict | None, refusal: str | None = None) -> Arrived:
        signal = Signal(name, "/dm/1010", "concord.test", OPENING, "1010", {})
        return Arrived("/dm/1010", name, {"id": name}, signal, conflict, refusal)

    group = [
        arrived("a", about),
        arrived("b", about),
        arrived("c", more),
        arrived("a", about),
        arrived("d", None, "It names nothing."),
        arrived("d", None, "It names nothing."),
        arrived("e", None),
    ]
    received, turns, _ = left_by(file_with_tables, [group], together=True)
    assert [one.how for one in received] == [
        How.NEW,
        How.ATTACHED,
        How.PARKED,
        How.DUPLICATE,
        How.DEAD,
        How.DUPLICATE,
        How.NEW,
    ]
    assert received[0].case == received[1].case == received[3].case
    assert received[4].dead_letter == received[5].dead_letter is not None
    ran = [turn.case for turn in turns]  # the second had its turn when the first one ended
    assert ran == [received[0].case, received[6].case, received[2].case]


def test_what_arrives_is_looked_up_by_name_however_many_lie_there(file_with_tables: Path) -> None:
    """SQLite reads whole tables where it is asked clumsily, and more of them for many at once."""
    asked = list[tuple[str, Any]]()
    database = Database(f"sqlite:///{file_with_tables}")

    def listen(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        asked.append((statement, given))

    event.listen(database.engine, "before_cursor_execute", listen)
    signals = list[Arrived]()
    for number in map(str, range(64)):
        about = Conflict("materials/stock_deficit", "1010", f"1010/order/{number}", {})
        signal = Signal(number, "/dm/1010", "concord.test", OPENING, "1010", {})
        signals.append(Arrived("/dm/1010", number, {"id": number}, signal, about))
    with database.write() as session:
        receive_all(session, signals, Collected(), OPENING)
        reads = [(said, given) for said, given in asked if said.startswith("SELECT")]
        plans = [
            (row[3], said)
            for said, given in reads
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)
        ]
        session.rollback()
    database.dispose()
    found = [said for plan, said in plans if "object=?" in plan or "source=? AND signal=?" in plan]
    assert [len(reads), len(found)] == [4, 3]
    rest = [plan for plan, said in plans if said not in found]
    assert rest == ["SCAN audit USING INDEX sqlite_autoindex_audit_1"]  # from its end, one row
