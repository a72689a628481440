"""A production or process order, as ERP and MES each keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tools.objects.quantity import Quantity


class OrderCategory(StrEnum):
    """Discrete or process manufacturing: two SAP services, one meaning."""

    PRODUCTION = "production"
    PROCESS = "process"


class OrderStatus(StrEnum):
    """How far an order has come; every system's own status is mapped to one of these."""

    CREATED = "created"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    PARTIALLY_CONFIRMED = "partially_confirmed"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    TECHNICALLY_COMPLETED = "technically_completed"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an order with what has been confirmed on it so far."""

    number: str
    work_center: str
    description: str
    planned: Quantity
    yielded: Quantity
    scrapped: Quantity
    control_key: str = ""
    status: OrderStatus = OrderStatus.CREATED
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One reservation item of an order: what it needs and what it has taken."""

    reservation: str
    item: str
    material: str
    required: Quantity
    withdrawn: Quantity
    operation: str
    location: str | None = None
    batch: str | None = None
    backflushed: bool = False
    final_issue: bool = False


@dataclass(frozen=True, slots=True)
class ProductionOrder:
    """An order in one system's words, translated.

    ``native_status`` keeps what the system itself said (``REL PCNF``, ``ACTIVE``), for people.
    """

    number: str
    plant: str
    material: str
    category: OrderCategory
    type: str
    status: OrderStatus
    quantity: Quantity
    yielded: Quantity
    scrapped: Quantity
    delivered: Quantity
    planned_start: datetime
    planned_end: datetime
    native_status: str = ""
    locked: bool = False
    production_version: str | None = None
    priority: int = 5
    operations: tuple[Operation, ...] = ()
    components: tuple[Component, ...] = ()
    note: str = ""
