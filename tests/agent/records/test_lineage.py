"""From a document back to the words a model was asked with, and on to the signal."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.lineage import NO_PROMPT, chains
from agent.records.answers import Answered
from agent.records.arrivals import Arrived
from agent.records.cases import CaseRecords, Pin
from agent.records.database import Database
from agent.records.gates import Collected
from agent.records.postings import Mark, NewPosting, PostingState, intend, move, send
from agent.records.texts import Asked, asked
from agent.records.tracing import trace
from registry.commands import app
from tools.sandbox.clock import OPENING, SandboxClock

SHA = "ab" * 32
WORDS = {
    "purpose": "diagnose",
    "prompt": "diagnose",
    "version": "1.0.0",
    "sha256": SHA,
    "alias": "canary",
    "bucket": 7,
    "provisional": True,
    "rendered": "cd" * 32,
    "model": "openai:judge",
    "returned": "judge-2026-01-01",
}
JUDGE = f"model/diagnose@1.0.0#{SHA[:12]}/openai:judge-2026-01-01/prior-1"
STEPS = ["document", "posting", "decision", "remedy", "diagnosis", "prompt", "facts", "signal"]

Posting = Callable[[str], Coroutine[Any, Any, str]]


@pytest.fixture
def posted(
    file: Database,
    clock: SandboxClock,
    started: Collected,
    arriving: Callable[..., Arrived],
    pinning: Callable[..., Pin],
    answering: Callable[..., Answered],
) -> Posting:
    """Return what brings a case from its signal to a document, judged by somebody."""

    async def post(judge: str) -> str:
        cases = CaseRecords(file, clock.now)
        received = await cases.receive(arriving("s1"), started)
        case = received.case or ""
        for purpose, version in (("diagnose", "1.0.0"), ("shadow", "1.1.0")):
            details = {**WORDS, "purpose": purpose, "version": version}
            with file.write() as session:
                asked(session, Asked("openai:judge", case, details, {}, None), OPENING)
        diagnosis = {"cause": "late_receipt", "confidence": 0.8, "judge": judge}
        await cases.pin(replace(pinning(case), diagnosis=diagnosis))
        decision = await cases.ask(case)
        await cases.decide(answering(case), started)
        with file.write() as session:
            wanted = NewPosting(
                "key-1", case, "post_movement", 0, "ERP", "order 1", True, {}, decision
            )
            intend(session, wanted, OPENING)
            send(session, "key-1", OPENING)
            mark = Mark(document="4900000001/2026")
            move(session, "key-1", PostingState.SENDING, PostingState.CONFIRMED, mark, OPENING)
        return case

    return post


async def test_a_document_leads_back_to_the_words_and_the_signal(
    file: Database, posted: Posting
) -> None:
    await posted(JUDGE)
    with file.read() as session:
        (found,) = trace(session, "4900000001")
    (chain,) = chains(found, "4900000001")
    assert [step.what for step in chain] == STEPS
    words = chain[5]
    assert words.id == "diagnose 1.0.0"
    for said in (SHA, "as canary (bucket 7), provisional", "judge-2026-01-01", "cd" * 32):
        assert said in words.says
    assert chain[-1].id == "s1"
    assert chain[2].says.startswith("approve by ada as planner")


async def test_where_the_weighing_judged_no_prompt_is_named(
    file: Database, posted: Posting
) -> None:
    case = await posted("weighing/prior-1")
    with file.read() as session:
        (found,) = trace(session, case)
    (chain,) = chains(found, case)
    assert chain[5].says == NO_PROMPT


async def test_the_command_prints_the_chain(
    file: Database, posted: Posting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await posted(JUDGE)
    file.dispose()
    monkeypatch.setenv("CONCORD_HOME", str(tmp_path))
    done = CliRunner().invoke(app, ["lineage", "4900000001"])
    assert [line[2:].split()[0] for line in done.stdout.splitlines() if line] == STEPS
    assert CliRunner().invoke(app, ["lineage", "none"]).exit_code == 1
