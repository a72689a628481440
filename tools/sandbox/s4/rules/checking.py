"""May this goods movement be booked? One line against master data, order, and the stock left.

Several lines are checked one after the other against a ``Ledger``: what an earlier line takes is
gone for a later one, and nothing changes before all of them are found good.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from tools.objects.identifiers import normal
from tools.sandbox.s4.entries import Line, StockKey
from tools.sandbox.s4.loading.products import BLOCKED_STATUS
from tools.sandbox.s4.refusal import Cause, Refused
from tools.sandbox.s4.rows import ZERO, Key, Row, three_places
from tools.sandbox.s4.rules.measures import expressed, in_base_unit, spoken
from tools.sandbox.s4.rules.movement_types import Account, Books, Kind, Use, kind_of
from tools.sandbox.s4.rules.order_status import order_row, require_movable
from tools.sandbox.s4.state import S4

_STOCK_NAMES = {
    Use.UNRESTRICTED: "Unrestricted-use",
    Use.QUALITY: "Quality inspection",
    Use.BLOCKED: "Blocked",
}
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Booking:
    """A line found good: completed from order and reservation, with what it does to stock."""

    line: Line
    kind: Kind
    base_quantity: Decimal
    base_unit: str
    changes: tuple[tuple[StockKey, Decimal], ...]
    component: Key | None


@dataclass
class Ledger:
    """The stock and deliveries as they would be after the lines checked so far."""

    state: S4
    moved: dict[StockKey, Decimal] = field(default_factory=dict[StockKey, Decimal])
    delivered: dict[str, Decimal] = field(default_factory=dict[str, Decimal])

    def left(self, key: StockKey) -> Decimal:
        """Return what would lie in a place."""
        return self.state.on_hand(key) + self.moved.get(key, ZERO)

    def admit(self, booking: Booking) -> None:
        """Count a booking in."""
        for key, change in booking.changes:
            self.moved[key] = self.moved.get(key, ZERO) + change


def check(ledger: Ledger, line: Line) -> Booking:
    """Return what a line would book, and count it in.

    Raises:
        Refused: Master data, the order's status, its tolerance or the stock forbids it.
    """
    state, kind = ledger.state, kind_of(line.type)
    plant_row = _plant_row(state, line)
    component = _account(state, kind, line)
    line = _completed(state, kind, line, component, plant_row)
    _require_location(state, line.plant, line.location)
    if kind.moves:
        _require_location(state, line.plant, line.to_location)
    _require_batch(plant_row, line)
    if line.quantity <= 0:
        raise Refused(Cause.NOT_POSITIVE)
    amount = in_base_unit(state, line.material, line.quantity, line.unit)
    if kind.books is Books.DELIVERED:
        _require_tolerance(ledger, kind, line)
    booking = Booking(
        line=line,
        kind=kind,
        base_quantity=amount,
        base_unit=state.conversions[line.material].base_unit,
        changes=effects(kind, line, amount),
        component=component,
    )
    _require_stock(ledger, booking)
    ledger.admit(booking)
    return booking


def _plant_row(state: S4, line: Line) -> Row:
    if not line.material or not line.plant:
        raise Refused(Cause.MISSING, "Plant" if line.material else "Material")
    if (line.material,) not in state.products:
        raise Refused(Cause.MATERIAL_UNKNOWN, line.material)
    row = state.product_plants.get((line.material, line.plant))
    if row is None:
        raise Refused(Cause.NOT_IN_PLANT, line.material, line.plant)
    if row["ProfileCode"] == BLOCKED_STATUS and line.reverses is None:
        raise Refused(Cause.MATERIAL_BLOCKED, line.material, line.plant)
    return row


def _account(state: S4, kind: Kind, line: Line) -> Key | None:
    """Check what the line is booked against; return the order's component it belongs to."""
    if kind.account is Account.COST_CENTER:
        row = state.cost_centers.get((normal(line.cost_center),))
        if row is None or row["IsBlkdForPrimaryCostsPosting"]:
            raise Refused(Cause.COST_CENTER, line.cost_center or "''")
    if kind.account is not Account.ORDER:
        return None
    if not line.order:
        raise Refused(Cause.MISSING, "ManufacturingOrder")
    order = order_row(state, line.order)
    require_movable(order)
    if kind.books is Books.DELIVERED and order["Material"] != line.material:
        raise Refused(Cause.NOT_THE_PRODUCT, line.order, line.material)
    return _component(state, line) if kind.books is Books.WITHDRAWN else None


