"""A release is replaced while approvals wait: the new one brings the tables up and goes on."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from agent.dispatch.enqueue import DurableEnqueuer
from agent.records import migrations
from agent.records.cases import CaseStatus
from agent.records.database import Database
from agent.records.guards import assert_guards
from tests.agent.dispatch.turns import until
from tests.agent.operations.years import approved, at_rest, deficits, told, working, wrong, years


async def test_an_approval_that_waited_under_the_release_before_posts_once(tmp_path: Path) -> None:
    here = years(tmp_path)
    async with here.concord() as running:
        [deficit] = await deficits(running, here.world, 1)
        async with working(running):
            case = await told(running, deficit)
            assert await at_rest(running, case) is CaseStatus.WAITING
            # What waits for a person holds no workflow, so none is tied to the release it began in.
            enqueuer = DurableEnqueuer(running.database)
            # A case waits a moment before the workflow that asked has ended.
            await until(lambda: _status(enqueuer, f"s-{case}"), lambda status: status == "SUCCESS")
            assert enqueuer.pending() == {}
            enqueuer.close()
    database = Database.of_home(tmp_path / "home")
    before = _one_version_back(database)
    async with here.concord() as running, working(running):
        with database.engine.connect() as connection:
            assert before < migrations.HEAD == migrations.version(connection)
            assert_guards(connection)
        await approved(running, case)
        assert await at_rest(running, case) is CaseStatus.SETTLED
    database.dispose()
    assert wrong(here.world, deficit) == []


async def _status(enqueuer: DurableEnqueuer, workflow: str) -> str | None:
    return enqueuer.statuses([workflow]).get(workflow)


def _one_version_back(database: Database) -> str:
    """Leave the tables as the version before made them."""
    folder = str(Path(migrations.__file__).parent)
    with database.engine.execution_options(concord_writes=True).connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", folder)
            command.downgrade(config, "-1")
    with database.engine.connect() as connection:
        found = migrations.version(connection)
    assert found is not None
    return found
