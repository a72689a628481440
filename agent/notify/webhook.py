"""The event that is sent to any consumer: a CloudEvent, signed by Standard Webhooks.

The id is the event's and stays when it is sent again, so consumers can tell what they know. While a
secret is being changed every one of them signs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from agent.ingress.signatures import ID, SIGNATURE, TIMESTAMP
from agent.notify.escaping import shortened
from agent.notify.told import Told
from agent.words.catalog import Language, translator
from tools.plant.model import Plant

TYPE = "application/cloudevents+json; charset=utf-8"
LONGEST = 2000


def event(told: Told, plant: Plant, link: str | None) -> dict[str, Any]:
    """Return the CloudEvent."""
    say = translator(Language(plant.site.language))
    value = told.value
    return {
        "specversion": "1.0",
        "id": told.event,
        "source": f"/concord/{told.plant}",
        "type": f"concord.{told.topic}",
        "subject": told.case,
        "time": told.at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "case": told.case,
            "kind": told.kind,
            "plant": told.plant,
            "object": told.object,
            "criticality": told.criticality,
            "role": told.role or None,
            "due_at": told.due_at.isoformat() if told.due_at else None,
            "value": {"amount": str(value.amount), "currency": value.currency} if value else None,
            "says": shortened(told.says.said(say), LONGEST) if told.says else None,
            "why": shortened(told.why, LONGEST) or None,
            "asks": told.asks and not told.overtaken,
            "link": link,
        },
    }


def body(content: dict[str, Any]) -> bytes:
    """Return a message as the bytes that are signed and sent."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def headers(name: str, content: bytes, secrets: Sequence[Webhook], at: datetime) -> dict[str, str]:
    """Return the headers of an event that is sent at a time."""
    signed = " ".join(secret.sign(name, at, content.decode()) for secret in secrets)
    return {
        "content-type": TYPE,
        ID: name,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: signed,
    }
