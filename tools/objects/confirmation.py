"""A confirmation: what was made, scrapped and reworked in one operation of an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tools.objects.quantity import Quantity


class ConfirmationState(StrEnum):
    """Where a confirmation stands on its way from the shop floor into the books."""

    PENDING = "pending"
    HELD = "held"
    POSTED = "posted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MaterialUse:
    """Component consumption that travels with a confirmation."""

    material: str
    quantity: Quantity
    location: str | None = None
    batch: str | None = None
    reservation: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityUse:
    """Labour, machine or setup time that travels with a confirmation."""

    activity: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A confirmation as one system keeps it.

    ``number`` is the system's own (SAP: group/counter). ``reference`` is the mark its sender gave
    it. ``failed`` are movements the confirmation asked for that could not be posted and wait.
    ``note`` is free text an operator typed: evidence, never instruction.
    """

    number: str
    order: str
    operation: str
    yielded: Quantity
    scrapped: Quantity
    reworked: Quantity
    state: ConfirmationState
    posting_date: date
    entered_at: datetime
    final: bool = False
    work_center: str | None = None
    operator: str | None = None
    variance_reason: str | None = None
    note: str = ""
    reference: str | None = None
    reverses: str | None = None
    uses: tuple[MaterialUse, ...] = ()
    activities: tuple[ActivityUse, ...] = ()
    failed: tuple[MaterialUse, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmationDraft:
    """A confirmation to be posted.

    ``uses`` None means that the system's own proposal (backflush) applies; an empty tuple that
    nothing is consumed.
    """

    order: str
    operation: str
    yielded: Quantity
    scrapped: Quantity
    reworked: Quantity
    posting_date: date
    final: bool = False
    work_center: str | None = None
    variance_reason: str | None = None
    note: str = ""
    uses: tuple[MaterialUse, ...] | None = None
    activities: tuple[ActivityUse, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmationProposal:
    """What the ERP itself would post for a yield: quantities, activities and component issues."""

    order: str
    operation: str
    yielded: Quantity
    scrapped: Quantity
    final: bool
    uses: tuple[MaterialUse, ...] = ()
    activities: tuple[ActivityUse, ...] = ()
