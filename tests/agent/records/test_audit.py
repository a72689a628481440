import io
import json
import stat
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from agent.case.ruling import Settlement
from agent.records.answers import Answered
from agent.records.audit import AuditTrail, Entry, append, entries_of
from agent.records.cases import CaseRecords, Outcome
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.postings import Mark, NewPosting, PostingRecords, PostingState
from agent.records.seal import CHECKPOINTS_FILE, EVERY, KEY_FILE, Checkpoint, NotACheckpoint, Seal
from agent.records.tracing import trace
from tools.sandbox.clock import OPENING as T0
from tools.sandbox.clock import SandboxClock

Answering = Callable[..., Answered]
Asking = Callable[..., Coroutine[Any, Any, str]]

KEY = "k" * 32
ENTRIES = 12
TAMPERED = {
    "an edited word": "UPDATE audit SET who = 'mallory' WHERE sequence = 5",
    "an edited time": "UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE sequence = 5",
    "an edited case": "UPDATE audit SET case_id = 'c-2' WHERE sequence = 5",
    "an edited input": "UPDATE audit SET inputs = NULL WHERE sequence = 5",
    "an edited detail": "UPDATE audit SET details = '{\"number\":6}' WHERE sequence = 5",
    "a blank in a detail": "UPDATE audit SET details = '{\"number\": 5}' WHERE sequence = 5",
    "a detail that is no JSON": "UPDATE audit SET details = 'gone' WHERE sequence = 5",
    "an edited hash": "UPDATE audit SET hash = previous WHERE sequence = 5",
    "a deleted entry": "DELETE FROM audit WHERE sequence = 5",
    "a deleted beginning": "DELETE FROM audit WHERE sequence < 3",
    "an end cut off": "DELETE FROM audit WHERE sequence > 8",
    "everything gone": "DELETE FROM audit",
    "an inserted entry": (
        "INSERT INTO audit (sequence, at, who, what, details, previous, hash) "
        "SELECT 0, at, who, what, details, previous, hash FROM audit WHERE sequence = 1"
    ),
    "two that changed places": (
        "UPDATE audit SET sequence = CASE sequence WHEN 5 THEN 1006 ELSE 1005 END "
        "WHERE sequence IN (5, 6)",
        "UPDATE audit SET sequence = sequence - 1000 WHERE sequence > 1000",
    ),
}


@pytest.fixture
def trail(database: Database, tmp_path: Path) -> AuditTrail:
    return AuditTrail(database, Seal(tmp_path / "home"))


@pytest.fixture
def written(database: Database, trail: AuditTrail) -> Database:
    """A database with some entries, the last of them sealed."""
    with database.write() as session:
        for number in range(1, ENTRIES + 1):
            entry = Entry("ada", "decided", "c-1", {"stock": number}, {"number": number})
            append(session, entry, T0)
    trail.checkpoint(T0)
    return database


def _unguarded(database: Database, *statements: str) -> None:
    """Do what somebody who owns the database can do."""
    on = "" if database.dialect == "sqlite" else " ON audit"
    names = {
        "sqlite": ("audit_no_update", "audit_no_delete"),
        "postgresql": ("audit_no_update", "audit_no_truncate"),
    }[database.dialect]
    with database.write() as session:
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}{on}"))
        for statement in statements:
            session.execute(text(statement.replace(":", "\\:")))


def test_an_audit_nobody_touched_is_in_order(written: Database, trail: AuditTrail) -> None:
    assert trail.verify() == []


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED.keys())
def test_tampering_is_found(
    change: str | tuple[str, ...], written: Database, trail: AuditTrail
) -> None:
    _unguarded(written, *((change,) if isinstance(change, str) else change))
    assert trail.verify() != []


def test_a_rewritten_chain_is_found_by_the_checkpoint_alone(
    written: Database, trail: AuditTrail
) -> None:
    _unguarded(written, "DELETE FROM audit")
    with written.write() as session:
        for _ in range(ENTRIES):
            append(session, Entry("mallory", "nothing happened"), T0)
    (finding,) = trail.verify()
    assert finding.sequence == ENTRIES
    assert "checkpoint" in finding.what


