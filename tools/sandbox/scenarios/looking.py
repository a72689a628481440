"""What each system shows, side by side.

A watch looks at a world and returns rows. It takes its objects from the names a story has so far,
so that the same watch shows a plant before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from tools.objects.quantity import Quantity, plain, total
from tools.objects.stock import StockLine, StockType
from tools.objects.units import AlternativeUnit
from tools.sandbox.changes.change import Names
from tools.sandbox.delivery import guid
from tools.sandbox.floors.finding import floor_of
from tools.sandbox.floors.floor import Floor
from tools.sandbox.s4.rules.order_status import system_status
from tools.sandbox.world import World

NOTHING = "–"
_STOCK_TYPES = {"01": "", "02": " in inspection", "06": " in transit", "07": " blocked"}


@dataclass(frozen=True)
class Line:
    """One thing as each side shows it."""

    what: str
    erp: str = NOTHING
    mes: str = NOTHING
    cmms: str = NOTHING

    @property
    def differs(self) -> bool:
        """Whether two sides that both show it show it differently."""
        shown = {side for side in (self.erp, self.mes, self.cmms) if side != NOTHING}
        return len(shown) > 1


Watch: TypeAlias = Callable[[World, Names], Iterable[Line]]


def order(world: World, names: Names) -> list[Line]:
    """Show an order's status, quantity and yield."""
    number = names["order"]
    row, mes = world.s4.orders[(number,)], _floor(world, names).state.orders.get(number)
    unit = row["ProductionUnit"]
    return [
        Line(f"Order {number}: status", system_status(row), mes.status.value if mes else NOTHING),
        Line(
            f"Order {number}: quantity",
            _said(row["TotalQuantity"], unit),
            str(mes.quantity) if mes else NOTHING,
        ),
    ]


def operation(world: World, names: Names) -> list[Line]:
    """Show what is confirmed for the operation: good and scrap."""
    number, step = names["order"], names["operation"]
    erp = next(
        row for row in world.s4.operations_of(number) if row["ManufacturingOrderOperation"] == step
    )
    mes = next(one for one in _floor(world, names).order(number).operations if one.number == step)
    unit = erp["OperationUnit"]
    good = _said(erp["OpTotalConfirmedYieldQty"], unit)
    scrap = _said(_scrap_in_erp(world, number, step), unit)
    return [
        Line(f"Operation {step}: good", good, str(mes.yielded)),
        Line(f"Operation {step}: scrap", scrap, str(mes.scrapped)),
    ]


def component(world: World, names: Names) -> list[Line]:
    """Show what the order has withdrawn of the component."""
    number, material = names["order"], names["component"]
    erp = [row for row in world.s4.components_of(number) if row["Material"] == material]
    mes = [one for one in _floor(world, names).components(number) if one.material == material]
    return [
        Line(
            f"Order {number}: withdrawn of {material}",
            _said(erp[0]["WithdrawnQuantity"], erp[0]["BaseUnit"]) if erp else NOTHING,
            str(mes[0].withdrawn) if mes else NOTHING,
        )
    ]


def stock(material: str = "component") -> Watch:
    """Show a material's stock, place by place; ``material`` is the name that stands for it."""

    def look(world: World, names: Names) -> list[Line]:
        number = names[material]
        floor = _floor(world, names)
        erp, mes = _erp_stock(world, number, names["plant"]), _mes_stock(floor, number)
        return [
            Line(f"Stock of {number} {place}", erp.get(place, NOTHING), mes.get(place, NOTHING))
            for place in sorted({*erp, *mes})
        ]

    return look


def confirmation(name: str = "report") -> Watch:
    """Show a report of the shop floor, and the ERP's confirmation that came of it."""

    def look(world: World, names: Names) -> list[Line]:
        number = names.get(f"{name}.confirmation")
        if number is None:
            return []
        entry = _floor(world, names).confirmation(number)
        erp = [
            f"{'/'.join(key)}: {plain(row['ConfirmationYieldQuantity'])} good, "
            f"{plain(row['ConfirmationScrapQuantity'])} scrap"
            for key, row in world.s4.confirmations.items()
            if row.get("ExternalSystemConfirmation") == guid(entry.reference)
        ]
        said = f"{entry.state.value}: {entry.yielded} good, {entry.scrapped} scrap"
        lines = [Line(f"Confirmation {number}", ", ".join(erp) or NOTHING, said)]
        lines += [
            Line(f"Confirmation {number}: {use.material}", _allowed(names, use.material), used)
            for use, used in ((use, str(use.quantity)) for use in entry.uses)
            if use.material in _shown(names)
        ]
        if entry.note:
            lines.append(Line(f"Confirmation {number}: note", mes=entry.note))
        return lines

    return look


def issue(name: str = "issue") -> Watch:
    """Show a goods issue the shop floor reported."""

    def look(world: World, names: Names) -> list[Line]:
        number = names.get(f"{name}.document")
        if number is None:
            return []
        line = _floor(world, names).document(number).lines[0]
        place = f"{line.location}{f' batch {line.batch}' if line.batch else ''}"
        said = f"{line.quantity} of {line.material} from {place}"
        return [Line(f"Goods issue {number}", names.get(f"{name}.erp", NOTHING), said)]

    return look


def message(name: str = "report") -> Watch:
    """Show where the message about a report stands."""

    def look(world: World, names: Names) -> list[Line]:
        number = names.get(f"{name}.message")
        if number is None:
            return []
        found = _floor(world, names).state.messages[number]
        row = world.s4.messages.get((number,))
        last = found.refusals[-1] if found.refusals else None
        said = found.state.value + (f": {last.code} {last.text.strip()}" if last else "")
        return [Line(f"Message {number}", row["Status"].lower() if row else NOTHING, said)]

    return look


