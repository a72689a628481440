"""Routings and work centres: ``API_PRODUCTION_ROUTING`` and ``API_WORK_CENTERS``.

A routing is found by the material assigned to it. Its operations name their work centre by an
internal number, which the work centre service resolves. What the MES calls a work centre, which
equipment stands there and which skill it takes is not SAP's knowledge.
"""

from __future__ import annotations

from decimal import Decimal

from tools.errors import NotFound
from tools.jsontext import Row
from tools.objects.identifiers import normal, operation_number
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.routing import Routing, RoutingOperation, WorkCenter
from tools.ports import Routings
from tools.sap.decoding import day, decimal, decimal_or_none, many, one, text
from tools.sap.filters import and_, any_of, eq
from tools.sap.landscape import Landscape
from tools.sap.metadata import Needs

SERVICE, WORK_CENTERS = "API_PRODUCTION_ROUTING", "API_WORK_CENTERS"
ASSIGNMENT, OPERATION = "ProductionRoutingMatlAssgmt", "ProductionRoutingOperation"
WORK_CENTER = "A_WorkCenters"
SECONDS_PER_HOUR = Decimal(3600)

NEEDS = Needs(
    sets={
        ASSIGNMENT: frozenset(
            {
                "Plant",
                "Product",
                "ProductionRouting",
                "ProductionRoutingGroup",
                "ValidityEndDate",
                "ValidityStartDate",
            }
        ),
        OPERATION: frozenset(
            {
                "Operation",
                "OperationControlProfile",
                "OperationReferenceQuantity",
                "OperationText",
                "OperationUnit",
                "ProductionRouting",
                "ProductionRoutingGroup",
                "StandardWorkQuantity1",
                "StandardWorkQuantity2",
                "StandardWorkQuantity3",
                "StandardWorkQuantityUnit1",
                "StandardWorkQuantityUnit2",
                "StandardWorkQuantityUnit3",
                "ValidityEndDate",
                "ValidityStartDate",
                "WorkCenterInternalID",
            }
        ),
    }
)
WORK_CENTER_NEEDS = Needs(
    sets={
        WORK_CENTER: frozenset(
            {
                "Plant",
                "WorkCenter",
                "WorkCenterDesc",
                "WorkCenterInternalID",
                "WorkCenterTypeCode",
                "to_Capacity",
                "to_WorkCenterCostCenter",
            }
        )
    }
)


class ProductionRoutings(Routings):
    """Routings and work centres of the ERP."""

    def __init__(self, landscape: Landscape) -> None:
        self.system = landscape.system
        self._landscape = landscape
        self._service = landscape.service(SERVICE)
        self._work_centers = landscape.service(WORK_CENTERS)

    async def routing(self, material: str, plant: str) -> Reading[Routing]:
        number = normal(material)
        assigned = await self._service.query(
            ASSIGNMENT,
            and_(eq("Product", number), eq("Plant", plant)),
            orderby=("ProductionRoutingGroup", "ProductionRouting"),
        )
        valid = [row for row in assigned if self._landscape.valid_today(row)]
        if not valid:
            raise NotFound(self.system, f"no routing for {number} in plant {plant}")
        group, counter = (
            text(valid[0], "ProductionRoutingGroup"),
            text(valid[0], "ProductionRouting"),
        )
        rows = await self._service.query(
            OPERATION,
            and_(eq("ProductionRoutingGroup", group), eq("ProductionRouting", counter)),
        )
        steps = [row for row in rows if self._landscape.valid_today(row)]
        if not steps:
            raise NotFound(self.system, f"routing {group}/{counter} has no operations")
        centers = await self._centers(steps)
        operations = (self._operation(row, centers) for row in steps)
        return self._landscape.reading(
            Routing(
                group=normal(group),
                counter=normal(counter),
                material=number,
                plant=plant,
                base_quantity=self._landscape.quantity(
                    steps[0], "OperationReferenceQuantity", "OperationUnit"
                ),
                operations=tuple(sorted(operations, key=lambda step: step.number)),
            )
        )

    async def work_center(self, work_center: str, plant: str) -> Reading[WorkCenter]:
        number = normal(work_center)
        rows = await self._work_centers.query(
            WORK_CENTER,
            and_(eq("WorkCenter", number), eq("Plant", plant)),
            expand=("to_WorkCenterCostCenter", "to_Capacity"),
        )
        if not rows:
            raise NotFound(self.system, f"no work centre {number} in plant {plant}")
        row = rows[0]
        return self._landscape.reading(
            WorkCenter(
                number=text(row, "WorkCenter"),
                plant=text(row, "Plant"),
                description=text(row, "WorkCenterDesc"),
                cost_center=self._cost_center(row),
                hours_per_day=_hours(one(row, "to_Capacity")),
            )
        )

    async def _centers(self, steps: list[Row]) -> dict[str, str]:
        """Return work centres by their internal numbers."""
        wanted = {text(row, "WorkCenterInternalID") for row in steps} - {""}
        if not wanted:
            return {}
        rows = await self._work_centers.query(
            WORK_CENTER, any_of("WorkCenterInternalID", sorted(wanted))
        )
        return {normal(text(row, "WorkCenterInternalID")): text(row, "WorkCenter") for row in rows}

    def _operation(self, row: Row, centers: dict[str, str]) -> RoutingOperation:
        return RoutingOperation(
            number=operation_number(text(row, "Operation")),
            work_center=centers.get(normal(text(row, "WorkCenterInternalID")), ""),
            description=text(row, "OperationText"),
            control_key=text(row, "OperationControlProfile"),
            setup=self._standard(row, 1),
            machine=self._standard(row, 2),
            labor=self._standard(row, 3),
        )

    def _standard(self, row: Row, position: int) -> Quantity:
        """Return a standard value; one that is not kept is nothing, counted in minutes."""
        unit = f"StandardWorkQuantityUnit{position}"
        if not text(row, unit):
            return Quantity(Decimal(0), "MIN")
        return self._landscape.quantity(row, f"StandardWorkQuantity{position}", unit)

    def _cost_center(self, row: Row) -> str:
        today = self._landscape.today()
        for each in many(row, "to_WorkCenterCostCenter"):
            end = day(each, "ValidityEndDate")
            if end is None or today <= end:
                return normal(text(each, "CostCenter"))
        return ""


def _hours(capacity: Row | None) -> Decimal:
    """Return the hours a day a capacity is there; its times are seconds since midnight."""
    if capacity is None:
        return Decimal(0)
    start, end = (
        decimal_or_none(capacity, name) or Decimal(0)
        for name in ("CapacityStartTime", "CapacityEndTime")
    )
    pause = decimal_or_none(capacity, "CapacityBreakDuration") or Decimal(0)
    number = decimal(capacity, "CapacityNumberOfCapacities") or Decimal(1)
    return (end - start - pause) / SECONDS_PER_HOUR * number
