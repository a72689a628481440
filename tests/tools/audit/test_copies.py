"""Each target keeps a copy once, however often it comes, and says what it does not take."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.tools.audit.conftest import Place, Wire, application_log, hash_of, placed
from tools.errors import Denied, NotPosted, OutcomeUnknown, Refused
from tools.plant.copies import Properties
from tools.sandbox.faults import Fault, FaultKind
from tools.sandbox.world import World
from tools.sap.application_log import PROPERTIES, LogNames

HASH = hash_of(17)
DETAILS = '{"answer":"approve","reason":"counted it, it\'s there"}'


def posted(place: Place) -> tuple[str, dict[str, Any]]:
    """Return path and body of what was posted last."""
    sent = [one for one in place.wire.asked if one.method == "POST"][-1]
    return sent.url.path, json.loads(sent.content)


async def test_an_entry_that_comes_twice_is_there_once(place: Place) -> None:
    for _ in range(2):
        await place.port.copy_entry(place.entry())
    await place.port.copy_entry(place.entry(18))
    assert len(place.held()) == 2
    assert place.world.journal.duplicates() == []


async def test_an_entry_whose_answer_was_lost_comes_again_and_is_there_once(far: Place) -> None:
    far.world.faults.add(Fault(FaultKind.COMMIT_THEN_RESET, method="WRITE", count=1))
    with pytest.raises(OutcomeUnknown):
        await far.port.copy_entry(far.entry())
    await far.port.copy_entry(far.entry())
    assert len(far.held()) == 1
    assert far.world.journal.duplicates() == []


async def test_a_target_that_is_too_busy_has_taken_nothing(far: Place) -> None:
    far.world.faults.add(Fault(FaultKind.HTTP_429, method="WRITE", count=1, seconds=30))
    with pytest.raises(NotPosted) as caught:
        await far.port.copy_entry(far.entry())
    assert caught.value.retry_after == 30
    assert far.held() == []


async def test_an_entry_a_target_cannot_keep_is_refused(far: Place) -> None:
    with pytest.raises(Refused):
        await far.port.copy_entry(far.entry(case=""))
    assert far.held() == []


async def test_sap_is_told_by_the_properties_of_the_sites_service(world: World) -> None:
    async with placed("application log", world) as place:
        done = await place.port.copy_entry(place.entry())
        path, body = posted(place)
        assert path == "/sap/opu/odata/sap/ZCONCORD_AUDIT_SRV/AuditEntrySet"
        assert body == {
            "EntryHash": HASH,
            "EntrySequence": 17,
            "Plant": "1010",
            "RecordedAt": "/Date(1773826200000+0000)/",
            "RecordedBy": "anna",
            "Activity": "decided",
            "CaseID": "c-1",
            "Reason": "counted it, it's there",
            "Documents": "4900000017/2026",
            "Details": DETAILS,
        }
        assert done.number == f"17/{HASH}"
        assert "x-csrf-token" in place.wire.asked[-1].headers


async def test_a_site_may_call_all_of_it_otherwise(world: World) -> None:
    wire, own = Wire(world), {"EntryHash": "Hash", "Details": "Said"}
    names = LogNames("/sap/opu/odata/sap/ZBAL_SRV", "Logs", own)
    connection, port, _ = application_log(world, wire, names)
    assert connection is not None
    async with connection:
        with pytest.raises(Denied, match="ZBAL_SRV"):
            await port.copy_entry(Place(port, "1010", list, world, wire).entry())
    assert wire.asked[-1].url.path == "/sap/opu/odata/sap/ZBAL_SRV/Logs"
    assert {"Hash", "Said", "EntrySequence"} <= set(json.loads(wire.asked[-1].content))
    assert names.needs.sets["Logs"] >= {"Hash", "Said", "EntrySequence"}


async def test_a_refusal_by_sap_is_one_where_the_entry_is_not_there(world: World) -> None:
    async with placed("application log", world) as place:
        await place.port.copy_entry(place.entry())
        with pytest.raises(Refused, match="RecordedBy"):
            await place.port.copy_entry(place.entry(18, who=""))


def test_a_plant_file_names_each_property_the_service_is_told() -> None:
    assert tuple(Properties().model_dump().items()) == tuple(
        zip(PROPERTIES, PROPERTIES, strict=True)
    )


async def test_dm_is_told_by_a_process_of_the_site(world: World) -> None:
    async with placed("extension table", world) as place:
        done = await place.port.copy_entry(place.entry())
        path, body = posted(place)
        assert path == "/pe/api/v1/process/processDefinitions/start"
        assert dict(place.wire.asked[-1].url.params) == {
            "key": "REG_10000000-0000-4000-8000-000000000013",
            "async": "false",
        }
        assert body == {
            "plant": "1010",
            "sequence": 17,
            "hash": HASH,
            "recordedAt": "2026-03-18T09:30:00.000+00:00",
            "recordedBy": "anna",
            "activity": "decided",
            "case": "c-1",
            "reason": "counted it, it's there",
            "documents": ["4900000017/2026"],
            "details": DETAILS,
            "reference": str(UUID(HASH[:32])),
        }
        assert done.number == HASH


async def test_ignition_is_told_by_the_resource_audit(world: World) -> None:
    async with placed("audit profile", world) as place:
        await place.port.copy_entry(place.entry())
        path, body = posted(place)
        assert path == "/system/webdev/plant/concord/audit/copy"
        assert body == {
            "plant": "1710",
            "profile": "Quality",
            "sequence": 17,
            "hash": HASH,
            "at": "2026-03-18T09:30:00.000+00:00",
            "who": "anna",
            "what": "decided",
            "case": "c-1",
            "reason": "counted it, it's there",
            "documents": ["4900000017/2026"],
            "details": DETAILS,
            "reference": HASH[:32],
        }
        [event] = place.held()
        assert (event.profile, event.actor, event.action) == ("Quality", "anna", "decided")
        assert event.originating_system == ("concord", f"17/{HASH}")
