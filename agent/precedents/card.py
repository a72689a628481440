"""A precedent's card: what of a settled case makes it resemble another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from agent.reasoning.masking import Mask

FREE_TEXT = frozenset({"note", "text", "reason", "long_text", "header_text"})
FEATURES = frozenset({"material", "work_center", "location", "operation", "message", "equipment"})


@dataclass(frozen=True)
class Card:
    """What is embedded: words somebody wrote, and features of the case such as its material.

    ``mask`` knows the names of the case, for embedders that send words away.
    """

    words: str
    features: tuple[str, ...]
    mask: Mask = field(default_factory=Mask, compare=False, repr=False)

    @property
    def masked(self) -> str:
        """The words without names."""
        return self.mask.hide(self.words)


@dataclass(frozen=True)
class Precedent:
    """A settled, approved case with its card."""

    case: str
    kind: str
    cause: str
    summary: str
    approved_by: str
    card: Card


def card_of(signal: Mapping[str, Any], sheet: Mapping[str, Any]) -> Card:
    """Return the card of a case, from its signal and the facts that were read for it."""
    features = {f"type={signal['type']}"}
    if signal.get("message"):
        features.add(f"message={signal['message']}")
    features |= {f"{name}={value}" for name, value in signal["keys"].items() if name in FEATURES}
    words = [signal.get("text", "")]
    for row in sheet.values():
        words += _free_text(row["value"])
    mask = Mask(signal, {name: row["value"] for name, row in sheet.items()})
    return Card(" ".join(word for word in words if word), tuple(sorted(features)), mask)


def _free_text(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, one in cast(Mapping[str, Any], value).items():
            if name in FREE_TEXT and isinstance(one, str):
                yield one
            elif isinstance(one, Mapping):
                yield from _free_text(one)
