"""Picking orders of a seeded plant by what they are like, so that scenarios survive another seed.

A pick is deterministic: of those that fit, the one with the lowest number, orders in work before
orders that are only released. What is in trouble already is passed over, so that several scenarios
can happen in one world.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from tools.objects.confirmation import ConfirmationState
from tools.objects.nonconformance import Held
from tools.objects.order import Component, Operation, OrderStatus, ProductionOrder
from tools.objects.quantity import Quantity, plain
from tools.objects.sync import SyncMessage, SyncState
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.floors.floor import Floor, Impossible
from tools.sandbox.floors.keeping import share
from tools.sandbox.s4.rows import Row
from tools.sandbox.world import World

_UNSETTLED = frozenset(
    {ConfirmationState.PENDING, ConfirmationState.HELD, ConfirmationState.REFUSED}
)
_RUNNABLE = (OrderStatus.IN_PROGRESS, OrderStatus.RELEASED)


@dataclass(frozen=True)
class Wanted:
    """What a component should be like; None is anything.

    Args:
        unit: The unit it is kept in.
        batches: Whether it is kept in batches.
        packed_in: An alternative unit the ERP has a factor for.
        measured_in: The unit in which the bill of material measures it.
        alternative: Whether the bill of material names something that may stand in for it.
        old_number: Whether it had another number once.
        whole: Whether the share of one reported lot should be at least this much.
    """

    unit: str | None = None
    batches: bool | None = None
    packed_in: str | None = None
    measured_in: str | None = None
    alternative: bool | None = None
    old_number: bool | None = None
    whole: Decimal = Decimal(1)


ANYTHING = Wanted()


@dataclass(frozen=True)
class Run:
    """An order in work: its operation, a component that goes into it, and a lot to report."""

    order: ProductionOrder
    operation: Operation
    component: Component
    lot: Quantity

    @property
    def share(self) -> Quantity:
        """How much of the component goes into the lot by the bill of material."""
        return share(self.component, self.lot, self.operation.planned)

    @property
    def left(self) -> Quantity:
        """What the operation still has to make."""
        return self.operation.planned - self.operation.yielded - self.operation.scrapped

    @property
    def names(self) -> dict[str, str]:
        """The names under which a story may refer to all this."""
        return {
            "plant": self.order.plant,
            "order": self.order.number,
            "product": self.order.material,
            "planned": plain(self.operation.planned.amount),
            "operation": self.operation.number,
            "work_center": self.operation.work_center,
            "left": plain(self.left.amount),
            "lot": plain(self.lot.amount),
            "component": self.component.material,
            "location": self.component.location or "",
            "batch": self.component.batch or "",
            "share": plain(self.share.amount),
            "unit": self.component.required.unit,
            "item": self.component.item,
        }

    def part(self, percent: int | Decimal) -> str:
        """Return a percentage of the component's share, in whole units where it has any."""
        amount = self.share.amount * Decimal(percent) / 100
        return plain(amount.quantize(Decimal(1)) if amount >= 1 else amount)


def run(
    world: World,
    plant: str,
    wanted: Wanted = ANYTHING,
    *,
    statuses: Collection[OrderStatus] = _RUNNABLE,
    at_least: int = 8,
    position: int = 0,
) -> Run:
    """Return an order in work whose operation takes such a component.

    Args:
        world: The world.
        plant: The plant.
        wanted: What the component is like.
        statuses: What the order may be in the MES.
        at_least: How much the operation must have left.
        position: How many that fit, each of another order, are passed over.

    Raises:
        Impossible: The seed has no such order.
    """
    found = list(islice(_runs(world, plant, wanted, statuses, at_least), position + 1))
    if position >= len(found):
        raise Impossible(f"plant {plant} has {len(found)} orders in work with {wanted}")
    return found[position]


def order_with(
    world: World, plant: str, *, mes: OrderStatus, erp: str, position: int = 0
) -> ProductionOrder:
    """Return an order that stands so in the MES, and shows this status word in the ERP.

    Raises:
        Impossible: The seed has no such order.
    """
    floor = floor_of(world, plant)
    found = [
        order
        for number, order in sorted(floor.state.orders.items())
        if order.plant == plant and order.status is mes and _shows(world, number, erp)
    ]
    if position >= len(found):
        raise Impossible(f"plant {plant} has {len(found)} orders that are {mes} and {erp}")
    return found[position]


def last_released(world: World, plant: str, *, at: str | None = None) -> ProductionOrder:
    """Return the order due last of those both sides have released, with work at a work centre.

    Raises:
        Impossible: The seed has no such order.
    """
    found = [
        order
        for number, order in sorted(floor_of(world, plant).state.orders.items())
        if (order.plant, order.status) == (plant, OrderStatus.RELEASED)
        and _shows(world, number, "Released")
        and at in {None, *(step.work_center for step in order.operations)}
    ]
    if not found:
        raise Impossible(f"plant {plant} has no released order at {at or 'any work centre'}")
    return max(found, key=lambda order: order.planned_end)


