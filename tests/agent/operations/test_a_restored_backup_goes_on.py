"""A backup is restored to a moment that is past: nothing is posted again, and the audit holds."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlmodel import col
from typer.testing import CliRunner

from agent.backup import MARK, back_up, taken_up
from agent.bootstrap import Machinery
from agent.commands.backup import app
from agent.commands.restored import app as restored_app
from agent.records.audit import AuditTrail, Entry, append
from agent.records.cases import CaseStatus
from agent.records.database import FILE, Database
from agent.records.migrations import upgrade
from agent.records.postings import NewPosting, PostingState, intend
from agent.records.restored import RESTORED, look, note
from agent.records.seal import CHECKPOINTS_FILE, EVERY, KEY_FILE, Seal
from agent.records.tables import AuditRow
from agent.settings import Settings
from benchmarks._postgres import binaries, new_database
from tests.agent.dispatch.deficits import settings_of
from tests.agent.dispatch.turns import NOW
from tests.agent.operations.years import (
    approved,
    at_rest,
    deficits,
    settled,
    told,
    working,
    wrong,
    years,
)
from tools.sandbox.app import plant_doors
from tools.sandbox.transport import WorldTransport

POSTING = "A_MaterialDocumentHeader"
DUMP = "records.dump"


class Witness(httpx.AsyncBaseTransport):
    """The way to the plant; does something at the first posting, before the ERP has it."""

    def __init__(self) -> None:
        self.way: httpx.AsyncBaseTransport | None = None
        self.act: Callable[[], object] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self.way is not None
        if request.method == "POST" and POSTING in request.url.path and self.act is not None:
            act, self.act = self.act, None
            act()
        return await self.way.handle_async_request(request)


async def test_a_posting_that_was_under_way_is_found_by_its_reference(tmp_path: Path) -> None:
    witness = Witness()
    here = years(tmp_path, witness)
    witness.way = WorldTransport(here.world, plant_doors())
    settings = settings_of(tmp_path / "home", tmp_path / "plants")
    async with here.concord() as running, working(running):
        [deficit] = await deficits(running, here.world, 1)
        case = await told(running, deficit)
        await at_rest(running, case)
        witness.act = lambda: back_up(settings, tmp_path / "under-way", NOW)
        await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.SETTLED
        [document] = await _documents(running, case)
    async with here.concord("under-way") as restored:
        [posting] = [
            one for one in await restored.postings.of_case(case) if one.kind == "post_movement"
        ]
        assert posting.state is PostingState.SENDING
        async with working(restored):
            assert await at_rest(restored, case) is CaseStatus.SETTLED
        assert await _documents(restored, case) == [document]
        assert AuditTrail(restored.database, Seal(tmp_path / "under-way")).verify() == []
    assert wrong(here.world, deficit) == []


async def test_a_dump_of_postgresql_goes_on_as_well(tmp_path: Path, postgresql: str) -> None:
    witness = Witness()
    here = years(tmp_path, witness)
    witness.way = WorldTransport(here.world, plant_doors())
    with new_database(postgresql) as url, new_database(postgresql) as empty:
        settings = settings_of(tmp_path / "home", tmp_path / "plants", url)
        async with here.concord(url=url) as running, working(running):
            under_way, waits = await deficits(running, here.world, 2)
            cases = [await told(running, deficit) for deficit in (under_way, waits)]
            for case in cases:
                assert await at_rest(running, case) is CaseStatus.WAITING
            AuditTrail(running.database, Seal(settings.home)).checkpoint(here.world.clock.now())
            witness.act = lambda: _dumped(settings, tmp_path)
            await approved(running, cases[0])
            assert await at_rest(running, cases[0]) is CaseStatus.SETTLED
            documents = await _documents(running, cases[0])
        _postgres("pg_restore", "--exit-on-error", "--dbname", empty, str(tmp_path / DUMP))
        async with here.concord("under-way", url=empty) as restored, working(restored):
            assert await at_rest(restored, cases[0]) is CaseStatus.SETTLED
            assert await _documents(restored, cases[0]) == documents
            assert await at_rest(restored, cases[1]) is CaseStatus.WAITING
            await approved(restored, cases[1])
            assert await at_rest(restored, cases[1]) is CaseStatus.SETTLED
            assert AuditTrail(restored.database, Seal(tmp_path / "under-way")).verify() == []
    assert len(documents) == 1
    assert wrong(here.world, under_way, waits) == []


async def test_a_question_that_was_answered_since_is_asked_again_and_posts_nothing(
    tmp_path: Path,
) -> None:
    here = years(tmp_path)
    settings = settings_of(tmp_path / "home", tmp_path / "plants")
    async with here.concord() as running, working(running):
        [deficit] = await deficits(running, here.world, 1)
        case = await told(running, deficit)
        await at_rest(running, case)
        AuditTrail(running.database, Seal(settings.home)).checkpoint(here.world.clock.now())
        back_up(settings, tmp_path / "before", NOW)
        await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.SETTLED
    settled(here.world)
    async with here.concord("before") as restored, working(restored):
        assert await at_rest(restored, case) is CaseStatus.WAITING
        await approved(restored, case)
        assert await at_rest(restored, case) is not CaseStatus.WAITING
        assert await _documents(restored, case) == []
        assert AuditTrail(restored.database, Seal(tmp_path / "before")).verify() == []
    assert wrong(here.world, deficit) == []


async def test_what_may_have_been_posted_is_looked_for_before_it_is_sent(tmp_path: Path) -> None:
    """An action whose facts do not move is not sent again either: a task, a message, a posting."""
    here = years(tmp_path)
    async with here.concord() as running:
        [deficit] = await deficits(running, here.world, 1)
        case = await told(running, deficit)
        now = here.world.clock.now
        with running.database.write() as session:
            early = intend(session, _posting(case, "early"), now())
            here.world.clock.advance(1)
            note(session, "test", {}, now())
            later = intend(session, _posting(case, "later"), now())
            armed = intend(session, _posting(case, "early"), now())
            fresh = intend(session, _posting("c-unknown", "fresh"), now())
    assert early.state is PostingState.INTENDED
    assert {later.state, armed.state} == {PostingState.UNKNOWN}
    assert fresh.state is PostingState.INTENDED


async def test_whichever_home_starts_first_knows_that_postgresql_was_restored(
    tmp_path: Path, postgresql: str
) -> None:
    here = years(tmp_path)
    with new_database(postgresql) as url, new_database(postgresql) as empty:
        settings = settings_of(tmp_path / "home", tmp_path / "plants", url)
        async with here.concord("home", url=url) as first, here.concord("other", url=url):
            [deficit] = await deficits(first, here.world, 1)
            case = await told(first, deficit)
            _dumped(settings, tmp_path)
            await first.postings.intend(_posting(case, "of the case"))
            assert _noted(first.database) == 0
        _postgres("pg_restore", "--exit-on-error", "--dbname", empty, str(tmp_path / DUMP))
        here.world.clock.advance(1)
        async with here.concord("other", url=empty) as restored:
            posting = await restored.postings.intend(_posting(case, "of the case"))
            assert posting.state is PostingState.UNKNOWN
        async with here.concord("home", url=empty) as restored:
            assert _noted(restored.database) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_home_knows_that_the_end_it_has_signed_is_gone(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("empty_postgresql") if kind == "postgresql" else None
    database = Database.of_home(tmp_path, url)
    upgrade(database.engine)
    home, other = tmp_path / "home", tmp_path / "other"
    with database.write() as session:
        append(session, Entry("ada", "decided"), NOW)
    assert [taken_up(one, database, NOW) for one in (home, other)] == [False, False]
    AuditTrail(database, Seal(other)).checkpoint(NOW)
    Seal(home).sign(100, "0" * 64, NOW)
    assert [taken_up(one, database, NOW) for one in (other, home, home, other)] == [
        False,
        True,
        False,
        False,
    ]
    assert (_noted(database), AuditTrail(database).verify()) == (1, [])
    after = Seal(home).kept()[-1].sequence
    assert [Seal(home).due(after + more) for more in (EVERY - 1, EVERY)] == [False, True]
    database.dispose()


def test_a_server_that_does_not_say_where_it_is_can_be_worked_on(
    empty_postgresql: str, caplog: pytest.LogCaptureFixture
) -> None:
    owner = Database(empty_postgresql)
    upgrade(owner.engine)
    with owner.engine.begin() as connection:
        connection.exec_driver_sql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        connection.exec_driver_sql("CREATE ROLE tenant")
        connection.exec_driver_sql("GRANT SELECT ON audit TO tenant")
    owner.dispose()
    tenant = Database(f"{empty_postgresql}&options=-crole%3Dtenant")
    assert look(tenant, [], NOW) is False
    assert "a restore of this server will not be noticed" in caplog.text
    tenant.dispose()


def test_somebody_may_say_that_records_were_restored(concord_home: Path) -> None:
    ran = CliRunner().invoke(restored_app, ["--as", "ada", "--reason", "of Tuesday"])
    assert ran.exit_code == 0, ran.output
    database = Database.of_home(concord_home)
    assert _noted(database) == 1
    database.dispose()


def _noted(database: Database) -> int:
    with database.read() as session:
        query = select(col(AuditRow.sequence)).where(col(AuditRow.what) == RESTORED)
        return len(session.scalars(query).all())


def test_a_backup_holds_what_cannot_be_made_again(concord_home: Path, tmp_path: Path) -> None:
    database = Database.of_home(concord_home)
    upgrade(database.engine)
    Seal(concord_home).sign(0, "0" * 64, NOW)
    for name in ("chroma", "plants"):
        (concord_home / name).mkdir()
    (concord_home / "checkpoints.db").touch()
    ran = CliRunner().invoke(app, [str(tmp_path / "copy")])
    assert ran.exit_code == 0, ran.output
    found = {one.name for one in (tmp_path / "copy").iterdir()}
    assert found == {FILE, KEY_FILE, CHECKPOINTS_FILE, MARK, "plants"}
    again = CliRunner().invoke(app, [str(tmp_path / "copy")])
    assert (again.exit_code, "holds something already" in again.output) == (1, True)
    database.dispose()


async def _documents(running: Machinery, case: str) -> list[str | None]:
    return [
        one.document
        for one in await running.postings.of_case(case)
        if one.kind == "post_movement" and one.document is not None
    ]


def _dumped(settings: Settings, folder: Path) -> None:
    """Back up as docs/operations.md says: the folder first, then the records."""
    back_up(settings, folder / "under-way", NOW)
    _postgres("pg_dump", "--format", "custom", "--file", str(folder / DUMP), settings.database)


def _postgres(program: str, *words: str) -> None:
    subprocess.run([binaries() / program, *words], check=True)


def _posting(case: str, key: str) -> NewPosting:
    return NewPosting(key, case, "open_task", 0, "mes", key, False, {}, None)
