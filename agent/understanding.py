"""Understanding: what a signal is about, for the plants and conflicts that are known here and now.

Bytes are read strictly. What is no signal, or of no plant we know, is understood as refused, with
the reason; what no playbook recognises is about no conflict, and becomes a case for a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from agent.identifying import conflict_of
from agent.intake import LONGEST, Malformed, letter_of, parse, read_signal
from agent.playbooks.catalog import Catalog
from agent.records.arrivals import Arrived
from tools.plant.model import Plant

NOBODY = "unknown"
"""Stands for the source of what does not say where it comes from."""


@dataclass(frozen=True)
class Understood:
    """A signal as it was understood; ``problem`` says what was wrong with it, and where."""

    arrived: Arrived
    problem: Malformed | None = None


@dataclass(frozen=True)
class Acquaintance:
    """What a signal is judged by: the plants and conflicts that are known, and the time."""

    plants: Mapping[str, Plant]
    catalog: Catalog
    now: datetime

    def understand(self, raw: bytes, proposed_by: str | None = None) -> Understood:
        """Read what arrived. Never raises: what cannot be read is understood as refused."""
        try:
            event = parse(raw)
        except Malformed as problem:
            text = raw[:LONGEST].decode("utf-8", "replace")
            name = "sha256:" + hashlib.sha256(raw).hexdigest()
            return refused(Arrived(NOBODY, name, {"text": text}), problem)
        return self.understood(event, raw, proposed_by)

    def understood(
        self, event: Mapping[str, Any], raw: bytes, proposed_by: str | None = None
    ) -> Understood:
        """Understand an event that was read; ``raw`` names it where it has no name of its own."""
        try:
            signal = read_signal(event, self.now)
        except Malformed as problem:
            letter = letter_of(event)
            name = letter.id if letter else "sha256:" + hashlib.sha256(raw).hexdigest()
            source = letter.source if letter else NOBODY
            return refused(Arrived(source, name, dict(event)), problem)
        arrived = Arrived(signal.source, signal.id, dict(event), signal, proposed_by=proposed_by)
        if signal.plant not in self.plants:
            known = ", ".join(sorted(self.plants)) or "none"
            said = f"no plant {signal.plant!r} is known here (known: {known})"
            problem = Malformed("data.plant", said)
            return refused(arrived, problem)
        conflict = conflict_of(signal, self.catalog, self.plants[signal.plant])
        return Understood(replace(arrived, conflict=conflict))

    def reread(self, body: Any) -> Arrived:
        """Understand a dead signal's body once more, now that somebody has mended something."""
        return self.understand(_raw(body)).arrived


def refused(arrived: Arrived, problem: Malformed) -> Understood:
    """Understand a signal as one that is refused, and kept with the reason."""
    return Understood(replace(arrived, signal=None, refusal=str(problem)), problem)


def _raw(body: Any) -> bytes:
    """Return the bytes a stored body came from, as far as they matter."""
    if isinstance(body, dict) and set(cast(dict[str, Any], body)) == {"text"}:
        return str(cast(dict[str, Any], body)["text"]).encode("utf-8", "surrogatepass")
    return json.dumps(body).encode()
