"""What a shop floor system tells the ERP, whichever system it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tools.objects.confirmation import Confirmation
from tools.objects.movement import MaterialDocument
from tools.objects.sync import Refusal


class Purpose(StrEnum):
    """What a message asks of the ERP."""

    CONFIRMATION = "confirmation"
    CONFIRMATION_CANCELLATION = "confirmation_cancellation"
    MOVEMENT = "movement"
    MOVEMENT_CANCELLATION = "movement_cancellation"


@dataclass(frozen=True)
class Outgoing:
    """One message with what it carries.

    Args:
        number: The message's number.
        purpose: What is asked.
        confirmation: The confirmation to post, or the one to cancel.
        movement: The goods movement to post, or the one to cancel.
        mark: The reference of a cancellation: 32 hexadecimal digits or a GUID.
    """

    number: str
    purpose: Purpose
    confirmation: Confirmation | None = None
    movement: MaterialDocument | None = None
    mark: str | None = None


Erp: TypeAlias = Callable[[Outgoing], tuple[Refusal, ...]]
"""The ERP's side of the interface: posts a message and returns its refusals; none means posted."""
