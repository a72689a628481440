"""From a SQLite file to PostgreSQL: nothing changes but the place, and nothing is posted twice."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from typer.testing import CliRunner

from agent.bootstrap import Machinery
from agent.commands.migrate import app
from agent.dispatch.owner import CannotRun, owning
from agent.moving import CannotMove, move
from agent.records.audit import MACHINE, AuditTrail, Entry, append
from agent.records.cases import CaseStatus
from agent.records.copying import counts
from agent.records.database import FILE, Database
from agent.records.migrations import HEAD, Moved, upgrade
from agent.records.seal import Seal
from tests.agent.dispatch.turns import NOW
from tests.agent.operations.years import (
    approved,
    at_rest,
    deficits,
    told,
    working,
    wrong,
    years,
)


async def test_an_approval_that_waited_in_the_file_posts_once_from_postgresql(
    tmp_path: Path, empty_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = years(tmp_path)
    async with here.concord() as running:
        waits, comes, done = await deficits(running, here.world, 3)
        async with working(running):
            settled = await told(running, done)
            await at_rest(running, settled)
            await approved(running, settled)
            assert await at_rest(running, settled) is CaseStatus.SETTLED
            waiting = await told(running, waits)
            assert await at_rest(running, waiting) is CaseStatus.WAITING
        coming = await told(running, comes)  # taken in, and nobody has looked at it yet
        before = await _audit(running)
    file = tmp_path / "home" / FILE

    monkeypatch.setenv("CONCORD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONCORD_DATABASE_URL", empty_postgresql)
    ran = await asyncio.to_thread(CliRunner().invoke, app, ["--from", str(file)])
    assert (ran.exit_code, "were moved, and proved" in ran.output) == (0, True), ran.output

    with pytest.raises(Moved, match="CONCORD_DATABASE_URL"):
        upgrade(Database(f"sqlite:///{file}").engine)
    async with here.concord(url=empty_postgresql) as running, working(running):
        assert (await _audit(running))[: len(before)] == before
        assert await at_rest(running, coming) is CaseStatus.WAITING
        for case in (waiting, coming):
            await approved(running, case)
            assert await at_rest(running, case) is CaseStatus.SETTLED
        assert AuditTrail(running.database, Seal(tmp_path / "home")).verify() == []
    assert wrong(here.world, waits, comes, done) == []


def test_a_file_that_was_moved_takes_nothing_any_more(
    tmp_path: Path, empty_postgresql: str
) -> None:
    file, target = _file(tmp_path), Database(empty_postgresql)
    left_open = Database(file.url)
    assert move(file, target, tmp_path).entries == 3
    with pytest.raises(DatabaseError, match="moved to another database"), left_open.write() as late:
        append(late, Entry("anna", "too late"), NOW)
    for one in (file, target, left_open):
        one.dispose()


def test_what_was_broken_off_is_run_again(tmp_path: Path, empty_postgresql: str) -> None:
    file, target = _file(tmp_path), Database(empty_postgresql)
    move(file, target, tmp_path)
    _reopen(file)  # as if the process had died between the two commits
    assert move(file, target, tmp_path).again
    _reopen(file)
    with file.write() as session:
        append(session, Entry(MACHINE, "something else"), NOW)
    with pytest.raises(CannotMove, match="holds other records"):
        move(file, target, tmp_path)
    file.dispose()
    target.dispose()


def test_nothing_is_moved_while_a_worker_runs(tmp_path: Path, empty_postgresql: str) -> None:
    file, target = _file(tmp_path), Database(empty_postgresql)
    with owning(tmp_path, "local"), pytest.raises(CannotRun, match="a worker runs"):
        move(file, target, tmp_path)
    upgrade(target.engine)
    with target.read() as session:
        assert not any(counts(session).values())
    file.dispose()
    target.dispose()


def test_a_broken_audit_is_not_moved(tmp_path: Path, empty_postgresql: str) -> None:
    file, target = _file(tmp_path), Database(empty_postgresql)
    with file.write() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("UPDATE audit SET who = 'nobody' WHERE sequence = 2"))
        session.execute(
            text(
                "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
        )
    with pytest.raises(CannotMove, match="entry 2"):
        move(file, target, tmp_path)
    file.dispose()
    target.dispose()


def test_without_a_file_the_database_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))
    for _ in range(2):
        ran = CliRunner().invoke(app, ["--json"])
        assert ran.output.strip() == f'{{"version": "{HEAD}", "moved": null}}'
    refused = CliRunner().invoke(app, ["--from", str(tmp_path / "none.db")])
    assert (refused.exit_code, "there is no file" in refused.output) == (1, True)


def _file(home: Path) -> Database:
    """Records with three entries of the audit."""
    database = Database.of_home(home)
    upgrade(database.engine)
    with database.write() as session:
        for name in ("one", "zwei – ü", "three"):
            append(session, Entry(MACHINE, name, details={"n": name, "x": 0.1}), NOW)
    return database


def _reopen(file: Database) -> None:
    with file.write() as session:
        session.execute(text("DROP TRIGGER audit_closed"))
        session.execute(text("UPDATE concord_version SET version_num = :head"), {"head": HEAD})


async def _audit(running: Machinery) -> list[str]:
    with running.database.read() as session:
        return list(session.scalars(text("SELECT hash FROM audit ORDER BY sequence")))