def test_without_a_checkpoint_an_end_that_was_cut_off_is_not_found(written: Database) -> None:
    _unguarded(written, TAMPERED["an end cut off"])  # pyright: ignore[reportArgumentType]
    assert AuditTrail(written).verify() == []


def test_a_checkpoint_kept_elsewhere_is_enough(
    written: Database, trail: AuditTrail, tmp_path: Path
) -> None:
    kept = trail.checkpoint(T0)
    seal = Seal(tmp_path / "other", trusted=[kept.key])
    _unguarded(written, "DELETE FROM audit WHERE sequence > 8")
    findings = AuditTrail(written, seal).verify([Checkpoint.of_line(kept.line())])
    assert [finding.sequence for finding in findings] == [ENTRIES]


def test_a_forged_checkpoint_is_no_checkpoint(
    written: Database, trail: AuditTrail, tmp_path: Path
) -> None:
    stranger = Seal(tmp_path / "stranger").sign(ENTRIES, "0" * 64, T0)
    (finding,) = trail.verify([stranger])
    assert "not signed" in finding.what
    own = trail.checkpoint(T0)
    moved = Checkpoint(own.sequence - 1, own.hash, own.at, own.key, own.signature)
    assert ["not signed" in finding.what for finding in trail.verify([moved])] == [True]


def test_a_line_that_is_no_checkpoint_is_refused() -> None:
    for line in ("", "{}", "[1]", "no json", '{"sequence":"x"}'):
        with pytest.raises(NotACheckpoint):
            Checkpoint.of_line(line)


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    seal = Seal(tmp_path / "home")
    first = seal.public_key
    mode = (tmp_path / "home" / KEY_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert Seal(tmp_path / "home").public_key == first


def test_the_key_made_at_once_by_many_is_one(tmp_path: Path) -> None:
    def key(number: int) -> str:
        return Seal(tmp_path / "home").public_key

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(key, range(8)))
    assert len(keys) == 1


def test_the_end_is_sealed_when_the_chain_has_grown(file: Database, tmp_path: Path) -> None:
    trail = AuditTrail(file, Seal(tmp_path / "home"))
    assert trail.checkpoint_if_due(T0) is None
    with file.write() as session:
        for _ in range(EVERY):
            append(session, Entry("ada", "decided"), T0)
    sealed = trail.checkpoint_if_due(T0)
    assert sealed is not None
    assert sealed.sequence == EVERY
    assert trail.checkpoint_if_due(T0) is None


def test_entries_from_eight_threads_are_one_chain_without_gaps(database: Database) -> None:
    def write(number: int) -> int:
        with database.write() as session:
            return append(session, Entry(f"thread {number}", "decided"), T0)

    with ThreadPoolExecutor(8) as pool:
        sequences = sorted(pool.map(write, range(64)))
    assert sequences == list(range(1, 65))
    assert AuditTrail(database).verify() == []


def test_words_from_outside_do_not_break_the_chain(database: Database, trail: AuditTrail) -> None:
    with database.write() as session:
        odd = "a\x00b\ud800 ☃ \u2028"
        append(session, Entry(odd, "decided", None, {odd: 0.1}, {odd: [odd, 1e-7, 10**30]}), T0)
    assert trail.verify() == []
    stream = io.StringIO()
    assert trail.export(stream) == 1
    assert json.loads(stream.getvalue())["details"][odd][2] == 10**30


def test_an_export_can_be_verified_by_anyone(written: Database, trail: AuditTrail) -> None:
    stream = io.StringIO()
    assert trail.export(stream) == ENTRIES
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["sequence"] for line in lines] == list(range(1, ENTRIES + 1))
    assert all(lines[i]["previous"] == lines[i - 1]["hash"] for i in range(1, ENTRIES))


@pytest.fixture
async def posted(
    database: Database,
    cases: CaseRecords,
    clock: SandboxClock,
    started: Collected,
    answering: Answering,
    asked: Asking,
) -> str:
    """The case of signal s1: asked, approved, posted, settled."""
    case = await asked(cases, started, "s1")
    decided = await cases.decide(answering(case), started)
    ledger = PostingRecords(database, clock.now)
    name = decided.decision.id
    await ledger.intend(NewPosting(KEY, case, "post_movement", 0, "ERP", "x", True, {}, name))
    await ledger.send(KEY)
    document = Mark("4900000012/2026")
    await ledger.move(KEY, PostingState.SENDING, PostingState.CONFIRMED, document)
    await cases.settle(Outcome(case, Settlement.CORRECTED, None, "late_receipt"))
    return case


