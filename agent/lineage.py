"""From a document back to the words: how a posting came about, step by step, as prompts tell it.

document ← posting ← decision ← remedy ← diagnosis ← prompt ← facts ← signal
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from agent.records.opening import opened
from agent.records.postings import Posting
from agent.records.remedies import Pin
from agent.records.tracing import Trace, trace
from agent.settings import read_settings
from registry.lineage import Step
from registry.use import PromptUse

NO_PROMPT = "no prompt: the weighing judged"


def of_posting(word: str) -> list[tuple[Step, ...]]:
    """Return a chain for each posting that a document, posting, case or signal leads to."""
    settings = read_settings()
    with opened(settings.home, settings.database) as database, database.read() as session:
        found = trace(session, word)
    return [chain for one in found for chain in chains(one, word)]


def chains(found: Trace, word: str) -> Iterator[tuple[Step, ...]]:
    """Return the chains of a trace: of the postings asked for, or of all."""
    for posting in found.postings:
        if posting.key == word or posting.key in found.found_by:
            yield _chain(found, posting)
            continue
        if not found.found_by and all(one.key != word for one in found.postings):
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
        yield from _judged(pin)


def _judged(pin: Pin) -> Iterator[Step]:
    ruled = f"{pin.ruling.get('verb')} by policy {pin.ruling.get('policy')}"
    yield Step("remedy", pin.remedy_hash, f"attempt {pin.attempt}: {ruled}")
    diagnosis = pin.diagnosis
    judge = f"{diagnosis.get('judge')}, confidence {diagnosis.get('confidence')}"
    yield Step("diagnosis", str(diagnosis.get("cause")), judge)
    yield _prompt(diagnosis.get("prompt"))
    systems = sorted({str(row["system"]) for row in pin.facts.values() if row.get("system")})
    read = {name: str(row.get("read_at")) for name, row in pin.facts.items()}
    yield Step("facts", ", ".join(pin.facts), f"from {', '.join(systems)}", read)


def _prompt(plain: object) -> Step:
    """Return the words the judge was asked with; what is written there may not be whole."""
    if plain is None:
        return Step("prompt", "none", NO_PROMPT)
    try:
        use = PromptUse.model_validate(plain)
    except ValidationError:
        return Step("prompt", "unreadable", "what is recorded of it is no prompt's use")
    prompt = use.prompt
    drawn = "" if prompt.bucket is None else f" (bucket {prompt.bucket})"
    trusted = "provisional" if use.provisional else f"promotion {use.promotion}"
    said = (
        f"sha256 {prompt.sha256}, as {prompt.alias.value}{drawn}, {trusted}; "
        f"{use.model} answered; rendered {use.rendered_sha256}"
    )
    return Step("prompt", f"{prompt.name} {prompt.version}", said, use.model_dump(mode="json"))
