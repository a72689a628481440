"""How the copies of the audit stand, by the records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.doctoring.finding import Finding, fine, odd
from agent.doctoring.reading import opened
from agent.records.audit_copies import Standing, standings
from agent.settings import Settings
from tools.plant.model import Plant


def copies(plants: Sequence[Plant], settings: Settings) -> list[Finding]:
    """Look at every system that keeps copies; the database itself is looked at elsewhere."""
    targets = [target for plant in plants for target in plant.copy_targets]
    if not targets:
        return []
    with opened(settings) as session:
        known = standings(session, targets) if session is not None else []
    found = {one.target: one for one in known}
    return [finding for target in targets for finding in _of(target, found.get(target))]


def _of(target: str, one: Standing | None) -> Iterator[Finding]:
    what = f"copies of the audit {target}"
    if one is None:
        yield fine(what, "begin once a worker runs")
        return
    if one.trouble:
        mend = "Mend what it says; nothing is lost meanwhile."
        yield odd(what, f"{one.waiting} wait: {one.trouble}", mend)
    if one.refused:
        mend = f"See 'concord audit copies', mend it, then: concord audit copy-again {target}"
        yield odd(what, f"entries not taken: {len(one.refused)}", mend)
    if not one.trouble and not one.refused:
        yield fine(what, f"up to entry {one.sequence}, {one.waiting} wait")
