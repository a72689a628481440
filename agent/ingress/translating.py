"""Translating: what other systems say, as signals. Pure; what must be read first is only named.

What was received travels in the signal's ``data.received``, so that a person sees it as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from agent.ingress.idoc import Idoc, Line
from agent.ingress.rules import Reads, Rule, rules
from agent.intake import Malformed
from tools.objects.identifiers import normal

FOREIGN = ("sap.", "dm.")

ZoneOf = Callable[[str], ZoneInfo]


@dataclass(frozen=True)
class Translated:
    """A signal in the making.

    Attributes:
        event: The signal as far as it is known.
        rule: By what it was translated.
        reads: The object that says which plant it belongs to, where that is not said.
        by_its_clock: When it was made, by the clock on the wall of its plant.
    """

    event: Mapping[str, Any]
    rule: Rule
    reads: Reads | None = None
    by_its_clock: datetime | None = None

    @property
    def data(self) -> Mapping[str, str]:
        """The signal's data."""
        return self.event["data"]

    def placed(self, data: Mapping[str, str], zone_of: ZoneOf) -> Mapping[str, Any]:
        """Return the event with what reading the object added: its plant, and so its time."""
        event = {**self.event, "data": {**self.data, **data}}
        if self.by_its_clock is not None:
            made = self.by_its_clock.replace(tzinfo=zone_of(data["plant"]))
            event["time"] = made.isoformat()
        return event


def is_foreign(event: Mapping[str, Any]) -> bool:
    """Return whether an event is in another system's words."""
    kind = event.get("type")
    return isinstance(kind, str) and kind.startswith(FOREIGN)


def translated(event: Mapping[str, Any]) -> Translated:
    """Return the signal that another system's event becomes.

    Raises:
        Malformed: No line of the table is about such an event, or it names nothing.
    """
    kind = str(event["type"])[:200]
    found = event.get("data")
    if not isinstance(found, dict):
        raise Malformed("data", "is no object")
    data = cast(dict[str, Any], found)

    def look(name: str) -> str | None:
        value = data.get(name)
        return value if isinstance(value, str) else None

    named = [rule for rule in rules("events") if rule.name == kind]
    if not named:
        raise Malformed("type", f"nobody has said yet what {kind} means (events.toml)")
    rule = next((rule for rule in named if rule.fits(look)), named[0])
    missing = next((theirs for theirs in rule.keys.values() if theirs in data), None)
    if missing is None:
        raise Malformed("data", f"names none of {', '.join(rule.keys.values())}")
    made = {**event, "type": rule.signal, "data": {**rule.data(look), "received": dict(event)}}
    return Translated(made, rule, None if "plant" in made["data"] else rule.reads)


def translated_idoc(idoc: Idoc, now: datetime, zone_of: ZoneOf) -> list[Translated]:
    """Return the signals of an IDoc; none where no line of the table wants any segment of it.

    Raises:
        Malformed: No line of the table is about its message type.
    """
    named = [rule for rule in rules("idocs") if rule.name == idoc.message]
    if not named:
        kind = idoc.message or "an IDoc without one"
        raise Malformed("MESTYP", f"nobody has said yet what {kind[:40]} means (idocs.toml)")
    wanted = {rule.segment for rule in named}
    lines = [line for line in idoc.lines() if line.segment.name in wanted]
    if not lines:
        raise Malformed("IDOC", f"holds no segment {', '.join(sorted(map(str, wanted)))}")
    made = list[Translated]()
    for index, line in enumerate(lines):
        own = [one for one in named if one.segment == line.segment.name]
        rule = next((one for one in own if one.fits(line.look)), None)
        if rule is not None:
            made.append(_of_line(idoc, index, rule, line, now, zone_of))
    return made


def _of_line(
    idoc: Idoc,
    index: int,
    rule: Rule,
    line: Line,
    now: datetime,
    zone_of: ZoneOf,
) -> Translated:
    data = rule.data(line.look)
    own = line.segment
    received = {"control": idoc.control, "segment": own.name, "fields": own.fields}
    made = _made(idoc)
    event = {
        "specversion": "1.0",
        "id": f"{idoc.number}/{index + 1}",
        "source": idoc.source,
        "type": rule.signal,
        "time": (made.replace(tzinfo=zone_of(data.get("plant", ""))) if made else now).isoformat(),
        "data": {**data, "received": received},
    }
    return Translated(event, rule, None if "plant" in data else rule.reads, made)


def _made(idoc: Idoc) -> datetime | None:
    """Return when it was made, by its control record: by the clock on the wall of its plant."""
    said = idoc.control.get("CREDAT", "") + idoc.control.get("CRETIM", "")
    try:
        return datetime.strptime(said, "%Y%m%d%H%M%S")  # noqa: DTZ007 - whose wall is not known yet
    except ValueError:
        return None


def order_of(data: Mapping[str, str]) -> str:
    """Return the order that a signal names, as systems are asked for it.

    Raises:
        Malformed: It names none.
    """
    order = data.get("order", "").strip()
    if not order or not order.isprintable() or len(order) > 40:
        raise Malformed("data.order", "is missing, or no order")
    return normal(order)
