"""The record of every call: who was asked what, in which words, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from agent.reasoning.request import ModelAnswer, ModelRequest
from agent.reasoning.words import Rendered


class Purpose(StrEnum):
    """What a call was for; only the first kind counts as asking the model about a case."""

    DIAGNOSE = "diagnose"
    IDENTIFY = "identify"
    EXPLAIN = "explain"
    CHAT = "chat"
    AGAIN = "again"
    REPAIR = "repair"
    SHADOW = "shadow"


@dataclass(frozen=True)
class Occasion:
    """On whose behalf a call is made, and with which words."""

    case: str
    plant: str
    words: Rendered


@dataclass(frozen=True)
class Call:
    """One request that went out, with its answer or the reason there is none."""

    occasion: Occasion
    purpose: Purpose
    model: str
    request: ModelRequest
    answer: ModelAnswer | None
    trouble: str
    latency_ms: float
    cost: Decimal | None


class Calls(Protocol):
    """Where calls are recorded."""

    async def record(self, call: Call) -> None:
        """Write a call down."""
        ...
