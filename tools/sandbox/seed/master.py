"""A plant's master data, read from its table.

The tables are rows without column names, because a planner reads a bill of material as a row.
Traits are short words behind a row: ``batch``, ``backflush``, ``blocked``, ``old=…``,
``successor=…``, ``alt=KAR:200/1`` (one carton is 200 base units); on a component ``fixed`` and
``A1:2`` (second choice of alternative group A1).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from tools.objects.bom import Bom, BomItem
from tools.objects.equipment import Equipment
from tools.objects.material import Material
from tools.objects.money import Money
from tools.objects.order import OrderCategory
from tools.objects.quantity import Quantity
from tools.objects.routing import Routing, RoutingOperation, WorkCenter
from tools.objects.units import AlternativeUnit

VALID_FROM = date(2020, 1, 1)
ROUTING_BASE = Decimal(100)


@dataclass(frozen=True)
class Places:
    """The storage locations of a plant by what they are for."""

    store: str
    line: str
    finished: str
    cage: str


@dataclass(frozen=True)
class Master:
    """What a plant is, before anything happens in it.

    ``issued_at`` says, per product and component, the operation at which the component is issued.
    """

    plant: str
    name: str
    company_code: str
    currency: str
    category: OrderCategory
    order_type: str
    first_order: int
    orders: int
    languages: tuple[str, ...]
    places: Places
    materials: dict[str, Material]
    boms: dict[str, Bom]
    routings: dict[str, Routing]
    issued_at: dict[str, dict[str, str]]
    work_centers: dict[str, WorkCenter]
    equipment: tuple[Equipment, ...]


def read_master(plant: str) -> Master:
    """Return the master data of a shipped plant."""
    table = tomllib.loads(files("tools.sandbox.seed").joinpath(f"{plant}.toml").read_text("utf-8"))
    places = Places(table["store"], table["line"], table["finished"], table["cage"])
    work_centers = {row[0]: _work_center(plant, row) for row in table["work_centers"]}
    return Master(
        plant=plant,
        name=table["name"],
        company_code=table["company_code"],
        currency=table["currency"],
        category=OrderCategory(table["category"]),
        order_type=table["order_type"],
        first_order=table["first_order"],
        orders=table["orders"],
        languages=tuple(table["languages"]),
        places=places,
        materials={row[0]: _material(row, table, places) for row in table["materials"]},
        boms={
            product: _bom(plant, product, rows, table) for product, rows in table["boms"].items()
        },
        routings=_routings(plant, table),
        issued_at={
            product: {row[0]: row[3] for row in rows[1:]} for product, rows in table["boms"].items()
        },
        work_centers=work_centers,
        equipment=tuple(_equipment(center) for center in work_centers.values()),
    )


def notes() -> dict[str, list[str]]:
    """Return what operators type on an ordinary day, by language."""
    text = files("tools.sandbox.seed").joinpath("notes.toml").read_text("utf-8")
    return tomllib.loads(text)


def _material(row: list[Any], table: dict[str, Any], places: Places) -> Material:
    number, description, kind, group, base_unit, price, traits = row
    words = dict(word.partition("=")[::2] for word in traits.split())
    return Material(
        number=number,
        plant=table["plant"],
        description=description,
        type=kind,
        group=group,
        base_unit=base_unit,
        conversions=_conversions(words.get("alt")),
        batch_managed="batch" in words,
        backflushed="backflush" in words,
        issue_location=places.finished if kind == "FERT" else places.line,
        standard_price=Money(Decimal(price), table["currency"]),
        blocked="blocked" in words,
        old_number=words.get("old"),
        successor=words.get("successor"),
    )


def _conversions(trait: str | None) -> tuple[AlternativeUnit, ...]:
    if trait is None:
        return ()
    unit, _, factor = trait.partition(":")
    numerator, _, denominator = factor.partition("/")
    return (AlternativeUnit(unit, Decimal(numerator), Decimal(denominator)),)


def _bom(plant: str, product: str, rows: list[Any], table: dict[str, Any]) -> Bom:
    base_units = {row[0]: row[4] for row in table["materials"]}
    backflushed = {row[0] for row in table["materials"] if "backflush" in row[6]}
    items = tuple(
        _bom_item(f"{position * 10:04d}", row, backflushed)
        for position, row in enumerate(rows[1:], start=1)
    )
    return Bom(
        material=product,
        plant=plant,
        usage="1",
        alternative="1",
        base_quantity=Quantity(Decimal(1), base_units[product]),
        valid_from=VALID_FROM,
        items=items,
    )


def _bom_item(item: str, row: list[str], backflushed: set[str]) -> BomItem:
    component, amount, unit, _, trait = row
    group, _, priority = trait.partition(":")
    alternative = group if priority else None
    return BomItem(
        item=item,
        component=component,
        quantity=Quantity(Decimal(amount), unit),
        fixed=trait == "fixed",
        alternative_group=alternative,
        priority=int(priority) if alternative else 1,
        backflushed=component in backflushed,
    )


def _routings(plant: str, table: dict[str, Any]) -> dict[str, Routing]:
    base_units = {row[0]: row[4] for row in table["materials"]}
    result: dict[str, Routing] = {}
    for position, (product, rows) in enumerate(table["boms"].items(), start=1):
        result[product] = Routing(
            group=f"{50000000 + int(plant) * 100 + position}",
            counter="1",
            material=product,
            plant=plant,
            base_quantity=Quantity(ROUTING_BASE, base_units[product]),
            operations=tuple(_operation(row) for row in table["routes"][rows[0]]),
        )
    return result


def _operation(row: list[Any]) -> RoutingOperation:
    number, center, description, setup, machine, labor = row
    return RoutingOperation(
        number=number,
        work_center=center,
        description=description,
        control_key="PP01",
        setup=_minutes(setup),
        machine=_minutes(machine),
        labor=_minutes(labor),
    )


def _minutes(amount: int) -> Quantity:
    return Quantity(Decimal(amount), "MIN")


def _work_center(plant: str, row: list[str]) -> WorkCenter:
    number, description, cost_center, hours, resource, equipment, skill = row
    return WorkCenter(
        number=number,
        plant=plant,
        description=description,
        cost_center=cost_center,
        hours_per_day=Decimal(hours),
        resource=resource,
        equipment=equipment,
        required_skill=skill,
    )


def _equipment(center: WorkCenter) -> Equipment:
    number = center.equipment or center.number
    return Equipment(
        number=number,
        plant=center.plant,
        description=center.description,
        work_center=center.number,
        manufacturer="Hollmann" if center.plant == "1010" else "Gulf Process",
        serial=f"SN-{number}",
        criticality="A" if center.number.startswith(("CNC", "TEST", "MILL")) else "B",
    )
