"""From a document back to the words: how a posting came about, step by step, as prompts tell it.

document ← posting ← decision ← remedy ← diagnosis ← prompt ← facts ← signal
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent.reasoning.calls import Purpose
from agent.records.audit import Link
from agent.records.opening import opened
from agent.records.posting_rows import Posting
from agent.records.remedies import Pin
from agent.records.texts import ASKED
from agent.records.tracing import Trace, trace
from agent.settings import read_settings
from registry.lineage import Step

NO_PROMPT = "no prompt: the weighing judged"
PINNED = "remedy pinned"


def of_posting(word: str) -> list[tuple[Step, ...]]:
    """Return a chain for each posting that a document, posting, case or signal leads to."""
    settings = read_settings()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = trace(session, word)
    return [chain for one in found for chain in chains(one, word)]


def chains(found: Trace, word: str) -> Iterator[tuple[Step, ...]]:
    """Return the chains of a trace: of the postings that were asked for, else of all."""
    asked = {*found.found_by, *(one.key for one in found.postings if one.key == word)}
    for posting in found.postings:
        if not asked or posting.key in asked:
            yield _chain(found, posting)


def _chain(found: Trace, posting: Posting) -> tuple[Step, ...]:
    return (
        Step("document", posting.document or "none", f"in {posting.system}"),
        Step("posting", posting.key, f"{posting.kind}, {posting.state.value}"),
        *_decided(found, posting),
        *(
            Step("signal", signal.id, f"from {signal.source}, {signal.received_at[:19]}")
            for signal in found.signals
        ),
    )


def _decided(found: Trace, posting: Posting) -> Iterator[Step]:
    """Return decision, remedy, diagnosis, prompt and facts, as far as they lie behind a posting."""
    decided = found.decided_on(posting)
    if decided is None:
        yield Step("decision", posting.decision or "none", "a soft action waits for no decision")
        pin = found.attempts[-1] if found.attempts else None
    else:
        one = decided.decision
        said = f"{one.answer.value} by {one.by} as {one.role.value}: {one.reason}"
        yield Step("decision", one.id, said)
        pin = found.attempt_of(decided)
    if pin is not None:
        yield from _judged(found, pin)


def _judged(found: Trace, pin: Pin) -> Iterator[Step]:
    ruled = f"{pin.ruling.get('verb')} by policy {pin.ruling.get('policy')}"
    yield Step("remedy", pin.remedy_hash, f"attempt {pin.attempt}: {ruled}")
    diagnosis = pin.diagnosis
    judge = f"{diagnosis.get('judge')}, confidence {diagnosis.get('confidence')}"
    yield Step("diagnosis", str(diagnosis.get("cause")), judge)
    yield _prompt(found.audit, pin)
    systems = sorted({str(row["system"]) for row in pin.facts.values() if row.get("system")})
    read = {name: str(row.get("read_at")) for name, row in pin.facts.items()}
    yield Step("facts", ", ".join(pin.facts), f"from {', '.join(systems)}", read)


def _prompt(audit: tuple[Link, ...], pin: Pin) -> Step:
    """Return the words whose answer the judge went by: the last call before the remedy was pinned.

    A judge that went by words names them (``model/diagnose@1.0.0#…``); a call whose answer was of
    no use leaves the weighing to judge.
    """
    judge = str(pin.diagnosis.get("judge"))
    for link in reversed(_before(audit, pin)):
        words = link.details
        mark = f"{words.get('prompt')}@{words.get('version')}#{str(words.get('sha256'))[:12]}"
        heard = link.what == ASKED and words.get("purpose") != Purpose.SHADOW
        if heard and f"/{mark}/" in judge:
            return Step("prompt", f"{words['prompt']} {words['version']}", _told(words), words)
    return Step("prompt", "none", NO_PROMPT)


def _before(audit: tuple[Link, ...], pin: Pin) -> list[Link]:
    """Return what was written down before an attempt's remedy was pinned."""
    places = [
        link.sequence
        for link in audit
        if link.what == PINNED and link.details.get("attempt") == pin.attempt
    ]
    return [link for link in audit if not places or link.sequence < places[0]]


def _told(words: Mapping[str, Any]) -> str:
    drawn = "" if words.get("bucket") is None else f" (bucket {words['bucket']})"
    trusted = ", provisional" if words.get("provisional") else ""
    return (
        f"sha256 {words.get('sha256')}, as {words.get('alias')}{drawn}{trusted}; "
        f"{words.get('returned') or words.get('model')} answered; rendered {words.get('rendered')}"
    )
