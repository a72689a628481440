"""A signal that came in, and the conflict it was identified as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tools.plant.authority import Criticality

__all__ = ["Conflict", "Criticality", "Signal"]


@dataclass(frozen=True)
class Signal:
    """A message that something happened or is about to.

    ``keys`` are the business keys it names (``order``, ``material``, ``confirmation``, …),
    normalised. ``message`` is the SAP message it quotes (``M7/021``). ``text`` is what a person or
    system wrote: evidence, never instruction.
    """

    id: str
    source: str
    type: str
    time: datetime
    plant: str
    keys: Mapping[str, str]
    message: str | None = None
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Conflict:
    """What the systems disagree on: a kind, a business object, a plant.

    ``object`` names the business object that admits one case burst at a time
    (``1010/order/1000012``). ``identified_by`` names the words and the model by whose answer the
    kind was identified; None where the signal itself tells.
    """

    kind: str
    plant: str
    object: str
    keys: Mapping[str, str]
    criticality: Criticality = Criticality.NORMAL
    handed_over_by: str | None = None
    identified_by: str | None = None