def test_a_document_leads_back_to_its_signal(database: Database, posted: str) -> None:
    with database.read() as session:
        (back,) = trace(session, "4900000012")
        assert trace(session, "4711") == []
    assert back.found_by == (KEY,)
    (posting,) = back.postings
    decided = back.decided_on(posting)
    assert decided is not None
    assert decided.decision.by == "ada"
    pin = back.attempt_of(decided)
    assert pin is not None
    assert pin.facts["stock"]["system"] == "ERP"
    assert (back.case.id, [signal.id for signal in back.signals]) == (posted, ["s1"])


def test_a_signal_leads_forward_to_its_documents(database: Database, posted: str) -> None:
    with database.read() as session:
        (forward,) = trace(session, "s1")
        (by_key,) = trace(session, KEY)
        (by_case,) = trace(session, posted)
    assert forward.postings[0].document == "4900000012/2026"
    assert by_key.plain() == by_case.plain() == forward.plain()


def test_every_step_of_a_case_is_in_the_audit(
    database: Database, posted: str, trail: AuditTrail
) -> None:
    with database.read() as session:
        whats = [link.what for link in entries_of(session, posted)]
    assert whats == [
        "case opened",
        "remedy pinned",
        "decision asked",
        "turn ended",
        "decided",
        "posting intended",
        "posting sending",
        "posting confirmed",
        "case settled",
    ]
    assert trail.verify() == []


def _entries(database: Database, number: int) -> None:
    with database.write() as session:
        for _ in range(number):
            append(session, Entry("ada", "decided"), T0)


@pytest.mark.parametrize(
    "torn", [b'{"at":"2026-11', b"\0" * 40, b"\xff\xfe{"], ids=["half", "zeros", "rubbish"]
)
def test_a_line_that_was_broken_off_is_passed_over_and_the_next_takes_its_place(
    written: Database, tmp_path: Path, torn: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "home" / CHECKPOINTS_FILE
    with file.open("ab") as lines:
        lines.write(torn)
    trail = AuditTrail(written, Seal(tmp_path / "home"))
    assert trail.verify() == []
    assert "is passed over" in caplog.text
    _entries(written, EVERY)
    assert trail.checkpoint_if_due(T0) is not None
    assert [one.sequence for one in Seal(tmp_path / "home").kept()] == [ENTRIES, ENTRIES + EVERY]
    assert (torn in file.read_bytes(), trail.verify()) == (False, [])


def test_one_of_which_only_the_end_of_the_line_is_missing_is_kept(
    written: Database, trail: AuditTrail, tmp_path: Path
) -> None:
    file = tmp_path / "home" / CHECKPOINTS_FILE
    file.write_bytes(file.read_bytes().rstrip())
    trail.checkpoint(T0)
    assert len(Seal(tmp_path / "home").kept()) == 2


def test_a_line_amid_others_that_cannot_be_read_is_found(
    written: Database, trail: AuditTrail, tmp_path: Path
) -> None:
    file = tmp_path / "home" / CHECKPOINTS_FILE
    file.write_text("scratched\n" + file.read_text("utf-8"), "utf-8")
    [finding] = trail.verify()
    assert finding.what == f"line 1 of {CHECKPOINTS_FILE} is no checkpoint"


async def test_a_case_is_settled_though_the_audits_end_cannot_be_sealed(
    database: Database,
    clock: SandboxClock,
    started: Collected,
    asked: Asking,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "home" / CHECKPOINTS_FILE).mkdir(parents=True)
    trail = AuditTrail(database, Seal(tmp_path / "home"))
    cases = CaseRecords(database, clock.now, trail=trail)
    case = await asked(cases, started)
    await cases.settle(Outcome(case, Settlement.CORRECTED, None, "late_receipt"))
    assert await cases.outcome(case) is not None
    assert "was not sealed" in caplog.text
