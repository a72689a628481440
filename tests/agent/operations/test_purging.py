"""Old cases go, with every name and text; the audit still verifies, and documents lead to it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import col
from typer.testing import CliRunner

from agent.arrival import arrive
from agent.bootstrap import Machinery
from agent.case.conflict import Conflict, Signal
from agent.case.ruling import Settlement
from agent.commands.audit import app as audit
from agent.intake import EARLIEST
from agent.plain import load
from agent.purging import Purger
from agent.records.all_tables import metadata
from agent.records.audit import MACHINE, PURGED, AuditTrail, Entry, append
from agent.records.cases import CaseStatus
from agent.records.database import Database
from agent.records.guards import lowered
from agent.records.migrations import upgrade
from agent.records.seal import Seal
from agent.records.tables import AuditRow, CaseRow, PostingRow
from agent.records.texts import Asked, asked
from tests.agent.dispatch.deficits import Deficit
from tests.agent.dispatch.turns import NOW
from tests.agent.operations.years import approved, at_rest, deficits, told, working, wrong, years
from tools.sandbox.world import World

KEPT = timedelta(days=365)
PERSON, WORDS = "clara", "Deficit of stock"


async def test_a_purged_case_leaves_its_documents_and_a_chain_that_holds(tmp_path: Path) -> None:
    here = years(tmp_path)
    async with here.concord() as running:
        old, waits = await deficits(running, here.world, 2)
        case, waiting = await _settled_and_waiting(running, here.world, old, waits)
        trail = AuditTrail(running.database, Seal(running.settings.home))
        now = here.world.clock.now()
        checkpoint = trail.checkpoint(now)
        document = _document(running, case)
        assert WORDS in _everything(running, case)
        before = _hashes(running)
        assert await running.precedents.similar(*_like(running, case), 5) != []

        await _purged_when_due(running, now)
        left = _everything(running, case)
        assert PERSON not in left
        assert WORDS not in left
        assert document in left
        assert _hashes(running)[: len(before)] == before
        assert trail.verify([checkpoint]) == []
        assert running.precedents.mend() == 1
        assert running.precedents.drift() == []
        async with working(running):
            assert await at_rest(running, waiting) is CaseStatus.WAITING
            again = await arrive(old.raw, running, lambda session, turns: None)
            assert (again.how.value, again.case, again.dead_letter) == ("duplicate", None, None)
            much_later = _purger(running, now + EARLIEST + timedelta(days=1))
            assert (await much_later.purge()).signals == 1  # it would be refused as too old by now
            await approved(running, waiting)
            assert await at_rest(running, waiting) is CaseStatus.SETTLED
        assert wrong(here.world, old, waits) == []
        _no_other_emptying_goes_unseen(running, waiting)


async def _settled_and_waiting(
    running: Machinery, world: World, old: Deficit, waits: Deficit
) -> tuple[str, str]:
    """Bring one case to its end, with what a model was sent, and one before a person."""
    async with working(running):
        case, waiting = await told(running, old), await told(running, waits)
        await at_rest(running, case)
        await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.SETTLED
        await at_rest(running, waiting)
        with running.database.write() as session:
            said = Asked("openai:m", case, {}, {"sent": WORDS}, days=9999)
            asked(session, said, world.clock.now())
    return case, waiting


async def _purged_when_due(running: Machinery, now: datetime) -> None:
    """Purge a day too early, and a day later; what waits for a person is not due, however old."""
    early = _purger(running, now + KEPT - timedelta(days=1))
    assert early.due() == {"1010": 0}
    first = await early.purge()
    assert (first.cases, first.workflows) == (0, 3)  # two signals and a decision
    due = _purger(running, now + KEPT + timedelta(days=1))
    assert due.due() == {"1010": 1}
    gone = await due.purge()
    assert gone.cases == 1
    assert gone.entries > 5


def _no_other_emptying_goes_unseen(running: Machinery, case: str) -> None:
    """Empty an entry no purge speaks of, and change what a purge said of itself."""
    unasked = "details = '{\"purged\":1}', who = '(purged)' WHERE what = 'remedy pinned'"
    assert "was emptied, and no purge says so" in _tampered(
        running, f"UPDATE audit SET {unasked} AND case_id = '{case}'"
    )
    assert "does not say what it said when it was written" in _tampered(
        running,
        "UPDATE audit SET details = replace(details, '1010', '2020') WHERE what = 'case purged'",
    )


def test_a_document_of_a_purged_case_still_leads_somewhere(concord_home: Path) -> None:
    database = Database.of_home(concord_home)
    upgrade(database.engine)
    paper = {"key": "k", "kind": "post_movement", "system": "erp", "document": "4900000001/2026"}
    about = {"kind": "materials/stock_deficit", "object": "1010/order/1", "documents": [paper]}
    ended = {"settlement": Settlement.CORRECTED.value, "settled_at": "2026-03-17T08:00:00"}
    with database.write() as session:
        entry = Entry(MACHINE, PURGED, "c-1", details={**about, **ended, "entries": []})
        append(session, entry, datetime.fromisoformat("2028-01-01T00:00:00+00:00"))
    database.dispose()
    ran = CliRunner().invoke(audit, ["trace", "4900000001/2026"])
    assert ran.output.startswith("purged    c-1 materials/stock_deficit 1010/order/1: corrected on")
    assert "4900000001/2026 in erp" in ran.output


def _tampered(running: Machinery, change: str) -> set[str]:
    """Return what an audit says after its guard was taken away and something changed."""
    with running.database.write() as session:
        session.execute(text("DROP TRIGGER IF EXISTS audit_no_update"))
        session.connection().exec_driver_sql(change)
    return {one.what for one in AuditTrail(running.database).verify()}


def _purger(running: Machinery, at: datetime) -> Purger:
    plants = {code: one.plant for code, one in running.plants.items()}
    return Purger(running.database, plants, running.advance, lambda: at, lambda: 0.0)


def _document(running: Machinery, case: str) -> str:
    with running.database.read() as session:
        rows = session.scalars(
            select(col(PostingRow.document)).where(
                col(PostingRow.case_id) == case, col(PostingRow.document).is_not(None)
            )
        )
        return str(rows.first())


def _everything(running: Machinery, case: str) -> str:
    """Return all values of all rows that have to do with a case."""
    found = list[str]()
    with running.database.read() as session:
        for table in metadata.sorted_tables:
            for name in ("case_id", "id"):
                if name in table.columns and (name == "case_id" or table.name == "cases"):
                    query = text(f"SELECT * FROM {table.name} WHERE {name} = :case")
                    found += [str(row) for row in session.execute(query, {"case": case})]
    return "\n".join(found)


def _hashes(running: Machinery) -> list[str]:
    with running.database.read() as session:
        return list(session.scalars(select(col(AuditRow.hash)).order_by(col(AuditRow.sequence))))


def _like(running: Machinery, case: str) -> tuple[Any, Any, Any]:
    with running.database.read() as session:
        row = session.get_one(CaseRow, case)
        return load(Conflict, row.conflict), load(Signal, row.signal), {}


def test_on_postgresql_the_guard_is_down_for_the_purge_alone(empty_postgresql: str) -> None:
    database = Database(empty_postgresql)
    upgrade(database.engine)
    with database.write() as session:
        append(session, Entry("anna", "decided", "c-1"), NOW)
    emptying = text("UPDATE audit SET who = '(purged)'")
    with database.write() as session, lowered(session.connection()):
        session.execute(emptying)
    with pytest.raises(DatabaseError, match="append-only"), database.write() as session:
        session.execute(emptying)
    database.dispose()
