"""Defects (``nonconformance/v2``) and, by the desk, what was reported as scrap."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Literal

from tools.mes.sap_dm.forms import Amount, MaterialName, Moment, Page, operation_of
from tools.mes.sap_dm.orders import header
from tools.mes.sap_dm.plant import Dm, Process
from tools.objects.identifiers import normal, operation_number
from tools.objects.nonconformance import Nonconformance, Severity
from tools.objects.quantity import Quantity
from tools.objects.reading import Reading
from tools.objects.scrap import ScrapReport
from tools.ports import Nonconformances, Scraps
from tools.shape import Shape

Grade = Literal["NONE", "LOW", "MEDIUM", "HIGH"]

SEVERITIES: dict[Grade, Severity] = {
    "NONE": Severity.MINOR,
    "LOW": Severity.MINOR,
    "MEDIUM": Severity.MAJOR,
    "HIGH": Severity.CRITICAL,
}


class CodeDefinition(Shape):
    """What a code means."""

    severity: Grade | None = None


class Code(Shape):
    """A defect's code."""

    code: str
    codeDef: CodeDefinition | None = None


class Incident(Shape):
    """A defect's number."""

    incidentNumber: str


class Activity(Shape):
    """Where a defect was logged."""

    operationActivity: str


class Extra(Shape):
    """A field the site has added."""

    key: str
    value: str | None = None


class DefectRow(Shape):
    """A defect."""

    incidentNumber: Incident
    plant: str
    sfc: str
    material: MaterialName | None = None
    operationActivity: Activity | None = None
    code: Code
    quantity: Decimal | None = None
    state: Literal["OPEN", "CLOSED", "CANCELLED", "CLOSE_PENDING"]
    createdDateTime: Moment
    comments: str | None = None
    dataFields: tuple[Extra, ...] | None = None


class ScrapRow(Shape):
    """A scrap report as the desk has it."""

    report: str
    plant: str
    order: str
    operation: str
    material: str
    quantity: Amount
    reasonCode: str
    createdDateTime: Moment
    postedBy: str | None = None
    component: bool = False
    note: str | None = None


class ScrapRows(Shape):
    """Scrap reports as the desk lists them."""

    scrapReports: tuple[ScrapRow, ...]


class DmNonconformances(Nonconformances):
    """The defects of an order. DM states no unit: they are counted in the order's base unit."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def nonconformances(self, order: str) -> Reading[tuple[Nonconformance, ...]]:
        asked = self._dm.clock()
        row = await header(self._dm, order)
        found = await asyncio.gather(*(self._of(sfc) for sfc in row.sfcs))
        number, material = normal(row.order), normal(row.material.material)
        defects = tuple(_defect(one, number, material, row.unit) for rows in found for one in rows)
        return self._dm.reading(defects, asked)

    async def _of(self, sfc: str) -> tuple[DefectRow, ...]:
        return await self._dm.listed(
            "nonconformance/v2/nonconformances", Page[DefectRow], plant=self._dm.plant, sfc=sfc
        )


class DmScraps(Scraps):
    """What was thrown away."""

    system = Dm.system

    def __init__(self, dm: Dm) -> None:
        self._dm = dm

    async def scrap_reports(self, order: str) -> Reading[tuple[ScrapReport, ...]]:
        asked = self._dm.clock()
        found = await self._dm.ask(Process.SCRAP_REPORTS, {"order": normal(order)}, ScrapRows)
        return self._dm.reading(tuple(map(_scrap, found.scrapReports)), asked)


def _defect(row: DefectRow, order: str, material: str, unit: str) -> Nonconformance:
    grade = row.code.codeDef.severity if row.code.codeDef else None
    extras = {one.key.upper(): one.value for one in row.dataFields or ()}
    at = row.operationActivity
    return Nonconformance(
        number=row.incidentNumber.incidentNumber,
        plant=row.plant,
        order=order,
        operation=operation_of(at.operationActivity) if at else "",
        material=normal(row.material.material) if row.material else material,
        code=row.code.code,
        quantity=Quantity(row.quantity or Decimal(0), unit),
        severity=SEVERITIES[grade or "NONE"],
        logged_at=row.createdDateTime,
        batch=extras.get("BATCH"),
        open=row.state in {"OPEN", "CLOSE_PENDING"},
        note=row.comments or "",
    )


def _scrap(row: ScrapRow) -> ScrapReport:
    return ScrapReport(
        number=row.report,
        plant=row.plant,
        order=normal(row.order),
        operation=operation_number(row.operation),
        material=normal(row.material),
        quantity=row.quantity.quantity,
        reason=row.reasonCode,
        reported_at=row.createdDateTime,
        operator=row.postedBy,
        component=row.component,
        note=row.note or "",
    )
