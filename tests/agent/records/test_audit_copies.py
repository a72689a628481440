"""Copies of the audit: in order and none lost, whoever dies or is away."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agent.audit_copies import LEASE, Copier
from agent.audit_targets import Target
from agent.records import audit_copies, purging
from agent.records.audit import GONE, Entry, append
from agent.records.audit_copies import Wanted
from agent.records.database import Database
from agent.records.tables import AuditRow
from tests.agent.records.copying import NAME, Bundle, Here
from tests.agent.records.copying_child import WANTED, FileTarget
from tools.errors import NotSent, OutcomeUnknown, Refused, Throttled
from tools.fakes.audit import FakeAuditCopies
from tools.fakes.desk import Desk
from tools.objects.audit import AuditEntry
from tools.objects.posted import Posted
from tools.objects.reading import System

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("copying_child.py")


async def test_entries_of_the_plants_cases_are_copied_in_order(here: Here) -> None:
    case = await here.asks()
    await here.arrives("s2", order="2", plant="1710")
    await here.cases.decide(here.answering(case), here.started)
    copying = here.copier()
    while await copying.copy():
        pass
    assert [one.sequence for one in here.port.came] == here.audit()
    [decided] = [one for one in here.port.came if one.what == "decided"]
    assert (decided.who, decided.case, decided.plant) == ("ada", case, "1010")
    assert decided.reason != ""
    assert decided.reason == json.loads(decided.details)["reason"]
    with here.database.read() as session:
        assert decided.hash == session.get_one(AuditRow, decided.sequence).hash
    await here.arrives("s3", order="3")
    assert await copying.copy() > 0
    assert [one.sequence for one in here.port.came] == here.audit()


async def test_what_was_written_before_is_copied_only_if_asked_for(here: Here) -> None:
    await here.asks()
    before = here.audit()
    copying = Copier(here.database, [Target(Wanted(NAME, "1010"), here.port)], here.clock.now)
    assert await copying.copy() == 0
    await here.arrives("s2", order="2")
    await copying.copy()
    assert [one.sequence for one in here.port.came] == here.audit()[len(before) :]


async def test_a_target_that_is_away_is_tried_again_after_growing_pauses(here: Here) -> None:
    await here.asks()
    here.port.troubles += [NotSent("SAP", "cannot be reached"), OutcomeUnknown("SAP", "no answer")]
    copying, pauses = here.copier(), list[float]()
    while not here.port.came:
        await copying.copy()
        if again_at := here.standing().again_at:
            pauses.append((again_at - here.clock.now()).total_seconds())
            here.clock.advance((again_at - here.clock.now()).total_seconds() - 1)
            assert await copying.copy() == 0
            here.clock.advance(1)
    assert pauses == [30, 60]
    assert [one.sequence for one in here.port.came] == here.audit()
    assert (here.standing().trouble, here.standing().waiting) == ("", 0)


async def test_a_target_is_left_alone_as_long_as_it_asks(here: Here) -> None:
    await here.asks()
    here.port.troubles.append(Throttled("SAP", "too many requests", retry_after=600))
    copying = here.copier()
    await copying.copy()
    stands = here.standing()
    assert stands.waiting == len(here.audit())
    assert stands.trouble == "SAP: too many requests"
    here.clock.advance(599)
    assert await copying.copy() == 0
    here.clock.advance(1)
    assert await copying.copy() == len(here.audit())


async def test_one_target_away_does_not_hold_up_another(here: Here) -> None:
    await here.asks()
    away = FakeAuditCopies(Desk(System.MES, here.clock.now))
    away.troubles += [NotSent("DM", "cannot be reached")]
    other = Target(Wanted("1010/extension_table", "1010", from_start=True), away)
    await Copier(here.database, [other, Target(WANTED, here.port)], here.clock.now).copy()
    assert [one.sequence for one in here.port.came] == here.audit()
    assert away.came == []


async def test_what_is_refused_is_listed_and_can_be_sent_again(here: Here) -> None:
    await here.asks()
    first, *rest = here.audit()
    here.port.refused[first] = Refused("SAP", "refused")
    copying = here.copier()
    await copying.copy()
    assert [one.sequence for one in here.port.came] == rest
    assert [(one.sequence, one.reason) for one in here.standing().refused] == [
        (first, "SAP: refused")
    ]
    assert await copying.copy() == 0
    assert here.audit() == [first, *rest], "a refusal is told to no case, or it had no end"
    with here.database.write() as session:
        with pytest.raises(audit_copies.NotRefused):
            audit_copies.again(session, NAME, rest[0], "ines", here.clock.now())
        assert audit_copies.again(session, NAME, None, "ines", here.clock.now()) == 1
    await copying.copy()
    assert [one.refused_at for one in here.standing().refused] == [here.clock.now()]
    here.port.refused.clear()
    with here.database.write() as session:
        audit_copies.again(session, NAME, first, "ines", here.clock.now())
    assert await copying.copy() == 1
    assert here.standing().refused == ()
    assert [one.sequence for one in here.port.came] == [*rest, first]
    assert here.standing().waiting == 0


@pytest.mark.parametrize("at", [0, 2, -1])
async def test_a_worker_killed_before_it_knows_is_followed_where_it_was(
    here: Here, tmp_path: Path, at: int
) -> None:
    await here.asks()
    wanted, file = here.audit(), tmp_path / "target"
    place = (here.database.url, str(file), str(wanted[at]))
    child, environ = [sys.executable, str(CHILD), *place], {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(child, check=False, env=environ).returncode == -signal.SIGKILL
    next_one = here.copier(FileTarget(file))
    assert await next_one.copy() == 0, "the dead one's claim still holds"
    here.clock.advance(LEASE.total_seconds())
    while await next_one.copy():
        pass
    came = file.read_text("utf-8").splitlines()
    sequences = [int(one.partition("/")[0]) for one in came]
    repeated = sequences.index(wanted[at])
    assert came[repeated] == came[repeated + 1]
    del sequences[repeated]
    assert sequences == wanted


class Slow(FakeAuditCopies):
    """Lets others have a turn before it answers."""

    async def copy_entry(self, entry: AuditEntry) -> Posted:
        done = await super().copy_entry(entry)
        await asyncio.sleep(0.005)
        return done


async def test_of_several_workers_one_copies(server: Database, bundle: Bundle) -> None:
    here = bundle(server)
    for number in range(20):
        await here.arrives(f"s{number}", order=str(number))
    port = Slow(Desk(System.ERP, here.clock.now))
    several = [replace(here, database=Database(server.url)) for _ in range(4)]
    workers = [one.copier(port) for one in several]
    try:
        while any(await asyncio.gather(*(one.copy() for one in workers))):
            pass
    finally:
        for one in several:
            one.database.dispose()
    assert [one.sequence for one in port.came] == here.audit()


async def test_who_has_lost_its_claim_moves_nothing(here: Here) -> None:
    await here.asks()
    with here.database.write() as session:
        [first, *_] = audit_copies.claim(session, WANTED, "slow", here.clock.now(), LEASE, 10)
        assert audit_copies.claim(session, WANTED, "other", here.clock.now(), LEASE, 10) == []
        later = here.clock.now() + LEASE
        assert audit_copies.claim(session, WANTED, "other", later, LEASE, 1) == [first]
        assert not audit_copies.copied(session, NAME, "slow", first, later, LEASE)
        assert not audit_copies.refused(session, NAME, "slow", first, "no", later)
        assert not audit_copies.failed(session, NAME, "slow", "away", later, later)
    assert here.standing().sequence == 0


async def test_a_purged_case_is_copied_as_what_is_left_of_it(here: Here) -> None:
    """A target that was away for longer than a case is kept does not get what is no more kept."""
    case = await here.settles("s1")
    with here.database.write() as session:
        audit_copies.begin(session, WANTED)
        [one] = audit_copies.claim(session, WANTED, "m", here.clock.now(), LEASE, 1)
        audit_copies.refused(session, NAME, "m", one, "anna said so", here.clock.now())
        audit_copies.release(session, NAME, "m")
    entries = here.audit()
    with here.database.write() as session:
        purging.purge(session, [case], here.clock.now())
    stands = here.standing()
    assert (stands.waiting, stands.refused[0].reason) == (len(entries), GONE)
    copying = here.copier()
    while await copying.copy():
        pass
    *emptied, last = here.port.came
    assert [one.sequence for one in emptied] == entries[1:]
    assert {one.details for one in emptied} == {f'{{"purged":{last.sequence}}}'}
    assert {one.who for one in emptied} <= {GONE, "concord"}
    assert (last.what, json.loads(last.details)["entries"]) == ("case purged", entries)


async def test_cases_of_other_plants_that_were_purged_are_passed_by(here: Here) -> None:
    case = await here.settles("s1", plant="1710")
    with here.database.write() as session:
        purging.purge(session, [case], here.clock.now())
    await here.arrives("s2", order="2")
    found = list[AuditEntry]()
    for _ in range(20):
        with here.database.write() as session:
            some = audit_copies.claim(session, WANTED, "m", here.clock.now(), LEASE, 2)
            assert all(
                audit_copies.copied(session, NAME, "m", o, here.clock.now(), LEASE) for o in some
            )
            audit_copies.release(session, NAME, "m")
        found += some
    assert [one.sequence for one in found] == here.audit() != []
    assert here.standing().waiting == 0


async def test_a_long_chain_about_others_is_walked_once(here: Here) -> None:
    copying = here.copier()
    await copying.copy()
    with here.database.write() as session:
        for number in range(audit_copies.STRIDE):
            append(session, Entry("anna", "signed in", details={"n": number}), here.clock.now())
    await copying.copy()
    assert here.standing().sequence == audit_copies.STRIDE
    assert here.port.came == []
