"""A situation: what happened in a plant, and what is right about it by how it was made."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from evals.generator import notes
from evals.generator.orders import Order, orders
from tools.sandbox.scenarios.picking import Wanted

Change = dict[str, Any]
Given = Mapping[str, Any]


class NotThisTime(Exception):
    """What was drawn makes no such situation; another is drawn."""


@dataclass(frozen=True)
class Situation:
    """What a generated case is made of.

    ``alone`` says whether the agent may settle it without a person: ``decided`` by the facts,
    ``certified`` with a certificate only, or ``never``.
    """

    plant: str
    story: str
    world: Sequence[Change]
    signal: Given
    causes: Sequence[str]
    because: str
    actions: Sequence[Sequence[str]] = ()
    forbidden: Sequence[str] = ()
    end: Sequence[Given] = ()
    quantities: Sequence[Given] = ()
    alone: str = "never"
    difficulty: str = "medium"
    language: str = "none"
    decided_by: str = "facts"
    attack: Given | None = None


@dataclass
class Draw:
    """What one situation is drawn with; equal seeds draw equal situations."""

    rng: random.Random
    taken: set[str] = field(default_factory=set[str])

    def order(self, plant: str, least: int = 40, like: Wanted | None = None) -> Order:
        """Return an order in work that fits, another one than was taken before."""
        fitting = [
            one for one in orders(plant, least, like or Wanted()) if one.number not in self.taken
        ]
        if not fitting:
            raise NotThisTime(f"{plant} has no such order left")
        found = self.rng.choice(fitting)
        self.taken.add(found.number)
        return found

    def plant(self) -> str:
        """Return one of the two plants."""
        return self.rng.choice(("1010", "1710"))

    def between(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return self.rng.randint(low, high)

    def lot(self, order: Order) -> Decimal:
        """Return a lot to report: a fifth to nine tenths of what is left, in whole units."""
        part = Decimal(self.between(20, 90)) / 100
        made = (order.left * part).to_integral_value()
        return made if made >= 1 else Decimal(1)

    def idle(self) -> str:
        """Return a note that says nothing of the conflict."""
        return notes.idle(self.rng)

    def note(self, meaning: str, amount: str = "") -> tuple[str, str]:
        """Return a note of a meaning, and its language."""
        return notes.about(self.rng, meaning, amount)

    def minutes(self) -> int:
        """Return how long ago something was reported."""
        return self.between(15, 400)

    def clutter(self, plant: str) -> list[Change]:
        """Return records of the plant that have nothing to do with the conflict, often none."""
        if self.rng.random() > 0.35:
            return []
        try:
            other = self.order(plant, 20)
        except NotThisTime:
            return []
        report: Change = {
            "do": "mes_confirmation",
            "order": other.number,
            "yielded": str(min(other.left, Decimal(self.between(2, 15))).to_integral_value()),
            "note": self.idle(),
            "minutes_ago": self.between(60, 600),
            "state": "posted",
        }
        return [{"do": "supply", "order": other.number}, report]


Template = Callable[[Draw], Situation]


def but(given: Given, **other: Any) -> dict[str, Any]:
    """Return what is given, with other values for some of it."""
    return {**given, **other}


def supplied(order: Order, times: int = 3) -> Change:
    """Return the change that gives an order what it needs."""
    return {"do": "supply", "order": order.number, "times": str(times)}


def refusal_of(name: str) -> dict[str, str]:
    """Return what a signal quotes of a refused message."""
    return {
        "message": f"${{{name}.message}}",
        "message_class": f"${{{name}.message_class}}",
        "message_number": f"${{{name}.message_number}}",
        "text": f"${{{name}.text}}",
    }