def _runs(
    world: World,
    plant: str,
    wanted: Wanted,
    statuses: Collection[OrderStatus],
    at_least: int,
) -> Iterator[Run]:
    floor = floor_of(world, plant)
    orders = sorted(floor.state.orders.values(), key=lambda one: one.number)
    for status in statuses:
        for order in orders:
            if (order.plant, order.status) != (plant, status):
                continue
            found = _run(world, floor, order, wanted, at_least)
            if found is not None:
                yield found


def _run(
    world: World, floor: Floor, order: ProductionOrder, wanted: Wanted, at_least: int
) -> Run | None:
    operation = next((one for one in order.operations if one.finished_at is None), None)
    if operation is None or not _at_peace(world, floor, order, operation):
        return None
    left = operation.planned - operation.yielded - operation.scrapped
    if left.amount < at_least:
        return None
    lot = Quantity((left.amount / 2).to_integral_value(), left.unit)
    for component in floor.components(order.number):
        if component.operation != operation.number:
            continue
        found = Run(order, operation, component, lot)
        if _fits(world, found, wanted):
            return found
    return None


def _fits(world: World, found: Run, wanted: Wanted) -> bool:
    component, plant = found.component, found.order.plant
    item = _bom_item(world, found)
    row = world.s4.product_plants[component.material, plant]
    packed = (component.material, wanted.packed_in) in world.s4.product_units
    alternative = item is not None and bool(item["AlternativeItemGroup"])
    return (
        _at_the_line(world, found)
        and {component.material, component.batch or ""}.isdisjoint(
            _troubled_materials(floor_of(world, plant))
        )
        and found.share.amount >= wanted.whole
        and wanted.unit in {None, component.required.unit}
        and wanted.batches in {None, bool(row["IsBatchManagementRequired"])}
        and (wanted.packed_in is None or packed)
        and wanted.alternative in {None, alternative}
        and wanted.old_number in {None, bool(_old_number(world, component.material))}
        and (
            wanted.measured_in is None
            or (item is not None and item["BillOfMaterialItemUnit"] == wanted.measured_in)
        )
    )


def old_number_of(world: World, found: Run) -> str:
    """Return the number a run's component had once."""
    return _old_number(world, found.component.material)


def alternative_of(world: World, found: Run) -> str:
    """Return the material that may stand in for a run's component.

    Raises:
        Impossible: The bill of material names none.
    """
    own = _bom_item(world, found)
    for row in _bom_items(world, found):
        same = own is not None and row["AlternativeItemGroup"] == own["AlternativeItemGroup"]
        if own and own["AlternativeItemGroup"] and same and row is not own:
            return row["BillOfMaterialComponent"]
    raise Impossible(f"nothing may stand in for {found.component.material}")


def _old_number(world: World, material: str) -> str:
    return world.s4.products[(material,)]["ProductOldID"]


def _bom_item(world: World, found: Run) -> Row | None:
    material = found.component.material
    rows = [r for r in _bom_items(world, found) if r["BillOfMaterialComponent"] == material]
    return rows[0] if rows else None


def _bom_items(world: World, found: Run) -> list[Row]:
    product = (found.order.material, found.order.plant)
    return [r for r in world.s4.bom_items.values() if (r["Material"], r["Plant"]) == product]


def _at_peace(world: World, floor: Floor, order: ProductionOrder, operation: Operation) -> bool:
    """Return whether both sides agree on an order, and nothing of it waits or was refused."""
    row = world.s4.orders.get((order.number,))
    if row is None or row["TotalQuantity"] != order.quantity.amount or not row["OrderIsReleased"]:
        return False
    if row["OrderIsTechnicallyCompleted"] or row["OrderIsLocked"]:
        return False
    if any(one.order == order.number for one in _refused(floor)):
        return False
    reports = [one for one in floor.state.confirmations.values() if one.order == order.number]
    if any(entry.state in _UNSETTLED for entry in reports):
        return False
    booked = [row for row in world.s4.confirmations.values() if row["OrderID"] == order.number]
    yielded = sum(
        row["OpTotalConfirmedYieldQty"]
        for row in world.s4.operations_of(order.number)
        if row["ManufacturingOrderOperation"] == operation.number
    )
    return len(booked) == len(reports) and yielded == operation.yielded.amount


def _refused(floor: Floor) -> list[SyncMessage]:
    return [one for one in floor.state.messages.values() if one.state is SyncState.FAILED]


def _troubled_materials(floor: Floor) -> set[str]:
    """Return what refused goods issues are about, and what is on hold."""
    documents = floor.state.documents
    held = {
        part
        for hold in floor.state.holds.values()
        if hold.active and hold.kind in {Held.MATERIAL, Held.BATCH}
        for part in hold.object.split("/")
    }
    return held | {
        line.material
        for message in _refused(floor)
        if message.object in documents
        for line in documents[message.object].lines
    }


def _at_the_line(world: World, found: Run) -> bool:
    """Return whether the shop floor counts the component where it is issued."""
    lines = floor_of(world, found.order.plant).stock(found.component.material)
    return any(line.location == found.component.location for line in lines)


def _shows(world: World, order: str, word: str) -> bool:
    row = world.s4.orders.get((order,))
    return row is not None and bool(row.get(f"OrderIs{word}"))