def _component(state: S4, line: Line) -> Key | None:
    """Find the reservation item: the one named, else the order's first of this material."""
    if line.reservation:
        key = (normal(line.reservation), normal(line.item))
        row = state.components.get(key)
        if row is None or row["Material"] != line.material:
            raise Refused(Cause.RESERVATION_UNKNOWN, line.reservation, line.item, line.material)
        return key
    for row in state.components_of(normal(line.order)):
        if row["Material"] == line.material:
            return (row["Reservation"], row["ReservationItem"])
    return None


def _completed(state: S4, kind: Kind, line: Line, component: Key | None, plant_row: Row) -> Line:
    """Fill in what reservation, order or material master say where the request is silent."""
    location, batch, order = line.location, line.batch, normal(line.order) if line.order else ""
    if component is not None:
        row = state.components[component]
        location, batch = location or row["StorageLocation"], batch or row["Batch"]
        line = replace(line, reservation=component[0], item=component[1])
    elif kind.books is Books.DELIVERED:
        item = state.order_items[(order, "1")]
        location, batch = location or item["StorageLocation"], batch or item.get("Batch", "")
    unit = line.unit or plant_row["BaseUnit"]
    return replace(line, location=location, batch=batch, order=order, unit=unit)


def _require_location(state: S4, plant: str, location: str) -> None:
    if location not in state.locations.get(plant, set()):
        raise Refused(Cause.LOCATION_UNKNOWN, location, plant)


def _require_batch(plant_row: Row, line: Line) -> None:
    if plant_row["IsBatchManagementRequired"]:
        if not line.batch:
            raise Refused(Cause.BATCH_MISSING, line.material, line.plant)
    elif line.batch:
        raise Refused(Cause.NO_BATCHES, line.material)


def _require_tolerance(ledger: Ledger, kind: Kind, line: Line) -> None:
    """Refuse what would deliver more than the order and its tolerance allow."""
    state = ledger.state
    item = state.order_items[(line.order, "1")]
    unit = item["ProductionUnit"]
    amount = kind.sign * expressed(state, line.material, line.quantity, line.unit, unit)
    received: Decimal = item["MfgOrderItemGoodsReceiptQty"]
    after = ledger.delivered.get(line.order, received) + amount
    planned = item["MfgOrderItemPlannedTotalQty"]
    limit = planned_with_tolerance(state, line.material, line.plant, planned)
    if kind.sign > 0 and after > limit:
        raise Refused(
            Cause.OVER_DELIVERY, three_places(after - limit), spoken(unit), line.order, "1"
        )
    ledger.delivered[line.order] = after


def planned_with_tolerance(state: S4, material: str, plant: str, planned: Decimal) -> Decimal:
    """Return how much may be made when this much is planned."""
    row = state.product_plants.get((material, plant), {})
    if row.get("UnlimitedOverDelivIsAllowed"):
        return Decimal("Infinity")
    percent = row.get("OverDelivToleranceLimit", state.over_delivery_percent)
    return planned * (_HUNDRED + percent) / _HUNDRED


def effects(kind: Kind, line: Line, amount: Decimal) -> tuple[tuple[StockKey, Decimal], ...]:
    """Return what a line adds to and takes from each place of stock."""
    source, target = line.location, line.to_location if kind.moves else line.location
    if kind.backwards:
        source, target = target, source
    override = line.stock_type if (kind.takes is None) != (kind.puts is None) else ""
    changes: list[tuple[StockKey, Decimal]] = []
    if kind.takes is not None:
        changes.append((_place(line, source, override or kind.takes), -amount))
    if kind.puts is not None:
        changes.append((_place(line, target, override or kind.puts), amount))
    return tuple(changes)


def _place(line: Line, location: str, type_: str) -> StockKey:
    return StockKey(line.material, line.plant, location, line.batch, "", type_)


def _require_stock(ledger: Ledger, booking: Booking) -> None:
    for key, change in booking.changes:
        missing = -(ledger.left(key) + change)
        if change < 0 and missing > 0:
            raise Refused(
                Cause.STOCK_DEFICIT,
                f"SL {_STOCK_NAMES.get(Use(key.type), key.type)}",
                f"{three_places(missing):f}",
                spoken(booking.base_unit),
                key.material,
                key.plant,
                key.location,
                key.batch,
            )
