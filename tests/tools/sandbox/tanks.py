"""A small service that uses everything the engine offers: tanks, and what was filled into them.

It is the engine's example and its test: a world of its own kind, handlers, a refusal that is
translated, messages, ETags, a deep insert, functions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tools.sandbox.app import sap_refusal
from tools.sandbox.door import Door, Doors
from tools.sandbox.odata.edm import FUNCTION_MESSAGE, entity_type, to_many, to_one
from tools.sandbox.odata.errors import Detail, SapError
from tools.sandbox.odata.gateway import Gateway
from tools.sandbox.odata.service import (
    EntitySet,
    Function,
    FunctionCall,
    Payload,
    Reply,
    Row,
    Service,
)
from tools.sandbox.servers import Server
from tools.sandbox.world import World

ROOT = "/sap/opu/odata/sap/API_TANK_SRV"


class Overflow(Exception):
    """The tank does not hold that much."""


@dataclass
class TankWorld(World):
    """A world that has tanks beside everything else."""

    tanks: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    fillings: dict[tuple[str, str], dict[str, Any]] = field(
        default_factory=dict[tuple[str, str], dict[str, Any]]
    )
    products: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


def of(world: World) -> TankWorld:
    """Return the world as one that has tanks."""
    if not isinstance(world, TankWorld):
        raise TypeError("there are no tanks here")
    return world


TANK = entity_type(
    "A_TankType",
    "Tank",
    """
    String(10): Tank Product
    String(40): TankName
    String(14): LastChangeDateTime
    Decimal(13,3): Level Capacity
    DateTime: CommissioningDate
    DateTimeOffset: GaugedAt
    Time: ShiftStart
    Boolean: IsHeated
    Guid: ExternalKey
    Int32: Gauges
    Int64: Pulses
    Double: Temperature
    """,
    to_many("to_Filling", "A_Filling", "Tank"),
    to_one("to_Product", "A_Product", "Product"),
    etag="LastChangeDateTime",
)
FILLING = entity_type(
    "A_FillingType",
    "Tank Filling",
    """
    String(10): Tank Filling
    String(16): ReferenceDocument
    Decimal(13,3): Quantity!
    """,
    to_one("to_Tank", "A_Tank", "Tank"),
)
PRODUCT = entity_type("A_ProductType", "Product", "String(10): Product\nString(40): ProductName")


def tank_of(world: World, key: Row) -> Row | None:
    """Find a tank; padded numbers are known too."""
    return of(world).tanks.get(key["Tank"].lstrip("0"))


def create_tank(world: World, sent: Payload) -> Row:
    """Set up a tank, with first fillings."""
    if sent.get("Tank", "") in of(world).tanks:
        raise SapError(400, "ZDEMO/001", {"en": "Tank exists", "de": "Behälter besteht"})
    below = sent.pop("to_Filling", [])
    row = {"Tank": "9", "LastChangeDateTime": "20260317080000"} | sent
    of(world).tanks[row["Tank"]] = row
    for filling in below:
        create_filling(world, {"Tank": row["Tank"], **filling})
    return row


def update_tank(world: World, row: Row, changes: Payload) -> Row:
    """Change a tank; its stamp grows."""
    stamp = str(int(row["LastChangeDateTime"]) + 1)
    changed = {**row, **changes, "LastChangeDateTime": stamp}
    of(world).tanks[row["Tank"]] = changed
    return changed


def delete_tank(world: World, row: Row) -> None:
    """Take a tank away."""
    del of(world).tanks[row["Tank"]]


def create_filling(world: World, sent: Payload) -> Reply:
    """Fill a tank, unless it would run over."""
    tank = of(world).tanks[sent["Tank"]]
    level = tank.get("Level", Decimal(0)) + sent.get("Quantity", Decimal(0))
    if level > tank.get("Capacity", Decimal(1000)):
        raise Overflow(f"{level}")
    tank["Level"] = level
    row = {"Filling": str(len(of(world).fillings) + 1)} | sent
    of(world).fillings[row["Tank"], row["Filling"]] = row
    return Reply(
        row, [Detail("ZDEMO/100", "Filled", "success"), Detail("ZDEMO/101", "Half full", "warning")]
    )


def drain(world: World, call: FunctionCall) -> Row:
    """Empty a tank."""
    if call.row is None:
        raise SapError(404, "ZDEMO/004", "No such tank")
    update_tank(world, call.row, {"Level": Decimal(0)})
    return {"SystemMessageType": "S", "SystemMessageNumber": "001"}


def etag_shape(etag: str) -> None:
    """Refuse an ETag that holds no stamp."""
    if not etag.removeprefix("W/\"'").removesuffix("'\"").isdecimal():
        raise SapError(400, "PP_ODATA_API_PRODORD/014", "Etag value must be a moment")


def measure(world: World, call: FunctionCall) -> list[Row]:
    """Return the tanks with at least this level."""
    level = call.parameters.get("AtLeast", Decimal(0))
    return [row for row in of(world).tanks.values() if row.get("Level", Decimal(0)) >= level]


SERVICE = Service(
    "API_TANK_SRV",
    sets=(
        EntitySet(
            "A_Tank",
            TANK,
            lambda world: of(world).tanks.values(),
            get=tank_of,
            create=create_tank,
            update=update_tank,
            delete=delete_tank,
            reference="ExternalKey",
            page_size=3,
        ),
        EntitySet(
            "A_Filling",
            FILLING,
            lambda world: of(world).fillings.values(),
            create=create_filling,
            reference="ReferenceDocument",
        ),
        EntitySet("A_Product", PRODUCT, lambda world: of(world).products.values()),
    ),
    functions=(
        Function(
            "Drain",
            drain,
            "String(10): Tank!",
            returns=FUNCTION_MESSAGE,
            on="A_Tank",
            needs_etag=True,
            etag_shape=etag_shape,
        ),
        Function(
            "Measure",
            measure,
            "Decimal(13,3): AtLeast\nDateTime: On\nBoolean: Heated\nGuid: Key",
            returns="A_Tank",
            many=True,
            method="GET",
        ),
    ),
    state=("tanks", "fillings"),
    catches=(Overflow,),
    translate=lambda error: SapError(
        400, "ZDEMO/000", "Filling failed", [Detail("ZDEMO/002", f"Too full: {error}")]
    ),
)
DOORS = Doors({Server.S4: Door(Gateway([SERVICE]), sap_refusal)})


def tank_world(seed: int = 1) -> TankWorld:
    """Return a world with five tanks."""
    world = TankWorld(seed=seed)
    world.products = {"OIL": {"Product": "OIL", "ProductName": "Öl & Fett <fein>"}}
    for number in range(1, 6):
        world.tanks[str(number)] = {
            "Tank": str(number),
            "Product": "OIL" if number < 3 else "",
            "TankName": f"Tank O'Brien {number}",
            "LastChangeDateTime": "20260317080000",
            "Level": Decimal(number) * Decimal("10.5"),
            "Capacity": Decimal(100),
            "CommissioningDate": datetime(2026, 3, number, tzinfo=UTC),
            "GaugedAt": datetime(2026, 3, 17, number, tzinfo=UTC),
            "ShiftStart": timedelta(hours=6, minutes=number),
            "IsHeated": number % 2 == 0,
            "ExternalKey": f"00000000-0000-0000-0000-00000000000{number}",
            "Pulses": 2**40 + number,
            "Temperature": 20.5 + number,
        }
    world.fillings = {
        ("1", "1"): {"Tank": "1", "Filling": "1", "Quantity": Decimal("4.500")},
        ("1", "2"): {"Tank": "1", "Filling": "2", "Quantity": Decimal(6)},
    }
    return world
