"""How much was scrapped, added up from confirmations: the order services do not say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.jsontext import Row
from tools.objects.identifiers import normal, operation_number
from tools.objects.quantity import Quantity
from tools.objects.units import convert
from tools.sap.decoding import flag, text
from tools.sap.filters import and_, eq, ge, gt
from tools.sap.landscape import Landscape


@dataclass(frozen=True, slots=True)
class ConfirmedQuantities:
    """Scrap of the orders of one category. ``entity_set`` holds the service's confirmations."""

    landscape: Landscape
    service: str
    entity_set: str

    async def scrapped_by_operation(self, order: str) -> dict[str, Quantity]:
        """Return the scrap of an order's operations; an operation without any is left out."""
        rows = await self.landscape.service(self.service).query(
            self.entity_set,
            and_(eq("OrderID", order), gt("ConfirmationScrapQuantity", Decimal(0))),
        )
        return self._added((operation_number(text(row, "OrderOperation")), row) for row in rows)

    async def scrapped_by_order(self, plant: str, since: date | None) -> dict[str, Quantity]:
        """Return the scrap of a plant's orders, as far as confirmed since a day."""
        conditions = [eq("Plant", plant), gt("ConfirmationScrapQuantity", Decimal(0))]
        if since is not None:
            conditions.append(ge("ConfirmationEntryDate", since))
        rows = await self.landscape.service(self.service).query(self.entity_set, and_(*conditions))
        return self._added((normal(text(row, "OrderID")), row) for row in rows)

    def _added(self, rows: Iterable[tuple[str, Row]]) -> dict[str, Quantity]:
        """Add up what counts; a cancelled confirmation and its reversal do not."""
        result = dict[str, Quantity]()
        for key, row in rows:
            if flag(row, "IsReversed") or flag(row, "IsReversal"):
                continue
            scrap = self.landscape.quantity(row, "ConfirmationScrapQuantity", "ConfirmationUnit")
            known = result.get(key)
            result[key] = scrap if known is None else known + convert(scrap, known.unit)
        return result