def period(world: World, names: Names) -> list[Line]:
    """Show the days on which may be posted."""
    opens, closes = world.s4.period_of(names["plant"])
    return [Line(f"Posting period of {names['plant']}", f"{opens} to {closes}")]


def master(material: str = "component") -> Watch:
    """Show how each side keeps a material: description, old number and units."""

    def look(world: World, names: Names) -> list[Line]:
        number = names[material]
        row, known = world.s4.products.get((number,)), _floor(world, names).material(number)
        units = world.s4.conversions.get(number)
        erp = f"{row['ProductDescription']}" if row else "unknown"
        lines = [Line(f"Material {number}", erp, known.description if known else "unknown")]
        in_erp = {one.unit: one for one in units.alternatives} if units else {}
        in_mes = {one.unit: one for one in known.conversions} if known else {}
        for unit in sorted({*in_erp, *in_mes}):
            sides = [_factor(side.get(unit)) for side in (in_erp, in_mes)]
            lines.append(Line(f"Material {number}: one {unit} is", *sides))
        return lines

    return look


def holds(material: str = "component") -> Watch:
    """Show what is on hold in the MES on a material or its batch, and free in the ERP."""

    def look(world: World, names: Names) -> list[Line]:
        objects = {names[material], names.get("batch", ""), f"{names[material]}/{names['batch']}"}
        active = [one for one in _floor(world, names).state.holds.values() if one.active]
        found = [one for one in active if one.object in objects - {""}]
        free = any(
            (key.material, key.batch, key.type) == (names[material], names["batch"], "01")
            for key, amount in world.s4.stock.items()
            if amount
        )
        use = "in free use" if free else "not in free use"
        return [Line(f"Hold on {one.object}", use, f"{one.number}: {one.reason}") for one in found]

    return look


def defect(name: str = "defect") -> Watch:
    """Show a defect the shop floor logged."""

    def look(world: World, names: Names) -> list[Line]:
        number = names.get(f"{name}.nonconformance")
        found = _floor(world, names).state.nonconformances
        return [
            Line(f"Defect {number}", mes=f"{one.code}, {one.severity.value}, {one.quantity}")
            for one in found
            if one.number == number
        ]

    return look


def machine(world: World, names: Names) -> list[Line]:
    """Show what a work centre does, and whether maintenance was told of a breakdown."""
    floor, center = _floor(world, names), names["work_center"]
    state = next(one.state for one in floor.state.machines if one.work_center == center)
    asset = next(
        row["Equipment"]
        for row in world.s4.equipment.values()
        if (row["WorkCenterPlant"], row["WorkCenter"]) == (floor.plant, center)
    )
    in_cmms = [
        one.number
        for one in world.cmms.notifications.values()
        if one.equipment == asset and one.breakdown
    ]
    in_erp = [
        key[0]
        for key, row in world.s4.notifications.items()
        if row["TechnicalObject"] == asset and row["NotificationType"] == "M2"
    ]
    own = asset in world.cmms.equipment
    return [
        Line(
            f"Work centre {center}",
            NOTHING if own else _told(in_erp),
            state.value,
            _told(in_cmms) if own else NOTHING,
        )
    ]


def _told(notifications: list[str]) -> str:
    return f"breakdown {', '.join(notifications)}" if notifications else "no breakdown"


def _floor(world: World, names: Names) -> Floor:
    return floor_of(world, names["plant"])


def _shown(names: Names) -> set[str]:
    return {names.get(name, "") for name in ("component", "alternative", "other")}


def _said(amount: Decimal, unit: str) -> str:
    return str(Quantity(amount, unit))


def _scrap_in_erp(world: World, order: str, step: str) -> Decimal:
    return sum(
        (
            row["ConfirmationScrapQuantity"]
            for row in world.s4.confirmations.values()
            if (row["OrderID"], row["OrderOperation"]) == (order, step)
            and not (row.get("IsReversed") or row.get("IsReversal"))
        ),
        Decimal(0),
    )


def _allowed(names: Names, material: str) -> str:
    """Return what the bill of material allows for the lot, where the story says so."""
    own = material == names.get("component") and "share" in names
    return f"planned {names['share']} {names['unit']}" if own else NOTHING


def _factor(one: AlternativeUnit | None) -> str:
    if one is None:
        return NOTHING
    return f"{plain((one.numerator / one.denominator).quantize(Decimal('0.001')))} base units"


def _erp_stock(world: World, material: str, plant: str) -> dict[str, str]:
    unit = world.s4.conversions[material].base_unit if material in world.s4.conversions else ""
    return {
        _place(key.location, key.batch, _STOCK_TYPES.get(key.type, "")): _said(amount, unit)
        for key, amount in world.s4.stock.items()
        if (key.material, key.plant) == (material, plant)
    }


def _mes_stock(floor: Floor, material: str) -> dict[str, str]:
    words = {
        StockType.UNRESTRICTED: "",
        StockType.QUALITY: " in inspection",
        StockType.BLOCKED: " blocked",
        StockType.IN_TRANSIT: " in transit",
    }
    by_place: dict[str, list[StockLine]] = {}
    for line in floor.stock(material):
        place = _place(line.location, line.batch or "", words[line.type])
        by_place.setdefault(place, []).append(line)
    return {
        place: str(total((line.quantity for line in lines), lines[0].quantity.unit))
        for place, lines in by_place.items()
    }


def _place(location: str, batch: str, words: str) -> str:
    return f"at {location}{f' batch {batch}' if batch else ''}{words}"
