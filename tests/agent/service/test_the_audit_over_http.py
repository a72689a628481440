"""The audit over HTTP: whether it is whole, as far as what was signed before can tell."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from agent.authority.deeds import Deed
from agent.records.audit import AuditTrail, Entry, append
from agent.records.gates import Collected
from agent.records.seal import Seal
from agent.service.application import application
from tests.agent.dispatch.deficits import concord, new_world, plant_files, settings_of, wires_of
from tests.agent.service.conftest import key

GUARD = {
    "sqlite": "DROP TRIGGER audit_no_delete",
    "postgresql": "DROP TRIGGER audit_no_update ON audit",
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_an_end_that_was_cut_off_is_found(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("empty_postgresql") if kind == "postgresql" else None
    plants = plant_files(tmp_path / "plants", alone=False)
    settings = settings_of(tmp_path / "home", plants, url)
    async with concord(settings, wires_of(new_world())) as machinery:
        header = key(machinery, Deed.READ_AUDIT)
        at = machinery.context.clock()
        with machinery.database.write() as session:
            last = append(session, Entry("ada", "decided"), at)
        AuditTrail(machinery.database, Seal(settings.home)).checkpoint(at)
        app = httpx.ASGITransport(application(machinery, Collected()))
        async with httpx.AsyncClient(transport=app, base_url="http://localhost") as client:
            whole = (await client.get("/v1/audit/verification", headers=header)).json()
            with machinery.database.write() as session:
                session.execute(text(GUARD[kind]))
                session.execute(text(f"DELETE FROM audit WHERE sequence = {last}"))
            cut = (await client.get("/v1/audit/verification", headers=header)).json()
    assert (whole["intact"], whole["findings"]) == (True, [])
    assert (cut["intact"], [one["sequence"] for one in cut["findings"]]) == (False, [last])
