"""The card that Teams shows of an event, in the envelope that a Workflows webhook takes.

The envelope is exact: with another one the flow fails inside, and the sender sees success. Cards
declare version 1.4 and use what version 1.2 knew, which is what phones show too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from babel.dates import format_datetime

from agent.case.text import Text, text
from agent.notify.escaping import plain
from agent.notify.lint import CARD
from agent.notify.told import Told
from agent.words.catalog import Language
from agent.words.speech import Speech
from tools.plant.authority import Criticality
from tools.plant.model import Plant
from tools.plant.notify import Topic

SHORT = 120
MOMENTS: Mapping[str, str] = MappingProxyType({"en": "d MMM y, HH:mm", "de": "dd.MM.y, HH:mm"})
HEADINGS: Mapping[Topic, Text] = MappingProxyType(
    {
        Topic.ASKED: text("A decision is wanted"),
        Topic.FORWARDED: text("A decision was forwarded"),
        Topic.REMINDER: text("A decision is due soon"),
        Topic.ESCALATED: text("A decision is overdue"),
        Topic.WOKEN: text("A decision is back on the list"),
        Topic.NEEDS_PERSON: text("Somebody has to look at a case"),
        Topic.REPORTED_AGAIN: text("What somebody has to look at was reported again"),
        Topic.CASE_DEAD: text("A case could not be worked on"),
        Topic.POSTING_GIVEN_UP: text("A posting was given up"),
    }
)
ROLES: Mapping[str, Text] = MappingProxyType(
    {
        "planner": text("planner"),
        "supervisor": text("supervisor"),
        "controller": text("controller"),
        "integrator": text("integrator"),
        "auditor": text("auditor"),
    }
)
URGENCY: Mapping[str, Text] = MappingProxyType(
    {
        "urgent": text("urgent"),
        "high": text("high"),
        "normal": text("normal"),
        "low": text("low"),
    }
)
ALARMING = frozenset({Topic.ESCALATED, Topic.CASE_DEAD, Topic.POSTING_GIVEN_UP})


def message(told: Told, plant: Plant, link: str | None) -> dict[str, Any]:
    """Return what is sent to a Workflows webhook of a plant."""
    card = _Card(told, plant).content(link)
    attached = {"contentType": CARD, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}


class _Card:
    """One card in the plant's language: words, numbers, money and units."""

    def __init__(self, told: Told, plant: Plant) -> None:
        self._told, self._plant = told, plant
        self._speech = Speech(Language(plant.site.language), plant.zone)

    def content(self, link: str | None) -> dict[str, Any]:
        told = self._told
        alarming = told.topic in ALARMING or told.criticality == Criticality.URGENT
        head = _block(self._said(HEADINGS[told.topic]), size="Medium", weight="Bolder")
        body = [
            {
                "type": "Container",
                "style": "attention" if alarming else "emphasis",
                "bleed": True,
                "items": [head],
            },
            *self._sentences(),
            {"type": "FactSet", "facts": list(self._facts())},
        ]
        if told.asks and link is not None:
            note = text("The link changes nothing by itself: you sign in and decide on the page.")
            body.append(_block(self._said(note), size="Small", isSubtle=True))
        return {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": body,
            "actions": [] if link is None else [self._action(link)],
        }

    def _sentences(self) -> Iterator[dict[str, Any]]:
        """Say what is proposed or asked, and why somebody is told, where there is anything."""
        says = plain(self._said(self._told.says)) if self._told.says else ""
        for one in (says, plain(self._told.why)):
            if one.strip():
                yield _block(one)

    def _facts(self) -> Iterator[dict[str, str]]:
        told = self._told
        rows = (
            (text("Object"), self._object()),
            (text("Kind"), self._said(told.title) if told.title else told.kind or ""),
            (text("Plant"), f"{told.plant} {told.plant_name}"),
            (text("Urgency"), self._named(URGENCY, told.criticality)),
            (text("Whose matter"), self._named(ROLES, told.role)),
            (text("Decide by"), self._due()),
            (text("Value"), self._value()),
            (text("Case"), told.case),
        )
        for title, value in rows:
            shown = plain(value, SHORT)
            if shown.strip():
                yield {"title": self._said(title), "value": shown}

    def _object(self) -> str:
        _, _, rest = self._told.object.partition("/")
        kind, _, name = rest.partition("/")
        if not name:
            return self._told.object
        return f"{self._speech(kind.replace('_', ' ').capitalize())} {name}"

    def _due(self) -> str:
        due = self._told.due_at
        if due is None or not self._told.asks:
            return ""
        local = self._plant.local(due)
        shown = format_datetime(
            local, MOMENTS[self._plant.site.language], locale=self._speech.locale
        )
        return f"{shown} ({local.tzname()})"

    def _value(self) -> str:
        value = self._told.value
        return "" if value is None else self._speech.money(value)

    def _action(self, link: str) -> dict[str, Any]:
        title = text("Review and decide") if self._told.asks else text("Look at the case")
        return {"type": "Action.OpenUrl", "title": self._said(title), "url": link}

    def _named(self, names: Mapping[str, Text], word: str) -> str:
        return self._said(names[word]) if word in names else word

    def _said(self, sentence: Text) -> str:
        return self._speech.text(sentence)


def _block(words: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": words, "wrap": True, **style}
