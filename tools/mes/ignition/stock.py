"""Line-side stock."""

from __future__ import annotations

from tools.mes.ignition.site import Amount, Page, Site, translated
from tools.objects.identifiers import normal
from tools.objects.reading import Reading
from tools.objects.stock import StockLine, StockType
from tools.ports import Stock
from tools.shape import Shape


class StockRow(Shape):
    """Stock in one place."""

    plant: str
    material: str
    location: str
    type: StockType
    quantity: Amount
    batch: str | None
    special: str


class IgnitionStock(Stock):
    """What the line counts."""

    system = Site.system

    def __init__(self, site: Site) -> None:
        self._site = site

    async def stock(self, material: str, plant: str) -> Reading[tuple[StockLine, ...]]:
        found = await self._site.several(
            "stock", Page[StockRow], material=normal(material), plant=plant
        )
        return translated(found, lambda rows: tuple(map(self._line, rows)))

    def _line(self, row: StockRow) -> StockLine:
        return StockLine(
            material=normal(row.material),
            plant=row.plant,
            location=row.location,
            type=row.type,
            quantity=self._site.quantity(row.quantity),
            batch=row.batch,
            special=row.special,
        )
