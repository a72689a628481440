"""How a product is made: the routing's operations and the work centres they run on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tools.objects.quantity import Quantity


@dataclass(frozen=True, slots=True)
class RoutingOperation:
    """One step: where it runs and how long it should take for the routing's base quantity."""

    number: str
    work_center: str
    description: str
    control_key: str
    setup: Quantity
    machine: Quantity
    labor: Quantity


@dataclass(frozen=True, slots=True)
class Routing:
    """The operations that make a product in one plant."""

    group: str
    counter: str
    material: str
    plant: str
    base_quantity: Quantity
    operations: tuple[RoutingOperation, ...]


@dataclass(frozen=True, slots=True)
class WorkCenter:
    """A place where work is done. ``resource`` is what the MES calls it."""

    number: str
    plant: str
    description: str
    cost_center: str
    hours_per_day: Decimal
    resource: str | None = None
    equipment: str | None = None
    required_skill: str | None = None
