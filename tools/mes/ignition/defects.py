"""Defects and scrap as operators logged them."""

from __future__ import annotations

from tools.mes.ignition.site import Amount, Moment, Page, Site, translated
from tools.objects.identifiers import normal, operation_number
from tools.objects.nonconformance import Nonconformance, Severity
from tools.objects.reading import Reading
from tools.objects.scrap import ScrapReport
from tools.ports import Nonconformances, Scraps
from tools.shape import Shape


class DefectRow(Shape):
    """A defect."""

    number: str
    plant: str
    order: str
    operation: str
    material: str
    code: str
    quantity: Amount
    severity: Severity
    logged_at: Moment
    batch: str | None
    open: bool
    note: str


class ScrapRow(Shape):
    """A scrap report."""

    number: str
    plant: str
    order: str
    operation: str
    material: str
    quantity: Amount
    reason: str
    reported_at: Moment
    operator: str | None
    component: bool
    note: str


class IgnitionNonconformances(Nonconformances):
    """Read only."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def nonconformances(self, order: str) -> Reading[tuple[Nonconformance, ...]]:
        found = await self._site.several("nonconformances", Page[DefectRow], order=normal(order))
        return translated(found, lambda rows: tuple(map(self._defect, rows)))

    def _defect(self, row: DefectRow) -> Nonconformance:
        return Nonconformance(
            number=row.number,
            plant=row.plant,
            order=normal(row.order),
            operation=operation_number(row.operation),
            material=normal(row.material),
            code=row.code,
            quantity=self._site.quantity(row.quantity),
            severity=row.severity,
            logged_at=row.logged_at,
            batch=row.batch,
            open=row.open,
            note=row.note,
        )


class IgnitionScraps(Scraps):
    """Read only."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def scrap_reports(self, order: str) -> Reading[tuple[ScrapReport, ...]]:
        found = await self._site.several("scrap", Page[ScrapRow], order=normal(order))
        return translated(found, lambda rows: tuple(map(self._report, rows)))

    def _report(self, row: ScrapRow) -> ScrapReport:
        return ScrapReport(
            number=row.number,
            plant=row.plant,
            order=normal(row.order),
            operation=operation_number(row.operation),
            material=normal(row.material),
            quantity=self._site.quantity(row.quantity),
            reason=row.reason,
            reported_at=row.reported_at,
            operator=row.operator,
            component=row.component,
            note=row.note,
        )
