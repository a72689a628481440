"""Calls, written into the records: each with an audit entry in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from agent.plain import dump
from agent.reasoning.calls import Call
from agent.records.canonical import digest
from agent.records.database import Database
from agent.records.texts import Asked, asked
from tools.plant.model import Plant


class RecordedCalls:
    """Records calls as each plant wants its texts kept."""

    def __init__(
        self, database: Database, plants: Mapping[str, Plant], clock: Callable[[], datetime]
    ) -> None:
        self._database, self._plants, self._clock = database, plants, clock

    async def record(self, call: Call) -> None:
        """Write a call down."""
        one = Asked(
            who=call.model,
            case=call.occasion.case,
            details=details_of(call),
            texts={
                "sent": dump(call.request),
                "answered": None if call.answer is None else dump(call.answer),
            },
            days=self._days(call.occasion.plant),
        )
        await asyncio.to_thread(self._write, one)

    def _days(self, plant: str) -> int | None:
        """Return how long texts are kept; those of no one plant as the strictest wants it."""
        kept = [one.retention for code, one in self._plants.items() if plant in {"", code}]
        if not kept or any(one.model_texts != "keep" for one in kept):
            return None
        return min(one.days for one in kept)

    def _write(self, one: Asked) -> None:
        with self._database.write() as session:
            asked(session, one, self._clock())


def details_of(call: Call) -> dict[str, Any]:
    """Return what is kept of a call for good: everything but what was said."""
    words, request, answer = call.occasion.words, call.request, call.answer
    return {
        "purpose": call.purpose.value,
        "prompt": words.name,
        "version": words.version,
        "sha256": words.sha256,
        "alias": words.alias,
        "bucket": words.bucket,
        "provisional": words.provisional,
        "rendered": words.rendered_hash,
        "model": call.model,
        "returned": answer.model if answer else None,
        "form": request.form.value,
        "parameters": digest(
            {
                "form": request.form.value,
                "schema": request.schema,
                "most_tokens": request.most_tokens,
                "temperature": request.temperature,
            }
        ),
        "finish": answer.finish.value if answer else None,
        "tokens_in": answer.tokens_in if answer else None,
        "tokens_out": answer.tokens_out if answer else None,
        "cost": None if call.cost is None else f"{call.cost:f}",
        "latency_ms": round(call.latency_ms),
        "trouble": call.trouble,
    }
