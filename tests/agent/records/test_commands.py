"""`concord cases`, `concord decide` and `concord audit`, as typed at a shell."""

import json
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from agent.cli import main
from agent.commands import audit, cases, decide, plants
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, CaseStatus, Pin
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.migrations import upgrade
from agent.records.postings import Mark, NewPosting, PostingRecords, PostingState
from tools.sandbox.clock import SandboxClock

Asked = Callable[..., Coroutine[Any, Any, str]]
WHO = ("--as", "ada", "--role", "planner", "--reason", "seen it")

TERMS: dict[str, Any] = {
    **dict.fromkeys(("cause", "risk", "phase", "plant", "playbook"), ""),
    **dict.fromkeys(("value", "agent_limit", "supervisor_limit", "planner_limit"), "0.0"),
    **dict.fromkeys(("valued", "reversible", "proved", "settles"), True),
    **dict.fromkeys(("four_eyes", "closed_period", "changes_nothing", "decisive"), False),
    **dict.fromkeys(("named", "certified", "free_text_only"), False),
    "attempt": 1,
}


def typed(app: Any, *arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def home(concord_home: Path) -> Iterator[Database]:
    """The records a command finds by itself."""
    concord_home.mkdir()
    database = Database.of_home(concord_home)
    upgrade(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def records(home: Database, clock: SandboxClock) -> CaseRecords:
    return CaseRecords(home, clock.now)


async def test_cases_are_listed_and_narrowed(
    records: CaseRecords, started: Collected, arriving: Callable[..., Arrived]
) -> None:
    for number in range(3):
        await records.receive(arriving(f"s{number}", order=str(number)), started)
    listed = json.loads(typed(cases.app, "list", "--limit", 2, "--json").stdout)
    assert [case["object"] for case in listed["cases"]] != []
    rest = typed(cases.app, "list", "--after", listed["after"])
    assert len(rest.stdout.splitlines()) == 1
    assert "There is no such case." in typed(cases.app, "list", "--status", "settled").stdout
    unknown = typed(cases.app, "list", "--after", "c-nobody")
    assert (unknown.exit_code, unknown.stderr) == (1, "There is no case c-nobody.\n")


async def test_a_case_that_is_not_is_not_shown(home: Database) -> None:
    for app, command in ((cases.app, "show"), (audit.app, "trace")):
        result = typed(app, command, "4711")
        assert result.exit_code == 1
        assert "4711" in result.stderr


async def test_a_document_is_traced_to_its_signal_at_the_shell(
    home: Database,
    records: CaseRecords,
    clock: SandboxClock,
    started: Collected,
    asked: Asked,
) -> None:
    case = await asked(records, started)
    ledger = PostingRecords(home, clock.now)
    await ledger.intend(NewPosting("k" * 32, case, "x", 0, "ERP", "o", True, {}, f"d-{case}-1"))
    await ledger.send("k" * 32)
    document = Mark("4900000012/2026")
    await ledger.move("k" * 32, PostingState.SENDING, PostingState.CONFIRMED, document)
    told = typed(audit.app, "trace", "4900000012").stdout
    words = [line.split()[0] for line in told.splitlines()]
    chain = ["signal", "case", "facts", "diagnosis", "remedy", "posting", "document", "audit"]
    assert list(dict.fromkeys(words)) == chain
    (plain,) = json.loads(typed(audit.app, "trace", "4900000012", "--json").stdout)
    assert plain["signals"][0]["id"] == "s1"
    shown = json.loads(typed(cases.app, "show", case, "--json").stdout)
    assert shown["postings"][0]["document"] == "4900000012/2026"


async def test_a_case_is_forwarded_and_put_off(
    records: CaseRecords, started: Collected, asked: Asked
) -> None:
    case = await asked(records, started)
    assert typed(decide.app, case, "forward", *WHO).exit_code == 1
    assert typed(decide.app, case, "forward", *WHO, "--to", "controller").exit_code == 0
    put_off = json.loads(typed(decide.app, case, "snooze", *WHO, "--hours", 8, "--json").stdout)
    view = await records.case(case)
    assert view is not None
    assert view.waiting_for == "controller"
    assert view.snoozed_until is not None
    assert put_off["put off until"] == view.snoozed_until.isoformat(timespec="minutes")


@pytest.mark.parametrize("word", ["approve", "forward", "snooze"])
def test_nobody_decides_about_a_case_that_is_not(word: str, home: Database) -> None:
    typed(plants.app, "new", "1010")
    result = typed(decide.app, "c-nobody", word, *WHO, "--to", "planner")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "c-nobody" in result.stderr


@pytest.mark.parametrize("quantity", ["0=96", "x=96 ST", "0=1e3 ST", "0=NaN ST", "0=96,5 ST"])
def test_a_quantity_that_is_none_is_refused(quantity: str, home: Database) -> None:
    result = typed(decide.app, "c-1", "change", *WHO, "--quantity", quantity)
    assert result.exit_code == 1
    assert "is no quantity" in result.stderr


async def test_without_its_plant_s_file_nobody_can_say_who_may_decide(
    records: CaseRecords, started: Collected, asked: Asked
) -> None:
    case = await asked(records, started)
    typed(plants.app, "new", "1710")
    result = typed(decide.app, case, "approve", *WHO)
    assert result.exit_code == 1
    assert "no plant file for 1010" in result.stderr


async def test_a_rejection_reaches_the_workers_in_the_same_transaction(
    home: Database,
    records: CaseRecords,
    started: Collected,
    arriving: Callable[..., Arrived],
    pinning: Callable[..., Pin],
) -> None:
    typed(plants.app, "new", "1010")
    received = await records.receive(arriving("s1"), started)
    assert received.case is not None
    said: dict[str, Any] = {"template": "A planner is asked.", "values": []}
    await records.pin(pinning(received.case, terms=TERMS, because=said))
    await records.ask(received.case)
    await records.end_turn(started.turns[0].id, started)
    unknown = typed(decide.app, received.case, "reject", *WHO, "--remedy", "another")
    assert "Not decided: the remedy is another one now" in unknown.stderr
    by_auditor = ("--as", "eve", "--role", "auditor", "--reason", "no")
    assert typed(decide.app, received.case, "reject", *by_auditor).exit_code == 1
    as_agent = ("--as", "eve", "--role", "agent", "--reason", "no")
    assert "never by this door" in typed(decide.app, received.case, "reject", *as_agent).stderr
    result = typed(decide.app, received.case, "reject", *WHO, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["by"] == "ada"
    view = await records.case(received.case)
    assert view is not None
    assert view.status is CaseStatus.OPEN
    with home.read() as session:
        waiting = session.execute(text("SELECT workflow_uuid, status FROM workflow_status")).all()
    assert waiting == [(f"d-{received.case}-1", "ENQUEUED")]
    again = typed(decide.app, received.case, "approve", *WHO)
    assert "ada decided this already" in again.stderr


def test_the_audit_is_verified_sealed_and_exported(home: Database, tmp_path: Path) -> None:
    assert typed(audit.app, "verify").exit_code == 0
    kept = tmp_path / "kept.jsonl"
    assert typed(audit.app, "checkpoint", "--out", kept).exit_code == 0
    verified = typed(audit.app, "verify", "--against", kept, "--json")
    assert json.loads(verified.stdout) == {"ok": True, "entries": 0, "findings": []}
    out = tmp_path / "audit.jsonl"
    assert typed(audit.app, "export", "--out", out).exit_code == 0
    assert out.read_text(encoding="utf-8") == ""
    assert typed(audit.app, "verify", "--against", tmp_path / "missing").exit_code == 1


async def test_an_edited_audit_ends_with_one_and_says_where(
    home: Database, records: CaseRecords, started: Collected, asked: Asked
) -> None:
    await asked(records, started)
    with home.write() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text("UPDATE audit SET who = 'mallory' WHERE sequence = 2"))
    result = typed(audit.app, "verify", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"]) == (1, False)
    assert [row["sequence"] for row in found["findings"]] == [0, 2]
    assert "audit_no_update" in found["findings"][0]["what"]


def test_the_commands_are_found_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    told = capsys.readouterr().out
    assert all(f"  {name} " in told for name in ("audit", "cases", "decide"))
