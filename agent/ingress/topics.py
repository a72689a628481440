"""What a message of a broker means, as the plant's file says. Pure: bytes in, an event out."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from agent.intake import Malformed, parse
from tools.plant.incoming import TopicRule


def rule_of(rules: tuple[TopicRule, ...], topic: str) -> TopicRule | None:
    """Return the first rule whose filter a topic matches."""
    return next((rule for rule in rules if matches(rule.topic, topic)), None)


def matches(wanted: str, topic: str) -> bool:
    """Return whether a topic is one of those that a filter asks for."""
    left, found = wanted.split("/"), topic.split("/")
    for place, level in enumerate(left):
        if level == "#":
            return True
        if place >= len(found) or level not in {"+", found[place]}:
            return False
    return len(left) == len(found)


def event_of(
    plant: str, topic: str, payload: bytes, rule: TopicRule | None, now: datetime
) -> bytes:
    """Return a message as the event it becomes; what is none stays as it is, to be refused."""
    if rule is None or rule.signal is None:
        return payload
    try:
        said = parse(payload)
    except Malformed:
        return payload
    wanted = {**rule.keys, **rule.fields}
    found = {name: _word(said.get(theirs)) for name, theirs in wanted.items()}
    data = {name: value for name, value in found.items() if value is not None}
    name = _word(said.get(rule.id)) if rule.id else None
    event = {
        "specversion": "1.0",
        "id": name or "sha256:" + hashlib.sha256(topic.encode() + b"\0" + payload).hexdigest(),
        "source": f"/mqtt/{plant}",
        "type": rule.signal,
        "time": data.pop("time", None) or now.isoformat(),
        "data": {"plant": plant, **data, "received": {"topic": topic, "message": said}},
    }
    return json.dumps(event).encode()


def _word(value: Any) -> str | None:
    """Return a value as a key: numbers as their digits, for machines send codes as numbers."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
